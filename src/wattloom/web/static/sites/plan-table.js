/** The plan as a table: one row per step, for reading, copying, printing and screen readers. */
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
    const slot = cell("th", time.interval(plan.start(step), plan.start(step + 1)));
    slot.scope = "row";
    row.append(slot, ...shown.map((column) => cell("td", column.text(step), column.isNumber ? "number" : column.group)));
  }
  table.replaceChildren(cell("caption", caption, "visually-hidden"), head(shown, plan), body);
  return body.querySelector(`[data-step="${plan.nowStep}"]`);
}

function head(columns, plan) {
  const made = document.createElement("thead");
  const row = made.insertRow();
  row.append(cell("th", t("Time (%(zone)s)", { zone: plan.zone })));
  row.append(...columns.map((column) => cell("th", headingOf(column), column.isNumber ? "number" : "")));
  for (const heading of row.cells) {
    heading.scope = "col";
  }
  return made;
}

function cell(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

/** Fill the list of columns to choose from. */
export function fillChoice(list, columns) {
  const items = columns.map((column) => {
    const item = document.createElement("li");
    const label = item.appendChild(document.createElement("label"));
    const box = label.appendChild(document.createElement("input"));
    box.type = "checkbox";
    box.name = "plan-column";
    box.value = column.key;
    box.checked = column.isShown;
    label.append(headingOf(column));
    return item;
  });
  list.replaceChildren(...items);
}
