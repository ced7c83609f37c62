/** The plan as it comes from the server, with the questions that the chart, the panel and the table ask of it. */
import { price, withUnit } from "../core/numbers.js";

const LONGEST_JOINED = 3_600_000;

export class Plan {
  constructor(answer) {
    this.zone = answer.timezone;
    this.now = Date.parse(answer.now);
    this.from = Date.parse(answer.start);
    this.step = answer.step_s * 1000;
    this.n = answer.n_steps;
    this.to = this.from + this.n * this.step;
    this.latitude = answer.latitude;
    this.longitude = answer.longitude;
    this.series = answer.series;
  }

  /** All series with this role, in the order of the server. */
  all(role) {
    return this.series.filter((series) => series.role === role);
  }

  start(t) {
    return this.from + t * this.step;
  }

  /** The step that holds an instant, kept inside the plan. */
  stepAt(at) {
    return Math.max(0, Math.min(this.n - 1, Math.floor((at - this.from) / this.step)));
  }

  /** The first step that is not over yet: from here on everything is planned. */
  get nowStep() {
    return Math.max(0, Math.min(this.n, Math.floor((this.now - this.from) / this.step)));
  }

  get isEmpty() {
    return !this.series.some((series) => series.values.some((value) => value !== null));
  }

  /** Whether all stocks can share an axis of percent: their capacities are known. */
  get stocksInPercent() {
    const stocks = this.all("stock");
    return stocks.length > 0 && stocks.every((stock) => stock.capacity_kwh > 0);
  }

  /** What is drawn upwards as area: what the site makes and uses whatever the plan is. */
  get areas() {
    return this.all("power").filter((series) => series.kind === "pv" || series.kind === "load");
  }

  /** What is drawn as bars: the devices that the plan moves. */
  get devices() {
    return this.all("power").filter((series) => series.kind !== "pv" && series.kind !== "load");
  }
}

/** Value as drawn: production of PV counts upwards, everything else is consumption-positive. */
export function drawn(series, value) {
  return value !== null && series.kind === "pv" ? -value || 0 : value;
}

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

/** Bars of several devices on one zero line: [start, end, from, to] each, charging stacked up, discharging down. */
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
      return [[plan.start(t), plan.start(t + 1), stack[t] - value, stack[t]]];
    }),
  );
}

/**
 * Rank of each price within its local day, from −1 (cheapest) to 1 (dearest);
 * 0 on days on which the price does not change.
 */
export function dayRanks(plan, values, time) {
  const days = new Map();
  values.forEach((value, t) => {
    if (value !== null) {
      const key = time.dayKey(plan.start(t));
      days.set(key, [...(days.get(key) ?? []), value]);
    }
  });
  for (const list of days.values()) {
    list.sort((a, b) => a - b);
  }
  return values.map((value, t) => {
    if (value === null) {
      return null;
    }
    const sorted = days.get(time.dayKey(plan.start(t)));
    const below = sorted.findIndex((other) => other >= value);
    const above = sorted.length - 1 - sorted.findLastIndex((other) => other <= value);
    return sorted.length > 1 ? (below - above) / (sorted.length - 1) : 0;
  });
}

/** What people call a series: its device, or what it is. */
export function nameOf(series) {
  const names = {
    "consumption-price": "Price",
    "production-price": "Feed-in price",
    "net-power": "Grid",
    stock: `${series.name}, charge`,
  };
  return names[series.role] ?? series.name;
}

/** The style class that carries the colour of a series. */
export function classOf(series) {
  if (series.role.endsWith("-price")) {
    return "is-price";
  }
  return series.role === "net-power" ? "is-grid-import" : `is-${series.kind}`;
}

/** All series in the order in which people read them: price, power, what follows from it. */
export function inReadingOrder(plan) {
  const roles = ["consumption-price", "production-price", "power", "net-power", "stock"];
  return roles.flatMap((role) => plan.all(role)).filter((series) => series.values.some((value) => value !== null));
}

/** A value in words, with the direction that its sign means. */
export function describe(plan, series, value) {
  if (value === null) {
    return "–";
  }
  if (series.role.endsWith("-price")) {
    return price(value, series.unit);
  }
  if (series.role === "stock") {
    const energy = withUnit(value, "kWh");
    return plan.stocksInPercent ? `${Math.round((100 * value) / series.capacity_kwh)}\u2009% · ${energy}` : energy;
  }
  return withUnit(drawn(series, value), "kW");
}
