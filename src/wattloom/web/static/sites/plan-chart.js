/** Draws a plan with ECharts: three bands (price, power, state of charge) on one time axis. */
import { echarts } from "../charts/echarts.js";
import { palette } from "../charts/palette.js";
import { dayRanks, drawn, pointLine, stackedBars, stepLine } from "./plan-data.js";
import { decimal, unitLabel } from "../core/numbers.js";
import { SiteTime } from "../core/time.js";
import { nights } from "./sun.js";

const PRICE = 0;
const POWER = 1;
const STOCK = 2;
const MARGIN = { left: 48, right: 8, top: 28, bottom: 28, between: 36 };
const HALF_LABEL = 36;
const SHARES = [0.2, 0.54, 0.26];

/** Owns the canvas inside one element. */
export class PlanChart {
  #element;
  #chart;
  #plan = null;

  constructor(element) {
    this.#element = element;
    this.#chart = echarts.init(element, null, { renderer: "canvas" });
  }

  draw(plan) {
    this.#plan = plan;
    this.#chart.resize();
    this.#chart.setOption(buildOption(plan, palette(this.#element), size(this.#element)), { notMerge: true });
  }

  /** Redraw in the present theme and size. */
  redraw() {
    if (this.#plan !== null) {
      this.draw(this.#plan);
    }
  }

  clear() {
    this.#plan = null;
    this.#chart.clear();
  }

  /** Horizontal position of an instant inside the element [px]. */
  xOf(at) {
    return this.#chart.convertToPixel({ xAxisIndex: PRICE }, at);
  }

  /** The instant at a horizontal position, null outside the bands. */
  instantAt(x) {
    const { left, right } = MARGIN;
    const isInside = x >= left && x <= this.#element.clientWidth - right;
    return isInside ? this.#chart.convertFromPixel({ xAxisIndex: PRICE }, x) : null;
  }

  dispose() {
    this.#chart.dispose();
  }
}

function size(element) {
  return { width: element.clientWidth, height: element.clientHeight };
}

function buildOption(plan, colours, { width, height }) {
  const time = new SiteTime(plan.zone);
  const bands = bandHeights(height);
  const ticks = time.ticks(plan.from, plan.to, Math.min(9, width / 90));
  const lastLabel = plan.to - ((plan.to - plan.from) * HALF_LABEL) / (width - MARGIN.left - MARGIN.right);
  const labelled = ticks.filter((at) => at <= lastLabel);
  return {
    animation: false,
    textStyle: { fontFamily: colours.font, fontSize: 12 },
    grid: bands.map(({ top, height: band }) => ({ left: MARGIN.left, right: MARGIN.right, top, height: band, outerBoundsMode: "none" })),
    xAxis: bands.map((_, band) => timeAxis(plan, time, { ticks, labelled }, colours, band)),
    yAxis: valueAxes(plan, colours),
    series: [
      ...nightShades(plan, colours),
      ...priceSeries(plan, time, colours),
      ...powerSeries(plan, colours),
      ...stockSeries(plan, colours),
      ...markers(plan, colours),
    ],
  };
}

function bandHeights(height) {
  const free = height - MARGIN.top - MARGIN.bottom - MARGIN.between * (SHARES.length - 1);
  let top = MARGIN.top;
  return SHARES.map((share) => {
    const band = { top, height: Math.round(free * share) };
    top += band.height + MARGIN.between;
    return band;
  });
}

function timeAxis(plan, time, { ticks, labelled }, colours, band) {
  return {
    type: "value",
    gridIndex: band,
    min: plan.from,
    max: plan.to,
    axisLine: { show: band !== POWER, onZero: false, lineStyle: { color: colours["line-strong"] } },
    axisTick: { show: band === STOCK, customValues: ticks, lineStyle: { color: colours["line-strong"] } },
    axisLabel: {
      show: band === STOCK,
      customValues: labelled,
      color: colours["text-3"],
      hideOverlap: true,
      formatter: (at) => time.tickLabel(at),
    },
    splitLine: { show: true, lineStyle: { color: colours.line } },
  };
}

function valueAxes(plan, colours) {
  const prices = plan.all("consumption-price").concat(plan.all("production-price"));
  const known = prices.flatMap((price) => price.values.filter((value) => value !== null));
  const limits = [
    known.length ? niceRange(Math.min(...known), Math.max(...known)) : {}, // shades would count as values otherwise
    {},
    plan.stocksInPercent ? { min: 0, max: 100, interval: 50 } : { min: 0 },
  ];
  const titles = [
    `Price  ${unitLabel(prices[0]?.unit ?? "")}`,
    "Power  kW",
    `State of charge  ${plan.stocksInPercent ? "%" : "kWh"}`,
  ];
  return titles.map((name, band) => ({
    type: "value",
    gridIndex: band,
    name,
    nameGap: 10,
    nameTextStyle: { align: "left", color: colours["text-2"], fontSize: 12, padding: [0, 0, 0, -MARGIN.left] },
    splitNumber: band === POWER ? 5 : 2,
    ...limits[band],
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: colours["text-3"], formatter: (value) => axisLabel(value, band) },
    splitLine: { lineStyle: { color: colours.line } },
  }));
}

/** A range around two values that ends on round numbers, with two or three intervals. */
function niceRange(low, high) {
  const rough = (high - low || Math.abs(high) || 1) / 3;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const interval = magnitude * [1, 2, 5, 10].find((factor) => factor * magnitude >= rough);
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval };
}

function axisLabel(value, band) {
  return band === PRICE ? decimal(value, 1) : String(Math.round(value * 100) / 100).replace("-", "\u2212");
}

function onBand(band) {
  return { xAxisIndex: band, yAxisIndex: band, silent: true };
}

