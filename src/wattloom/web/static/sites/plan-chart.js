/** Draws a plan with ECharts: three bands (price, power, state of charge) on one time axis. */
import { echarts } from "../charts/echarts.js";
import { palette } from "../charts/palette.js";
import { decimal, unitLabel } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { SiteTime } from "../core/time.js";
import { bandSeries, powerExtent } from "./plan-bands.js";
import { limitAt } from "./plan-data.js";
import { niceRange } from "./plan-geometry.js";
import { lanesHeight, POWER, PRICE, STOCK } from "./plan-shapes.js";

const MARGIN = { left: 48, right: 8, top: 28, bottom: 28, between: 36 };
const HALF_LABEL = 36;
const SHARES = [0.2, 0.54, 0.26];
/** Narrower than this, power stands first. */
const NARROW = 600;
/** A limit that lies further beyond what is drawn than this factor would press everything else flat. */
const NEAR = 1.8;

/** Owns the canvas inside one element. */
export class PlanChart {
  #element;
  #chart;
  #shown = null;

  constructor(element) {
    this.#element = element;
    this.#chart = echarts.init(element, null, { renderer: "canvas" });
  }

  /** Draw the part of a plan that a view shows. @param {{from: number, to: number}} view @param {object | null} compared */
  draw(plan, view, compared = null) {
    this.#shown = { plan, view, compared };
    this.#chart.resize();
    this.#chart.setOption(buildOption(this.#shown, palette(this.#element), size(this.#element)), { notMerge: true });
  }

  /** Show another part of the same plan: quick enough to follow a finger. */
  pan(view) {
    this.#shown = { ...this.#shown, view };
    const { plan, compared } = this.#shown;
    const ticks = ticksOf(plan, view, this.#element.clientWidth);
    this.#chart.setOption({
      xAxis: [PRICE, POWER, STOCK].map((band) => ({ min: view.from, max: view.to, ...labels(ticks, band) })),
      yAxis: [{}, powerRange(plan, compared, view), {}],
    });
  }

  /** Redraw in the present theme and size. */
  redraw() {
    if (this.#shown !== null) {
      this.draw(this.#shown.plan, this.#shown.view, this.#shown.compared);
    }
  }

  clear() {
    this.#shown = null;
    this.#chart.clear();
  }

  /** Horizontal position of an instant inside the element [px]. */
  xOf(at) {
    return this.#chart.convertToPixel({ xAxisIndex: PRICE }, at);
  }

  /** The instant at a horizontal position, null outside the bands. */
  instantAt(x) {
    const isInside = x >= MARGIN.left && x <= this.#element.clientWidth - MARGIN.right;
    return isInside ? this.#chart.convertFromPixel({ xAxisIndex: PRICE }, x) : null;
  }

  /** How many milliseconds a pixel stands for. */
  get perPixel() {
    const { view } = this.#shown;
    return (view.to - view.from) / (this.#element.clientWidth - MARGIN.left - MARGIN.right);
  }

  /** The picture as a canvas. @param {number} pixelRatio */
  picture(pixelRatio) {
    return this.#chart.renderToCanvas({ pixelRatio });
  }

  dispose() {
    this.#chart.dispose();
  }
}

function size(element) {
  return { width: element.clientWidth, height: element.clientHeight };
}

function buildOption({ plan, view, compared }, colours, { width, height }) {
  const time = new SiteTime(plan.zone);
  const ticks = ticksOf(plan, view, width);
  return {
    animation: false,
    textStyle: { fontFamily: colours.font, fontSize: 12 },
    grid: bandPlaces({ width, height }, plan.devices.length).map(({ top, height: band }) => ({
      left: MARGIN.left,
      right: MARGIN.right,
      top,
      height: band,
      outerBoundsMode: "none",
    })),
    xAxis: [PRICE, POWER, STOCK].map((band) => timeAxis(view, time, ticks, colours, band)),
    yAxis: valueAxes(plan, compared, view, colours),
    series: bandSeries(plan, time, colours, { compared, top: orderOf(width)[0] }),
  };
}

/** From top to bottom. */
function orderOf(width) {
  return width < NARROW ? [POWER, STOCK, PRICE] : [PRICE, POWER, STOCK];
}

/** Where each band lies, by band. */
function bandPlaces({ width, height }, nDevices) {
  const lanes = lanesHeight(nDevices);
  const free = height - MARGIN.top - MARGIN.bottom - MARGIN.between * (SHARES.length - 1) - lanes;
  const places = [];
  let top = MARGIN.top;
  for (const band of orderOf(width)) {
    places[band] = { top, height: Math.round(free * SHARES[band]) };
    top += places[band].height + MARGIN.between + (band === POWER ? lanes : 0);
  }
  return places;
}

function ticksOf(plan, view, width) {
  const ticks = new SiteTime(plan.zone).ticks(view.from, view.to, Math.min(9, width / 90));
  const half = ((view.to - view.from) * HALF_LABEL) / (width - MARGIN.left - MARGIN.right);
  return { ticks, labelled: ticks.filter((at) => at <= view.to - half), lowest: orderOf(width).at(-1) };
}

function labels({ ticks, labelled, lowest }, band) {
  return {
    axisTick: { show: band === lowest, customValues: ticks },
    axisLabel: { show: band === lowest, customValues: labelled },
  };
}

function timeAxis(view, time, ticks, colours, band) {
  const { axisTick, axisLabel } = labels(ticks, band);
  return {
    type: "value",
    gridIndex: band,
    min: view.from,
    max: view.to,
    axisLine: { show: band !== POWER, onZero: false, lineStyle: { color: colours["line-strong"] } },
    axisTick: { ...axisTick, lineStyle: { color: colours["line-strong"] } },
    axisLabel: {
      ...axisLabel,
      color: colours["text-3"],
      hideOverlap: true,
      formatter: (at) => time.tickLabel(at),
    },
    splitLine: { show: true, lineStyle: { color: colours.line } },
  };
}

function valueAxes(plan, compared, view, colours) {
  const prices = plan.all("consumption-price").concat(plan.all("production-price"));
  const known = prices.flatMap((price) => price.values.filter((value) => value !== null));
  const limits = [
    known.length ? niceRange(Math.min(...known), Math.max(...known)) : {}, // shades would count as values otherwise
    powerRange(plan, compared, view),
    plan.stocksInPercent ? { min: 0, max: 100, interval: 50 } : { min: 0 },
  ];
  const titles = [
    `${t("Price")}  ${unitLabel(prices[0]?.unit ?? "")}`,
    `${t("Power")}  kW`,
    `${t("State of charge")}  ${plan.stocksInPercent ? "%" : "kWh"}`,
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

/** The range of the power band: what is drawn in the view, and limits of the grid that lie near it. */
function powerRange(plan, compared, view) {
  let [low, high] = powerExtent(plan, compared, view);
  const [first, last] = plan.stepsOf(view);
  const reach = (code) => {
    const levels = plan.limitsOf(code).flatMap((limit) => [limitAt(limit, first), limitAt(limit, last - 1)]);
    return levels.filter((level) => level !== null && level > 0);
  };
  const within = (levels, extent) =>
    Math.max(extent, ...levels.filter((level) => level <= extent * NEAR).map((level) => level * 1.04));
  high = within(reach("import-capacity"), high);
  low = -within(reach("export-capacity"), -low);
  return niceRange(low, high || 1, 5);
}

function axisLabel(value, band) {
  return band === PRICE ? decimal(value, 1) : String(Math.round(value * 100) / 100).replace("-", "\u2212");
}
