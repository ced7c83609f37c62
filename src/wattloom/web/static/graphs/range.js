/** Windows of time [from, to): what presets mean, the one before and after, zooming. Pure. */
import { DAY } from "../core/zoned-clock.js";

const SHORTEST = 60_000;
const LONGEST = 40 * 366 * DAY;

/** The windows that have names. @returns {[number, number] | null} null where there is none */
export function presetWindow(name, { clock, now, extent, schedule }) {
  const today = clock.startOfDay(now);
  const days = (first, last) => [clock.addDays(today, first), clock.addDays(today, last)];
  switch (name) {
    case "yesterday":
      return days(-1, 0);
    case "today":
      return days(0, 1);
    case "two-days":
      return days(0, 2);
    case "week":
      return days(-6, 1);
    case "month":
      return days(-29, 1);
    case "schedule":
      return schedule;
    case "all":
      return extent;
    default:
      return null;
  }
}

/** The name of a window, "" where it has none. */
export function presetOf(window, context) {
  const names = ["yesterday", "today", "two-days", "week", "month", "schedule", "all"];
  const isSame = (found) => found !== null && found !== undefined && found[0] === window[0] && found[1] === window[1];
  return names.find((name) => isSame(presetWindow(name, context))) ?? "";
}

/** The window before (−1) or after (1): whole local days stay whole local days. */
export function shifted([from, to], direction, clock) {
  const days = Math.round((to - from) / DAY);
  if (days > 0 && clock.startOfDay(from) === from && clock.startOfDay(to) === to) {
    return [clock.addDays(from, direction * days), clock.addDays(to, direction * days)];
  }
  return moved([from, to], direction * (to - from));
}

export function moved([from, to], by) {
  return [from + by, to + by];
}

/** Zoom by a factor (below 1: in) around an instant, which keeps its place. */
export function zoomed([from, to], factor, around = (from + to) / 2) {
  const length = Math.max(SHORTEST, Math.min(LONGEST, (to - from) * factor));
  const share = (around - from) / (to - from);
  const start = Math.round(around - share * length);
  return [start, start + Math.round(length)];
}

/** Milliseconds of an ISO 8601 duration; months are counted as 30 days, years as 365. */
export function durationMs(iso) {
  const found = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(iso);
  const units = [365 * DAY, 30 * DAY, 7 * DAY, DAY, 3_600_000, 60_000, 1000];
  return found === null ? 0 : units.reduce((sum, unit, k) => sum + unit * Number(found[k + 1] ?? 0), 0);
}
