/** What ECharts draws for a row of lines. Pure: from lines, window and colours to an option. */
import { decimal } from "../core/numbers.js";

export const MARGIN = { left: 56, right: 12, top: 12, bottom: 24 };

/** The value axis: its limits on round numbers, by the mode of the row. */
export function yRange(mode, found) {
  if (mode !== null && typeof mode === "object" && !Array.isArray(mode)) {
    return { min: mode.min, max: mode.max };
  }
  let [low, high] = found ?? [0, 1];
  if (mode === "zero") {
    [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  } else if (Array.isArray(mode)) {
    [low, high] = [Math.min(low, mode[0]), Math.max(high, mode[1])];
  }
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const interval = magnitude * [1, 2, 2.5, 5, 10].find((factor) => factor * magnitude >= rough * 0.999);
  const min = Math.floor(low / interval + 1e-9) * interval;
  const max = Math.ceil(high / interval - 1e-9) * interval;
  return { min, max: max > min ? max : min + interval, interval };
}

/** All that changes when the window moves. */
export function axes({ window: [from, to], ticks, range, colours, width }) {
  const lastLabel = to - ((to - from) * 36) / (width - MARGIN.left - MARGIN.right);
  const labels = new Map(ticks.map(({ at, label }) => [at, label]));
  const instants = [...labels.keys()];
  return {
    xAxis: {
      type: "value",
      min: from,
      max: to,
      axisLine: { show: true, onZero: false, lineStyle: { color: colours["line-strong"] } },
      axisTick: { show: true, customValues: instants, lineStyle: { color: colours["line-strong"] } },
      axisLabel: {
        customValues: instants.filter((at) => at <= lastLabel),
        color: colours["text-3"],
        hideOverlap: true,
        formatter: (at) => labels.get(at) ?? "",
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      ...range,
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours["text-3"], formatter: (value) => axisNumber(value, range.interval) },
      splitLine: { lineStyle: { color: colours.line } },
    },
  };
}

function axisNumber(value, interval = 1) {
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(interval) + 1e-9) + (interval % 1 && /25/.test(String(interval)) ? 1 : 0)));
  if (Math.abs(value) >= 10_000 || decimals === 0) {
    return decimal(Math.round(value), 1000);
  }
  return new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: decimals })
    .format(Math.round(value / interval) * interval || 0)
    .replace("-", "\u2212");
}

/** The whole picture of a row. */
export function lineOption(frame) {
  const { colours } = frame;
  return {
    animation: false,
    textStyle: { fontFamily: colours.font, fontSize: 12 },
    grid: { ...MARGIN, outerBoundsMode: "none" },
    ...axes(frame),
    series: [backdrop(frame), ...frame.bands.map((band) => bandOf(band, colours)), ...frame.lines.map((line) => lineOf(line, frame)), ...frame.constants.map((one) => constantOf(one, frame))],
  };
}

function lineOf(line, { colours, clamp }) {
  const points = clamp === null ? line.points : line.points.map(([at, value]) => [at, value === null ? null : Math.max(clamp[0], Math.min(clamp[1], value))]);
  return {
    id: line.key,
    type: "line",
    silent: true,
    z: line.kind === "other" ? 4 : 3,
    data: points,
    step: line.length > 0 ? "end" : false,
    showSymbol: line.length === 0 && points.length < 60,
    symbolSize: 4,
    connectNulls: false,
    itemStyle: { color: colours[line.hue] },
    lineStyle: {
      color: colours[line.hue],
      width: line.isPast ? 1.25 : 1.75,
      type: line.dash ?? "solid",
      opacity: line.isFaded ? 0.2 : 1,
      cap: "butt",
      join: "miter",
    },
  };
}

function constantOf({ id, value, isFaded }, { window: [from, to], colours }) {
  return {
    id: `constant ${id}`,
    type: "line",
    silent: true,
    z: 5,
    data: [[from, value], [to, value]],
    showSymbol: false,
    lineStyle: { color: colours.limit, width: 1.25, type: [6, 4], opacity: isFaded ? 0.2 : 1 },
  };
}

/** What lies behind the lines and over them: annotations, now, the moment that is known in a replay, the zero line. */
function backdrop({ window: [from, to], now, knownAt, areas, colours, range }) {
  const vertical = (at, color, type) => ({ xAxis: at, lineStyle: { color, width: 1.5, type }, label: { show: false } });
  const marks = [];
  if (now > from && now < to) {
    marks.push(vertical(now, colours.accent, "solid"));
  }
  if (knownAt !== null && knownAt > from && knownAt < to) {
    marks.push(vertical(knownAt, colours.warn, [4, 3]));
  }
  if (range.min < 0 && range.max > 0) {
    marks.push({ yAxis: 0, lineStyle: { color: colours["text-3"], width: 1, type: "solid" }, label: { show: false } });
  }
  return {
    id: "backdrop",
    type: "line",
    data: [],
    z: 2,
    markLine: { silent: true, symbol: "none", z: 6, data: marks },
    markArea: {
      silent: true,
      z: 1,
      data: areas.map(({ start, end, isAlert, isLit }) => [
        { xAxis: Math.max(start, from), itemStyle: { color: isAlert ? colours.warn : colours["text-3"], opacity: isLit ? 0.3 : 0.14 } },
        { xAxis: Math.min(end, to) },
      ]),
    },
  };
}

/** A band between two lines of equal instants, for what lies between two quantiles. */
function bandOf({ id, hue, rows }, colours) {
  return {
    id: `band ${id}`,
    type: "custom",
    silent: true,
    z: 2,
    data: rows,
    clip: true,
    encode: { x: [0, 1], y: [2, 3] },
    renderItem: (_, api) => {
      const [left, bottom] = api.coord([api.value(0), api.value(2)]);
      const [right, top] = api.coord([api.value(1), api.value(3)]);
      const shape = { x: left, y: Math.min(top, bottom), width: right - left, height: Math.abs(bottom - top) };
      return { type: "rect", shape, style: { fill: colours[hue], opacity: 0.16 } };
    },
  };
}
