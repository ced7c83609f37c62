/** The plan as a table: one row per step, for reading, copying and screen readers. */
import { describe, inReadingOrder, nameOf } from "./plan-data.js";
import { SiteTime } from "../core/time.js";

function cell(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

/** Fill a <table> with the plan. */
export function fillTable(table, plan, { caption, timeHeading }) {
  const time = new SiteTime(plan.zone);
  const series = inReadingOrder(plan);
  const head = document.createElement("thead");
  const headings = head.insertRow();
  headings.append(cell("th", timeHeading));
  headings.append(...series.map((one) => cell("th", nameOf(one), "number")));
  for (const heading of headings.cells) {
    heading.scope = "col";
  }
  const body = document.createElement("tbody");
  for (let t = 0; t < plan.n; t += 1) {
    const row = body.insertRow();
    row.className = t < plan.nowStep ? "is-past" : "";
    row.append(cell("td", time.interval(plan.start(t), plan.start(t + 1))));
    row.append(...series.map((one) => cell("td", describe(plan, one, one.values[t]), "number")));
  }
  table.replaceChildren(cell("caption", caption, "visually-hidden"), head, body);
  return body.rows[plan.nowStep] ?? null;
}
