/** The plan as it comes from the server, with the questions that the chart, the panel and the table ask of it. */
import { Origins } from "./plan-origins.js";

/** A site's past and plan on one grid; instants are milliseconds since 1970. */
export class Plan {
  #origins;
  #sources;

  constructor(answer) {
    this.name = answer.name;
    this.zone = answer.timezone;
    this.now = Date.parse(answer.now);
    this.from = Date.parse(answer.start);
    this.step = answer.step_s * 1000;
    this.n = answer.n_steps;
    this.to = this.from + this.n * this.step;
    this.latitude = answer.latitude;
    this.longitude = answer.longitude;
    this.series = answer.series;
    this.limits = answer.limits;
    this.lastJob = answer.last_job;
    this.#sources = new Map(answer.sources.map((source) => [source.id, source]));
    this.#origins = new Map(answer.series.map((series) => [series, new Origins(series.origin)]));
    this.plannedOrigins = new Map(answer.series.map((series) => [series, new Origins(series.planned_origin)]));
  }

  /** All series with this role, in the order of the server. */
  all(role) {
    return this.series.filter((series) => series.role === role);
  }

  start(t) {
    return this.from + t * this.step;
  }

  /** Length of a step in hours. */
  get stepHours() {
    return this.step / 3_600_000;
  }

  /** The step that holds an instant, kept inside the plan. */
  stepAt(at) {
    return Math.max(0, Math.min(this.n - 1, Math.floor((at - this.from) / this.step)));
  }

  /** The steps [first, last) that a part of the time shows. */
  stepsOf(view) {
    const first = Math.max(0, Math.floor((view.from - this.from) / this.step));
    return [first, Math.max(first, Math.min(this.n, Math.ceil((view.to - this.from) / this.step)))];
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
    return this.all("power").filter((series) => series.state === null);
  }

  /** What is drawn as bars: the devices that the plan moves. */
  get devices() {
    return this.all("power").filter((series) => series.state !== null);
  }

  /** Who states a value and since when: { source, believed, schedule }, null where nobody does. */
  originOf(series, t) {
    return this.#told(this.#origins.get(series)?.at(t));
  }

  /** Whether a value was measured, and is no plan or forecast that stands in for it. */
  isMeasured(series, t) {
    const origin = this.originOf(series, t);
    if (origin === null) {
      return t < this.nowStep && series.values[t] !== null && series.sensors.length === 0;
    }
    return t < this.nowStep && origin.source?.kind === "other";
  }

  /** The job whose values are planned for a step, null where none is known. */
  scheduleAt(t) {
    for (const series of [...this.devices, ...this.all("stock"), ...this.all("net-power")]) {
      const schedule = this.plannedOrigins.get(series)?.at(t)?.schedule;
      if (schedule) {
        return schedule;
      }
    }
    return null;
  }

  /** The newest schedule behind the plan: { schedule, believed }, null without any. */
  get newestSchedule() {
    const runs = this.devices.flatMap((series) => this.plannedOrigins.get(series).all());
    const made = runs.filter((run) => run.schedule !== null);
    // A schedule that says the same as the one before leaves no values of its own.
    if (this.lastJob?.state === "finished") {
      made.push({ schedule: this.lastJob.id, believed: Date.parse(this.lastJob.ended) });
    }
    return made.reduce((newest, run) => (newest === null || run.believed > newest.believed ? run : newest), null);
  }

  /** The ids of all sensors that are shown. */
  get sensorIds() {
    return new Set(this.series.flatMap((series) => series.sensors));
  }

  /** The limits with this code; of one device where an asset is given. */
  limitsOf(code, asset = null) {
    return this.limits.filter((limit) => limit.code === code && (asset === null || limit.asset === asset));
  }

  /** What the energy over the grid connection costs in a step; negative earns, null where it is not known. */
  costAt(t) {
    return this.costOf(this.all("net-power")[0]?.values[t] ?? null, t);
  }

  /** What other power over the grid connection would cost in a step. @param {number | null} kw consumption */
  costOf(kw, t) {
    const [buying] = this.all("consumption-price");
    const [selling] = [...this.all("production-price"), buying];
    const price = kw > 0 ? buying?.values[t] : selling?.values[t];
    return kw === null || price === null || price === undefined ? null : kw * this.stepHours * price;
  }

  #told(run) {
    return run ? { ...run, source: this.#sources.get(run.source) ?? null } : null;
  }
}

/** Value of a limit at a step, null where there is none. */
export function limitAt(limit, t) {
  return limit.values === null ? limit.value : limit.values[t];
}

/** Value as drawn: production of PV counts upwards, everything else is consumption-positive. */
export function drawn(series, value) {
  return value !== null && series.kind === "pv" ? -value || 0 : value;
}

/** The lower and upper end of a forecast as drawn, null where there is no spread. */
export function drawnSpread(series, t) {
  const ends = [series.low?.[t] ?? null, series.high?.[t] ?? null];
  return ends[0] === null || ends[1] === null ? null : ends.map((end) => drawn(series, end)).sort((a, b) => a - b);
}

/** The values of a stock as drawn: percent of what it holds, or kWh. */
export function drawnStock(plan, stock, values = stock.values) {
  return plan.stocksInPercent
    ? values.map((value) => (value === null ? null : (100 * value) / stock.capacity_kwh))
    : values;
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