/** Rectangles over the full height of a band: data are [from, to, opacity]. */
function shades(band, data, colourOf, z = 0) {
  return {
    type: "custom",
    ...onBand(band),
    z,
    data,
    clip: true,
    encode: { x: [0, 1], y: [] },
    renderItem: ({ coordSys }, api) => {
      const left = api.coord([api.value(0), 0])[0];
      const right = api.coord([api.value(1), 0])[0];
      const shape = { x: left, y: coordSys.y, width: right - left, height: coordSys.height };
      return { type: "rect", shape, style: { fill: colourOf(api.value(2)), opacity: Math.abs(api.value(2)) } };
    },
  };
}

function nightShades(plan, colours) {
  const data = nights(plan).map(([from, to]) => [from, to, 1]);
  return data.length ? [POWER, STOCK].map((band) => shades(band, data, () => colours.night)) : [];
}

function priceSeries(plan, time, colours) {
  const [consumption] = plan.all("consumption-price");
  const [production] = plan.all("production-price");
  const series = [];
  if (consumption) {
    const ranks = dayRanks(plan, consumption.values, time);
    const data = ranks.flatMap((rank, t) => (rank ? [[plan.start(t), plan.start(t + 1), rank * 0.32]] : []));
    series.push(shades(PRICE, data, (rank) => (rank < 0 ? colours.cheap : colours.dear)));
    series.push(line(PRICE, stepLine(plan, consumption.values, 0, plan.n), { color: colours.price, width: 2 }));
  }
  if (production) {
    const style = { color: colours.price, width: 1, type: [2, 3] };
    series.push(line(PRICE, stepLine(plan, production.values, 0, plan.n), style));
  }
  return series;
}

function powerSeries(plan, colours) {
  const series = [];
  for (const area of plan.areas) {
    const values = area.values.map((value) => drawn(area, value));
    const colour = colours[area.kind];
    series.push(...pastAndPlan(plan, POWER, (first, last) => stepLine(plan, values, first, last), colour, 1, 0.22));
  }
  stackedBars(plan, plan.devices).forEach((data, d) => {
    series.push(bars(data, colours[plan.devices[d].kind], plan.now));
  });
  for (const grid of plan.all("net-power")) {
    // A line in the colour of the card keeps the grid apart from the bars that it crosses.
    const halo = { color: colours.surface, width: 4, opacity: 0.8 };
    series.push(...[1, -1].map((sign) => line(POWER, stepLine(plan, grid.values, 0, plan.n, sign), halo)));
    const side = (sign) => (first, last) => stepLine(plan, grid.values, first, last, sign);
    series.push(...pastAndPlan(plan, POWER, side(1), colours["grid-import"], 2));
    series.push(...pastAndPlan(plan, POWER, side(-1), colours["grid-export"], 2));
  }
  return series;
}

function stockSeries(plan, colours) {
  return plan.all("stock").flatMap((stock) => {
    const values = plan.stocksInPercent
      ? stock.values.map((value) => (value === null ? null : (100 * value) / stock.capacity_kwh))
      : stock.values;
    const width = stock.kind === "battery" ? 3 : 2;
    const colour = colours[stock.kind];
    return pastAndPlan(plan, STOCK, (first, last) => pointLine(plan, values, first, last), colour, width);
  });
}

/** Two lines that meet at now: solid for what was measured, dashed for what is planned. */
function pastAndPlan(plan, band, cornersOf, colour, width, areaOpacity = 0) {
  const style = { color: colour, width };
  return [
    line(band, cornersOf(0, plan.nowStep), style, areaOpacity),
    line(band, cornersOf(plan.nowStep, plan.n), { ...style, type: [5, 3] }, areaOpacity * 0.6),
  ];
}

function line(band, data, style, areaOpacity = 0) {
  return {
    type: "line",
    ...onBand(band),
    z: band === POWER && areaOpacity === 0 ? 6 : 3,
    data,
    showSymbol: false,
    connectNulls: false,
    lineStyle: { cap: "butt", join: "miter", ...style },
    areaStyle: areaOpacity ? { color: style.color, opacity: areaOpacity, origin: 0 } : undefined,
  };
}

function bars(data, colour, now) {
  return {
    type: "custom",
    ...onBand(POWER),
    z: 4,
    data,
    clip: true,
    encode: { x: [0, 1], y: [2, 3] },
    renderItem: (_, api) => {
      const [left, from] = api.coord([api.value(0), api.value(2)]);
      const [right, to] = api.coord([api.value(1), api.value(3)]);
      const gap = right - left > 6 ? 1 : 0;
      const shape = { x: left, y: Math.min(from, to), width: right - left - gap, height: Math.abs(to - from) };
      return { type: "rect", shape, style: { fill: colour, opacity: api.value(0) < now ? 1 : 0.62 } };
    },
  };
}

/** The now-line through all bands, and the zero line of power. */
function markers(plan, colours) {
  return [PRICE, POWER, STOCK].map((band) => {
    const now = {
      xAxis: plan.now,
      lineStyle: { color: colours.accent, width: 1.5, type: "solid" },
      label: { show: band === PRICE, formatter: "now", color: colours.accent, fontSize: 12, distance: 4 },
    };
    const zero = {
      yAxis: 0,
      lineStyle: { color: colours["text-3"], width: 1, type: "solid" },
      label: { show: false },
    };
    const isNowShown = plan.now >= plan.from && plan.now <= plan.to;
    const data = [...(isNowShown ? [now] : []), ...(band === POWER ? [zero] : [])];
    return { type: "line", ...onBand(band), z: 9, data: [], markLine: { silent: true, symbol: "none", z: 9, data } };
  });
}
