/** From columns (starts, values) to the corners of a line, and what a line says at an instant. Pure. */
import { lowerBound } from "./tiles.js";

/**
 * The corners of a line: values hold until the next one starts, at a gap and at the end for their length; what has
 * no length is joined. Gaps are never joined.
 * @param {{starts: number[], values: (number|null)[]}} columns @param {number} length of an event [ms], 0 for samples
 * @returns {[number, number|null][]}
 */
export function corners({ starts, values }, length, factor = 1, offset = 0) {
  const points = [];
  for (let k = 0; k < starts.length; k++) {
    if (values[k] === null) {
      continue;
    }
    const value = values[k] * factor + offset;
    points.push([starts[k], value]);
    const isLast = k + 1 === starts.length || values[k + 1] === null;
    if (length > 0 && isLast) {
      const end = values[k + 1] === null ? starts[k + 1] : starts[k] + length;
      points.push([end, value]);
    }
    if (isLast) {
      points.push([points.at(-1)[0], null]);
    }
  }
  return points;
}

/** The position of the row that holds at an instant, −1 where there is none; of samples the nearest before. */
export function rowAt({ starts, values }, at, length) {
  const k = lowerBound(starts, at + 1) - 1;
  if (k < 0 || values[k] === null) {
    return -1;
  }
  const isLast = k + 1 === starts.length;
  return isLast && length > 0 && at >= starts[k] + length ? -1 : k;
}

/** Smallest and largest value of the rows that are seen in a window, null where there are none. */
export function extremes({ starts, values }, [from, to], factor = 1, offset = 0) {
  let [low, high] = [Infinity, -Infinity];
  for (let k = Math.max(0, lowerBound(starts, from) - 1); k < starts.length && starts[k] <= to; k++) {
    if (values[k] !== null) {
      const value = values[k] * factor + offset;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : null;
}
