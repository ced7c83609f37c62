/** The legend of the plan chart: what each colour and each pattern means. */
import { h } from "../core/dom.js";
import { withUnit } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { classOf, inReadingOrder, limitAt } from "./plan-data.js";
import { nameOf } from "./plan-words.js";

/** Fill the list with entries for what is drawn. */
export function fillLegend(list, plan, compared) {
  const entries = inReadingOrder(plan).flatMap(seriesEntries);
  entries.push(...limitEntries(plan));
  if (plan.series.some((series) => series.low !== null)) {
    entries.push(["is-load spread", t("likely range (10–90 %)")]);
  }
  if (plan.series.some((series) => hasPastPlan(plan, series))) {
    entries.push(["is-load line dotted", t("as planned before")]);
  }
  if (compared) {
    entries.push(["is-load line compared", compared.label]);
  }
  list.replaceChildren(...entries.map(item));
}

/** The entries of a filled list as pairs of colour and text, for pictures. */
export function legendOf(list) {
  return [...list.children].map((each) => [getComputedStyle(each.firstChild).color, each.textContent]);
}

function item([className, text]) {
  return h("li", {}, h("span", { class: `swatch ${className}` }), text);
}

function seriesEntries(series) {
  switch (series.role) {
    case "consumption-price":
      return [
        ["is-price line", nameOf(series)],
        ["is-cheap", t("cheap for the day")],
        ["is-dear", t("dear for the day")],
      ];
    case "production-price":
      return [["is-price line dotted", nameOf(series)]];
    case "net-power":
      return [
        ["is-grid-import line", t("Grid import")],
        ["is-grid-export line", t("Grid export")],
      ];
    case "power":
      return [[classOf(series), nameOf(series)]];
    default:
      return []; // stocks have the colours of their devices, on a band of their own
  }
}

function limitEntries(plan) {
  return plan.limitsOf("import-capacity").flatMap((limit) => {
    const level = limitAt(limit, plan.nowStep);
    return level === null ? [] : [["is-limit line dashed", t("grid limit %(level)s", { level: withUnit(level, "kW") })]];
  });
}

function hasPastPlan(plan, series) {
  return (series.planned ?? []).some((value, step) => step < plan.nowStep && value !== null);
}
