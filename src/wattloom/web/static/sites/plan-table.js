/** The plan as a table: one row per step, for reading, copying, printing and screen readers. */
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { SiteTime } from "../core/time.js";
import { headingOf } from "./plan-columns.js";

/** Fill a <table> with the steps of a view; returns the row of the present step, null if it is not shown. */
export function fillTable(table, plan, view, columns, caption) {
  const time = new SiteTime(plan.zone);
  const shown = columns.filter((column) => column.isShown);
  const [first, last] = plan.stepsOf(view);
  const body = document.createElement("tbody");
  for (let step = first; step < last; step += 1) {
    const row = body.insertRow();
    row.className = step < plan.nowStep ? "is-past" : "";
    row.dataset.step = step;
    row.append(
      h("th", { scope: "row" }, time.interval(plan.start(step), plan.start(step + 1))),
      ...shown.map((column) => h("td", { class: column.isNumber ? "number" : column.group }, column.text(step))),
    );
  }
  table.replaceChildren(h("caption", { class: "visually-hidden" }, caption), head(shown, plan), body);
  return body.querySelector(`[data-step="${plan.nowStep}"]`);
}

function head(columns, plan) {
  const time = h("th", { scope: "col" }, t("Time (%(zone)s)", { zone: plan.zone }));
  const headings = columns.map((column) => h("th", { scope: "col", class: column.isNumber && "number" }, headingOf(column)));
  return h("thead", {}, h("tr", {}, time, headings));
}

/** Fill the list of columns to choose from. */
export function fillChoice(list, columns) {
  const items = columns.map((column) => {
    const box = h("input", { type: "checkbox", name: "plan-column", value: column.key, checked: column.isShown });
    return h("li", {}, h("label", {}, box, headingOf(column)));
  });
  list.replaceChildren(...items);
}
