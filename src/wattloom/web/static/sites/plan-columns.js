/** The columns of the plan as a table: what they are called, and what stands in them, for people and for programs. */
import { decimal, price, unitLabel } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { drawn, inReadingOrder } from "./plan-data.js";
import { nameOf, stateOf } from "./plan-words.js";

const CHOSEN = "wattloom-plan-columns";
const HIDDEN_AT_FIRST = new Set(["kwh"]);

/**
 * All columns: { key, group, title, unit, isNumber, isShown, text(step), value(step) }.
 *
 * `text` is what people read, `value` a number or text without unit for files.
 */
export function columnsOf(plan, reasonAt, compared) {
  const columns = inReadingOrder(plan).flatMap((series) => seriesColumns(plan, series, compared));
  columns.push(costColumn(plan));
  columns.push({
    key: "reason",
    group: "reason",
    title: t("Reason"),
    unit: "",
    isNumber: false,
    text: reasonAt,
    value: reasonAt,
  });
  const chosen = chosenColumns();
  return columns.map((column) => ({ ...column, isShown: chosen[column.key] ?? !HIDDEN_AT_FIRST.has(column.group) }));
}

/** Keep on this device which columns somebody wants to see. */
export function chooseColumn(key, isShown) {
  localStorage.setItem(CHOSEN, JSON.stringify({ ...chosenColumns(), [key]: isShown }));
}

function chosenColumns() {
  try {
    return JSON.parse(localStorage.getItem(CHOSEN)) ?? {};
  } catch {
    return {};
  }
}

function seriesColumns(plan, series, compared) {
  if (series.role.endsWith("-price")) {
    return [{ ...numbers(series, "price", nameOf(series), series.unit, (step) => series.values[step]), format: (value) => price(value, "").trim() }];
  }
  if (series.role === "stock") {
    return stockColumns(plan, series, compared);
  }
  const measured = (step) => (plan.isMeasured(series, step) ? drawn(series, series.values[step]) : null);
  const planned = (step) => drawn(series, series.planned?.[step] ?? (step >= plan.nowStep ? series.values[step] : null));
  const columns = [numbers(series, "planned", t("%(name)s, planned", { name: nameOf(series) }), "kW", planned)];
  columns.push(numbers(series, "measured", t("%(name)s, measured", { name: nameOf(series) }), "kW", measured));
  if (series.state !== null) {
    columns.unshift(texts(series, "state", t("%(name)s, state", { name: nameOf(series) }), (step) => stateOf(series, step)));
  }
  return columns.concat(comparedColumns(series, compared, "kW"));
}

function stockColumns(plan, series, compared) {
  const percent = (step) => (series.values[step] === null ? null : (100 * series.values[step]) / series.capacity_kwh);
  const columns = [numbers(series, "kwh", nameOf(series), "kWh", (step) => series.values[step])];
  if (series.capacity_kwh > 0) {
    columns.unshift({ ...numbers(series, "percent", nameOf(series), "%", percent), format: (value) => decimal(value, 100) });
  } else {
    columns[0].group = "stock";
  }
  return columns.concat(comparedColumns(series, compared, "kWh"));
}

function comparedColumns(series, compared, unit) {
  if (!compared?.valuesOf(series)) {
    return [];
  }
  const name = nameOf(series);
  const values = { name, plan: compared.label };
  return [
    numbers(series, "compared", t("%(name)s, %(plan)s", values), unit, (step) => drawn(series, compared.valueAt(series, step))),
    numbers(series, "difference", t("%(name)s, difference", values), unit, (step) => drawn(series, compared.differenceAt(series, step))),
  ];
}

function costColumn(plan) {
  const currency = (plan.all("consumption-price")[0]?.unit ?? "").split("/")[0];
  const column = numbers({ role: "cost", sensors: [] }, "cost", t("Cost"), currency, (step) => plan.costAt(step));
  return { ...column, format: (value) => decimal(value, 1) };
}

function numbers(series, group, title, unit, value) {
  return {
    key: keyOf(series, group),
    group,
    title,
    unit,
    isNumber: true,
    value: (step) => value(step) ?? null,
    format: (known) => decimal(known),
    text(step) {
      const known = this.value(step);
      return known === null ? "–" : this.format(known);
    },
  };
}

function texts(series, group, title, text) {
  return { key: keyOf(series, group), group, title, unit: "", isNumber: false, text, value: text };
}

function keyOf(series, group) {
  return [series.role, series.asset ?? "", series.sensors.join("+"), group].join(":");
}

/** The heading of a column with its unit. */
export function headingOf(column) {
  return column.unit ? `${column.title} (${unitLabel(column.unit)})` : column.title;
}
