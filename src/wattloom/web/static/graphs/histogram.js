/** How often which values occur: bars per line of a row. */
import { axisNumber, yRange } from "./options.js";

const FINEST_SHARE = 6;

/** Counts of values in bins of round width. @param {number[][]} lists @returns {{edges: number[], counts: number[][]} | null} */
function binned(lists) {
  const all = lists.flat();
  if (all.length === 0) {
    return null;
  }
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const { min, max, interval } = yRange("data", [low, high]);
  const width = interval / FINEST_SHARE;
  const n = Math.max(1, Math.round((max - min) / width));
  const edges = Array.from({ length: n + 1 }, (_, k) => min + k * width);
  const counts = lists.map((values) => {
    const bins = new Array(n).fill(0);
    for (const value of values) {
      bins[Math.max(0, Math.min(n - 1, Math.floor((value - min) / width)))] += 1;
    }
    return bins;
  });
  return { edges, counts };
}

/** What ECharts draws. @param {object} row a GraphRow whose lines hold all values */
export function histogramOption(row, colours) {
  const lines = row.visibleLines;
  const found = binned(lines.map((line) => knownValues(line)));
  if (found === null) {
    return null;
  }
  const { edges, counts } = found;
  const data = (k) => edges.slice(0, -1).map((edge, n) => [edge, edges[n + 1], counts[k][n]]);
  return {
    animation: false,
    textStyle: { fontFamily: colours.font, fontSize: 12 },
    grid: { left: 56, right: 12, top: 12, bottom: 24, outerBoundsMode: "none" },
    xAxis: {
      type: "value",
      min: edges[0],
      max: edges.at(-1),
      axisLine: { lineStyle: { color: colours["line-strong"] } },
      axisLabel: { color: colours["text-3"], showMaxLabel: false, formatter: (value) => axisNumber(value, edges[FINEST_SHARE] - edges[0]) },
      splitLine: { show: false },
    },
    yAxis: { type: "value", minInterval: 1, splitNumber: 4, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: colours["text-3"] }, splitLine: { lineStyle: { color: colours.line } } },
    tooltip: tooltip(colours, ({ value, seriesName }) => `${seriesName}\n${row.text(value[0])} – ${row.text(value[1])}: ${value[2]}`),
    series: lines.map((line, k) => ({
      type: "custom",
      name: line.label,
      data: data(k).filter(([, , count]) => count > 0),
      encode: { x: [0, 1], y: [2] },
      renderItem: (_, api) => {
        const [left, top] = api.coord([api.value(0), api.value(2)]);
        const [right, bottom] = api.coord([api.value(1), 0]);
        const part = (right - left - 1) / lines.length;
        const shape = { x: left + k * part, y: top, width: Math.max(1, part), height: bottom - top };
        return { type: "rect", shape, style: { fill: colours[line.hue], opacity: line.isFaded ? 0.2 : line.kind === "other" ? 0.9 : 0.55 } };
      },
    })),
  };
}

/** The values of a line in the unit of its row, without gaps. */
export function knownValues({ columns, sensor }) {
  return columns.values.filter((value) => value !== null).map((value) => value * sensor.factor + sensor.offset);
}

/** A tooltip without HTML, as our Content-Security-Policy wants it. */
export function tooltip(colours, formatter) {
  return {
    renderMode: "richText",
    formatter,
    backgroundColor: colours.raised,
    borderColor: colours.line,
    textStyle: { color: colours.text, fontSize: 13, fontFamily: colours.font },
  };
}
