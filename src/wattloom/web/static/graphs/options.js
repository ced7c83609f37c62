/** What ECharts draws for a row of lines. Pure: from lines, window and colours to an option. */
import { locale } from "../core/texts.js";

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
  const interval = magnitude * [1, 2, 5, 10].find((factor) => factor * magnitude >= rough * 0.999);
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

/** A number at a tick, with as many decimals as the ticks need. */
export function axisNumber(value, interval = 1) {
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(interval) + 1e-9)));
  return new Intl.NumberFormat(locale, { maximumFractionDigits: decimals })
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
    series: [...behind(frame), ...frame.bands.map((band) => bandOf(band, colours)), ...frame.lines.map((line) => lineOf(line, frame))],
  };
}

/** What another window changes of the picture; lines follow their axes. */
export function movedOption(frame) {
  return { ...axes(frame), series: behind(frame) };
}

function behind(frame) {
  return [backdrop(frame), ...frame.constants.map((one) => constantOf(one, frame))];
}

/**
 * A line as a shape of its own: the corners of steps stay where they are however small the step, and moving it costs
 * little.
 */
function lineOf(line, { colours, clamp }) {
  const style = {
    fill: "none",
    stroke: colours[line.hue],
    lineWidth: line.isPast ? 1.25 : 1.75,
    lineDash: line.dash,
    opacity: line.isFaded ? 0.2 : 1,
    lineJoin: "miter",
  };
  return {
    id: line.key,
    type: "custom",
    silent: true,
    clip: true,
    z: line.kind === "other" ? 4 : 3,
    data: [[0, 0]],
    renderItem: ({ coordSys }, api) => {
      const place = placing(coordSys, api);
      const children = segments(line, place, clamp).map((points) =>
        points.length === 1
          ? { type: "circle", shape: { cx: points[0][0], cy: points[0][1], r: 2 }, style: { fill: colours[line.hue], opacity: style.opacity } }
          : { type: "polyline", shape: { points }, style },
      );
      return { type: "group", children };
    },
  };
}

/** How values become pixels, and which instants are seen. */
function placing({ x, width }, api) {
  const [x0, y0] = api.coord([0, 0]);
  const [x1, y1] = api.coord([1e12, 1]);
  const perMs = (x1 - x0) / 1e12;
  return { from: (x - x0) / perMs, to: (x + width - x0) / perMs, x: (at) => x0 + at * perMs, y: (value) => y0 + value * (y1 - y0) };
}

/** The parts of a line between its gaps as points in pixels, those that are seen. */
function segments({ points, length }, { from, to, x, y }, clamp) {
  const first = Math.max(0, firstAfter(points, from) - 2);
  const found = [[]];
  for (let k = first; k < points.length; k++) {
    const [at, value] = points[k];
    const part = found.at(-1);
    if (value === null) {
      found.push([]);
    } else {
      const height = y(clamp === null ? value : Math.max(clamp[0], Math.min(clamp[1], value)));
      if (length > 0 && part.length > 0) {
        part.push([x(at), part.at(-1)[1]]);
      }
      part.push([x(at), height]);
    }
    if (at > to) {
      break;
    }
  }
  return found.filter((part) => part.length > 0);
}

function firstAfter(points, instant) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] <= instant) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
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
