/** From values per step to corners of lines, bars and bands, as the chart draws them. Pure. */

const LONGEST_JOINED = 3_600_000;

/**
 * Corners of a step line over steps [first, last): each value holds until the
 * next one begins, and a gap stays a gap (a point without coordinates).
 *
 * With `sign` 1 or −1 only the part above or below zero is drawn, with its
 * edges down to zero: two colours then meet without overlapping.
 */
export function stepLine(plan, values, first, last, sign = 0) {
  const isShown = (t) => values[t] !== null && (sign === 0 || values[t] * sign > 0);
  const crosses = (t) => sign !== 0 && t >= 0 && t < plan.n && values[t] !== null && !isShown(t);
  const corners = [];
  for (let t = first; t < last; t += 1) {
    if (!isShown(t)) {
      corners.push([null, null]);
      continue;
    }
    if (crosses(t - 1)) {
      corners.push([plan.start(t), 0]);
    }
    corners.push([plan.start(t), values[t]], [plan.start(t + 1), values[t]]);
    if (crosses(t + 1)) {
      corners.push([plan.start(t + 1), 0]);
    }
  }
  return corners;
}

/** Points of a line through samples at the starts of steps [first, last]; over more than an hour it is not joined. */
export function pointLine(plan, values, first, last) {
  const points = [];
  let known = null;
  for (let t = first; t <= Math.min(last, plan.n - 1); t += 1) {
    if (values[t] !== null) {
      if (known !== null && (t - known) * plan.step > LONGEST_JOINED) {
        points.push([null, null]);
      }
      points.push([plan.start(t), values[t]]);
      known = t;
    }
  }
  return points;
}

/** Bars of several devices on one zero line: [start, end, from, to, step], charging stacked up, discharging down. */
export function stackedBars(plan, devices) {
  const up = new Array(plan.n).fill(0);
  const down = new Array(plan.n).fill(0);
  return devices.map((device) =>
    device.values.flatMap((value, t) => {
      if (value === null || value === 0) {
        return [];
      }
      const stack = value > 0 ? up : down;
      stack[t] += value;
      return [[plan.start(t), plan.start(t + 1), stack[t] - value, stack[t], t]];
    }),
  );
}

/** Runs of equal entries: [first, last, entry] with steps [first, last); unknown ones are left out. */
export function runs(entries) {
  const found = [];
  entries.forEach((entry, t) => {
    const open = found.at(-1);
    if (open !== undefined && open[1] === t && open[2] === entry) {
      open[1] = t + 1;
    } else if (entry !== null) {
      found.push([t, t + 1, entry]);
    }
  });
  return found;
}

/**
 * Rank of each price within its local day, from −1 (cheapest) to 1 (dearest);
 * 0 on days on which the price does not change.
 */
export function dayRanks(plan, values, time) {
  const days = new Map();
  const keys = values.map((value, t) => (value === null ? null : time.dayKey(plan.start(t))));
  keys.forEach((key, t) => {
    if (key !== null) {
      days.set(key, [...(days.get(key) ?? []), values[t]]);
    }
  });
  for (const list of days.values()) {
    list.sort((a, b) => a - b);
  }
  return values.map((value, t) => {
    if (value === null) {
      return null;
    }
    const sorted = days.get(keys[t]);
    const below = sorted.findIndex((other) => other >= value);
    const above = sorted.length - 1 - sorted.findLastIndex((other) => other <= value);
    return sorted.length > 1 ? (below - above) / (sorted.length - 1) : 0;
  });
}

/** A range around values that ends on round numbers, with about so many intervals. */
export function niceRange(low, high, intervals = 3) {
  const rough = (high - low || Math.abs(high) || 1) / intervals;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const interval = magnitude * [1, 2, 5, 10].find((factor) => factor * magnitude >= rough * 0.999);
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval };
}
