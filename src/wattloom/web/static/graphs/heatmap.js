/** One line as coloured cells: days below each other (or weeks), time of day (or of week) from left to right. */
import { t } from "../core/texts.js";
import { knownValues, tooltip } from "./histogram.js";
import { DAY, MONDAY } from "../core/zoned-clock.js";

const MOST_CELLS = 60_000;

/**
 * Cells of a line. What the clocks repeat in autumn shares its place with the hour before: `part` is then 1 (first)
 * and 2 (second).
 * @returns {{from: number, to: number, line: number, value: number, at: number, part: number}[]} positions in ms
 */
export function cells({ columns, length, sensor }, clock, period) {
  const found = new Map();
  const origin = period === DAY ? 0 : MONDAY;
  columns.starts.forEach((at, k) => {
    if (columns.values[k] === null) {
      return;
    }
    const wall = clock.wall(at) - origin;
    const line = Math.floor(wall / period);
    const from = wall - line * period;
    const cell = { from, to: Math.min(period, from + (length || 900_000)), line, value: columns.values[k] * sensor.factor + sensor.offset, at, part: 0 };
    const same = found.get(wall);
    if (same !== undefined) {
      same.part = 1;
      cell.part = 2;
      found.set(`${wall} again`, cell);
    } else {
      found.set(wall, cell);
    }
  });
  return [...found.values()];
}

/** A mix of two colours "rgb(…)". */
function mixed(from, to, share) {
  const [a, b] = [from, to].map((colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number));
  return `rgb(${a.map((part, k) => Math.round(part + (b[k] - part) * share)).join(",")})`;
}

/** Colours on both sides of zero; only one side where no value crosses it. */
function colourScale(values, colours) {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  if (low < 0 && high > 0) {
    const most = Math.max(-low, high);
    return (value) => mixed(colours.surface, value < 0 ? colours.cheap : colours.dear, Math.min(1, Math.abs(value) / most) ** 0.7);
  }
  const hue = high <= 0 ? colours.cheap : colours.dear;
  const [weak, strong] = high <= 0 ? [high, low] : [low, high];
  return (value) => mixed(colours.surface, hue, 0.12 + 0.88 * ((value - weak) / (strong - weak || 1)));
}

/** The line with most values: a heatmap shows one. */
function shownLine(row) {
  const count = (line) => line.columns.values.reduce((n, value) => n + (value !== null), 0);
  return row.visibleLines.reduce((best, line) => (best === null || count(line) > count(best) ? line : best), null);
}

/** What ECharts draws. @param {"day" | "week"} view */
export function heatmapOption(row, view, clock, colours) {
  const line = shownLine(row);
  const period = view === "day" ? DAY : 7 * DAY;
  const found = line === null ? [] : cells(line, clock, period).slice(0, MOST_CELLS);
  if (found.length === 0) {
    return null;
  }
  const colourOf = colourScale(found.map(({ value }) => value), colours);
  const [first, last] = [found[0].line, found.at(-1).line];
  const labelEvery = Math.ceil((last - first + 1) / 8);
  const origin = view === "day" ? 0 : MONDAY;
  const dayLabel = (n) => clock.format(clock.instant(n * period + origin), { day: "numeric", month: "short", ...(view === "day" ? { weekday: "short" } : {}) });
  return {
    animation: false,
    textStyle: { fontFamily: colours.font, fontSize: 12 },
    grid: { left: 84, right: 12, top: 4, bottom: 24, outerBoundsMode: "none" },
    xAxis: {
      type: "value",
      min: 0,
      max: period,
      interval: view === "day" ? DAY / 8 : DAY,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours["text-3"], hideOverlap: true, formatter: (at) => timeLabel(at, view, clock) },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      inverse: true,
      min: first,
      max: last + 1,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { customValues: found.filter((cell, k) => k === 0 || cell.line !== found[k - 1].line).map((cell) => cell.line).filter((n) => (n - first) % labelEvery === 0), color: colours["text-3"], formatter: dayLabel, verticalAlign: "top" },
      splitLine: { show: false },
    },
    tooltip: tooltip(colours, ({ value }) => `${clock.interval(value[4], value[4] + line.length)}\n${row.text(value[3])}`),
    series: [
      {
        type: "custom",
        name: line.label,
        data: found.map(({ from, to, line: n, value, at, part }) => [from, to, n, value, at, part]),
        encode: { x: [0, 1], y: [2] },
        clip: true,
        renderItem: (_, api) => {
          const [left, top] = api.coord([api.value(0), api.value(2)]);
          const [right, bottom] = api.coord([api.value(1), api.value(2) + 1]);
          const part = api.value(5);
          const half = (bottom - top) / 2;
          const shape = { x: left, y: part === 2 ? top + half : top, width: Math.max(1, right - left + 0.3), height: part === 0 ? bottom - top + 0.3 : half };
          return { type: "rect", shape, style: { fill: colourOf(api.value(3)) } };
        },
      },
    ],
  };
}

function timeLabel(at, view, clock) {
  if (view === "day") {
    return at === DAY ? "" : `${String(Math.round(at / 3_600_000)).padStart(2, "0")}:00`;
  }
  return at === 7 * DAY ? "" : clock.format(clock.instant(MONDAY + at + DAY / 2), { weekday: "short" });
}

/** What the colours mean, and which of several lines they show. */
export function heatmapNote(row) {
  const line = shownLine(row);
  const values = line === null ? [] : knownValues(line);
  if (values.length === 0) {
    return "";
  }
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const limits = { low: row.text(low), high: row.text(high) };
  const scale =
    low < 0 && high > 0
      ? t("%(low)s is blue, zero is pale, %(high)s is orange.", limits)
      : high <= 0
        ? t("%(high)s is pale, %(low)s is blue.", limits)
        : t("%(low)s is pale, %(high)s is orange.", limits);
  const choice = row.visibleLines.length > 1 ? t("Shown: %(line)s. Hide others in the legend to choose.", { line: line.label }) : "";
  return `${scale} ${choice}`.trim();
}
