/** How well forecasts told what happened. Pure. */

/**
 * Mean absolute error and bias (forecast less what happened) over the events that both know.
 * @param {{starts: number[], values: (number|null)[]}} forecast @param {{starts: number[], values: (number|null)[]}} actual
 * @returns {{n: number, mae: number, bias: number} | null} null where they share no event
 */
export function accuracy(forecast, actual) {
  const happened = new Map(actual.starts.map((at, k) => [at, actual.values[k]]));
  let [n, absolute, signed] = [0, 0, 0];
  forecast.starts.forEach((at, k) => {
    const value = happened.get(at) ?? null;
    if (value !== null && forecast.values[k] !== null) {
      n += 1;
      absolute += Math.abs(forecast.values[k] - value);
      signed += forecast.values[k] - value;
    }
  });
  return n === 0 ? null : { n, mae: absolute / n, bias: signed / n };
}

/** One series of what happened, from several sources that measured: of an event the last one counts. */
export function joined(parts) {
  const values = new Map();
  for (const { starts, values: some } of parts) {
    starts.forEach((at, k) => some[k] !== null && values.set(at, some[k]));
  }
  const starts = [...values.keys()].sort((a, b) => a - b);
  return { starts, values: starts.map((at) => values.get(at)) };
}
