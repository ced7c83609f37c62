/** What series, values and states are called. */
import { price, withUnit } from "../core/numbers.js";
import { locale, t, translatable } from "../core/texts.js";
import { drawn } from "./plan-data.js";

const NAMES = {
  "consumption-price": translatable("Price"),
  "production-price": translatable("Feed-in price"),
  "net-power": translatable("Grid"),
};
const STATES = {
  charge: translatable("charges"),
  hold: translatable("holds"),
  discharge: translatable("discharges"),
};
const STATES_OF_LOADS = { ...STATES, charge: translatable("runs"), hold: translatable("rests") };
const LIMITS = {
  "import-capacity": translatable("grid capacity"),
  "export-capacity": translatable("feed-in capacity"),
  capacity: translatable("capacity of %(name)s"),
  "consumption-capacity": translatable("charging power of %(name)s"),
  "production-capacity": translatable("discharging power of %(name)s"),
  minimum: translatable("lower minimum of %(name)s"),
  maximum: translatable("room in %(name)s"),
  "ramp-up": translatable("upward ramp of %(name)s"),
  "ramp-down": translatable("downward ramp of %(name)s"),
};

/** What people call a series: its device, or what it is. */
export function nameOf(series) {
  if (series.role === "stock") {
    return t("%(device)s, charge", { device: series.name });
  }
  return series.role in NAMES ? t(NAMES[series.role]) : series.name;
}

/** A value in words, with the direction that its sign means. */
export function describe(plan, series, value) {
  if (value === null || value === undefined) {
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

/** What a device does, in a word. */
export function stateOf(series, step) {
  const state = series.state?.[step] ?? null;
  const words = series.kind === "battery" || series.kind === "ev" || series.kind === "heat" ? STATES : STATES_OF_LOADS;
  return state === null ? "" : t(words[state]);
}

/** What a limit of an explanation bounds; commitments have names of their own. */
export function limitName(limit) {
  return limit.code in LIMITS ? t(LIMITS[limit.code], { name: limit.name }) : limit.code;
}

/** How long ago something was, in the largest unit that fits. */
export function ago(at, now) {
  const minutes = Math.max(0, Math.round((now - at) / 60_000));
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (minutes < 60) {
    return format.format(-minutes, "minute");
  }
  return minutes < 48 * 60 ? format.format(-Math.round(minutes / 60), "hour") : format.format(-Math.round(minutes / 1440), "day");
}
