/** What stands in the three bands of the plan chart, as series of ECharts. */
import { t } from "../core/texts.js";
import { drawn, drawnSpread, drawnStock, limitAt } from "./plan-data.js";
import { dayRanks, pointLine, runs, stackedBars, stepLine } from "./plan-geometry.js";
import { bars, hatches, lane, line, marks, onBand, POWER, PRICE, shades, STOCK } from "./plan-shapes.js";
import { nights } from "./sun.js";

const SPREAD_OPACITY = 0.16;
const PLANNED_OPACITY = 0.62;
const DASHED = [5, 3];
const DOTTED = [1, 3];
/** What a second plan is drawn with: no other line has this pattern. */
const COMPARED = [9, 3, 2, 3];
const DIRECTIONS = { charge: 1, hold: 0, discharge: -1 };
const MOMENTS = { minima: "triangle", maxima: "arrow", target: "diamond" };

/** All series of the chart. @param {{ compared: ComparedPlan | null, top: number }} shown a second plan, and the highest band */
export function bandSeries(plan, time, colours, { compared, top }) {
  return [
    ...nightShades(plan, colours),
    ...priceSeries(plan, time, colours),
    ...limitSeries(plan, colours),
    ...deviceLimits(plan, colours),
    ...powerSeries(plan, colours),
    ...lanes(plan, colours),
    ...stockSeries(plan, colours),
    ...(compared ? comparedSeries(plan, colours, compared) : []),
    ...markers(plan, colours, top),
  ];
}

/** The highest and lowest power that is drawn [kW], limits apart. */
export function powerExtent(plan, compared, view) {
  const [first, last] = plan.stepsOf(view);
  const shown = plan.areas.flatMap((area) => spreadOrValues(plan, area, first, last));
  const stacks = stackedBars(plan, plan.devices).flat().filter((bar) => bar[4] >= first && bar[4] < last);
  const lines = plan.all("net-power").concat(plan.devices).flatMap((series) => [
    ...series.values.slice(first, last),
    ...(series.planned ?? []).slice(first, last),
    ...(compared?.valuesOf(series) ?? []).slice(first, last),
  ]);
  const all = [...shown, ...stacks.flatMap((bar) => [bar[2], bar[3]]), ...lines].filter((value) => value !== null);
  return all.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [0, 0]);
}

function spreadOrValues(plan, area, first, last) {
  const values = area.values.slice(first, last).map((value) => drawn(area, value));
  for (let step = first; step < last; step += 1) {
    values.push(...(drawnSpread(area, step) ?? []));
  }
  return values;
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
    const data = ranks.flatMap((rank, step) => (rank ? [[plan.start(step), plan.start(step + 1), rank * 0.4]] : []));
    series.push(shades(PRICE, data, (rank) => (rank < 0 ? colours.cheap : colours.dear)));
    series.push(line(PRICE, stepLine(plan, consumption.values, 0, plan.n), { color: colours.price, width: 2 }));
  }
  if (production) {
    const style = { color: colours.price, width: 1, type: [2, 3] };
    series.push(line(PRICE, stepLine(plan, production.values, 0, plan.n), style));
  }
  return series;
}

/** The grid connection's limits: a dashed line each, and hatching beyond. */
function limitSeries(plan, colours) {
  return ["import-capacity", "export-capacity"].flatMap((code) =>
    plan.limitsOf(code).flatMap((limit) => {
      const sign = code === "import-capacity" ? 1 : -1;
      const values = Array.from({ length: plan.n }, (_, step) => signed(limitAt(limit, step), sign));
      const beyond = runs(values).map(([first, last, value]) => [plan.start(first), plan.start(last), value]);
      const style = { color: colours.limit, width: 1.5, type: [6, 4] };
      return [
        hatches(POWER, beyond, colours.limit, { isBelow: sign < 0 }),
        line(POWER, stepLine(plan, values, 0, plan.n), style),
      ];
    }),
  );
}

/** What a device can take and give at most: thin lines in its colour, gone where it can do nothing. */
function deviceLimits(plan, colours) {
  return plan.devices.flatMap((device) =>
    [["consumption-capacity", 1], ["production-capacity", -1]].flatMap(([code, sign]) =>
      plan.limitsOf(code, device.asset).map((limit) => {
        const values = Array.from({ length: plan.n }, (_, step) => signed(limitAt(limit, step) || null, sign));
        const style = { color: colours[device.kind], width: 1, type: [3, 5], opacity: 0.6 };
        return line(POWER, stepLine(plan, values, 0, plan.n), style, { z: 2 });
      }),
    ),
  );
}

function signed(value, sign) {
  return value === null ? null : sign * value;
}

function powerSeries(plan, colours) {
  const series = plan.areas.flatMap((area) => areaSeries(plan, area, colours[area.kind]));
  stackedBars(plan, plan.devices).forEach((data, d) => {
    const device = plan.devices[d];
    const colour = colours[device.kind];
    const opacity = (step) => (plan.isMeasured(device, step) ? 1 : PLANNED_OPACITY);
    series.push(bars(POWER, data, (step) => ({ fill: colour, opacity: opacity(step) })));
    series.push(pastPlan(plan, POWER, device, colour));
  });
  for (const grid of plan.all("net-power")) {
    // A line in the colour of the card keeps the grid apart from the bars that it crosses.
    const halo = { color: colours.surface, width: 4, opacity: 0.8 };
    series.push(...[1, -1].map((sign) => line(POWER, stepLine(plan, grid.values, 0, plan.n, sign), halo)));
    const side = (sign) => (first, last) => stepLine(plan, grid.values, first, last, sign);
    series.push(pastPlan(plan, POWER, grid, colours["grid-import"]));
    series.push(...pastAndPlan(plan, POWER, side(1), colours["grid-import"], 2));
    series.push(...pastAndPlan(plan, POWER, side(-1), colours["grid-export"], 2));
  }
  return series;
}

function areaSeries(plan, area, colour) {
  const values = area.values.map((value) => drawn(area, value));
  const spread = Array.from({ length: plan.n }, (_, step) => drawnSpread(area, step));
  const bands = spread.flatMap((ends, step) => (ends ? [[plan.start(step), plan.start(step + 1), ...ends, step]] : []));
  const corners = (first, last) => stepLine(plan, values, first, last);
  return [
    bars(POWER, bands, () => ({ fill: colour, opacity: SPREAD_OPACITY }), { z: 2, gap: 0 }),
    pastPlan(plan, POWER, area, colour),
    ...pastAndPlan(plan, POWER, corners, colour, 1, 0.22),
  ];
}

/** What had been planned for the past: thin and dotted, behind what was measured. */
function pastPlan(plan, band, series, colour) {
  const values = (series.planned ?? []).map((value) => drawn(series, value));
  const shown = band === STOCK ? drawnStock(plan, series, values) : values;
  const corners = band === STOCK ? pointLine : stepLine;
  const data = values.length ? corners(plan, shown, 0, plan.nowStep) : [];
  return line(band, data, { color: colour, width: 1.25, type: DOTTED, opacity: 0.9 }, { z: 5 });
}

/** Below the power band: a lane for each device that says what it does, also where its power is zero. */
function lanes(plan, colours) {
  return plan.devices.map((device, index) => {
    const states = device.state.map((state) => (state === null ? null : DIRECTIONS[state]));
    const past = runs(states.slice(0, plan.nowStep));
    const ahead = runs(states.map((state, step) => (step < plan.nowStep ? null : state)));
    const data = [...past, ...ahead].map(([first, last, direction]) => [plan.start(first), plan.start(last), direction]);
    return lane(data, index, colours[device.kind], plan.now);
  });
}

function stockSeries(plan, colours) {
  return plan.all("stock").flatMap((stock) => {
    const values = drawnStock(plan, stock);
    const width = stock.kind === "battery" ? 3 : 2;
    const colour = colours[stock.kind];
    return [
      ...stockLimits(plan, stock, colours),
      pastPlan(plan, STOCK, stock, colour),
      ...pastAndPlan(plan, STOCK, (first, last) => pointLine(plan, values, first, last), colour, width),
    ];
  });
}

/** The least and most that a stock may hold, and what is wanted at single moments. */
function stockLimits(plan, stock, colours) {
  const valuesOf = (limit) => drawnStock(plan, stock, Array.from({ length: plan.n }, (_, t) => limitAt(limit, t)));
  const colour = colours[stock.kind];
  const bounds = [...plan.limitsOf("minimum", stock.asset), ...plan.limitsOf("maximum", stock.asset)];
  const moments = Object.keys(MOMENTS).flatMap((code) => plan.limitsOf(code, stock.asset));
  const style = { color: colour, width: 1, type: [3, 4], opacity: 0.8 };
  return [
    ...bounds.map((limit) => line(STOCK, stepLine(plan, valuesOf(limit), 0, plan.n), style)),
    ...moments.map((limit) => {
      const data = valuesOf(limit).flatMap((value, step) => (value === null ? [] : [[plan.start(step), value]]));
      return marks(STOCK, data, MOMENTS[limit.code], colour, colours.surface);
    }),
  ];
}

/** A second plan over the present one. */
function comparedSeries(plan, colours, compared) {
  const width = 2;
  const ofPower = [...plan.devices, ...plan.all("net-power")].flatMap((series) => {
    const values = compared.valuesOf(series);
    const colour = series.role === "net-power" ? colours["grid-import"] : colours[series.kind];
    return values ? [line(POWER, stepLine(plan, values, 0, plan.n), { color: colour, width, type: COMPARED })] : [];
  });
  const ofStocks = plan.all("stock").flatMap((stock) => {
    const values = compared.valuesOf(stock);
    const data = values ? pointLine(plan, drawnStock(plan, stock, values), 0, plan.n) : [];
    return [line(STOCK, data, { color: colours[stock.kind], width, type: COMPARED }, { z: 7 })];
  });
  return [...ofPower, ...ofStocks];
}

/** Two lines that meet at now: solid for what was measured, dashed for what is planned. */
function pastAndPlan(plan, band, cornersOf, colour, width, areaOpacity = 0) {
  const style = { color: colour, width };
  return [
    line(band, cornersOf(0, plan.nowStep), style, { areaOpacity }),
    line(band, cornersOf(plan.nowStep, plan.n), { ...style, type: DASHED }, { areaOpacity: areaOpacity * 0.6 }),
  ];
}

/** The now-line through all bands, and the zero line of power. */
function markers(plan, colours, top) {
  return [PRICE, POWER, STOCK].map((band) => {
    const now = {
      xAxis: plan.now,
      lineStyle: { color: colours.accent, width: 1.5, type: "solid" },
      label: { show: band === top, formatter: t("now"), color: colours.accent, fontSize: 12, distance: 4 },
    };
    const zero = {
      yAxis: 0,
      lineStyle: { color: colours["text-3"], width: 1, type: "solid" },
      label: { show: false },
    };
    const data = [now, ...(band === POWER ? [zero] : [])];
    return { type: "line", ...onBand(band), z: 9, data: [], markLine: { silent: true, symbol: "none", z: 9, data } };
  });
}
