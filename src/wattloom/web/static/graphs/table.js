/** The values of a row as a table: the graph for those who read rather than look. */
import { h } from "../core/dom.js";
import { locale, t } from "../core/texts.js";
import { unitLabel } from "../core/numbers.js";

const MOST_ROWS = 1000;
const FORMAT = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 });

/** Lines side by side: for each start the value of each line, null where it has none. */
export function aligned(lines) {
  const starts = [...new Set(lines.flatMap(({ columns }) => columns.starts.filter((_, k) => columns.values[k] !== null)))].sort((a, b) => a - b);
  const values = lines.map(({ columns, sensor }) => {
    const byStart = new Map(columns.starts.map((at, k) => [at, columns.values[k]]));
    return starts.map((at) => {
      const value = byStart.get(at) ?? null;
      return value === null ? null : value * sensor.factor + sensor.offset;
    });
  });
  return { starts, values };
}

/** Fill the box of a row. */
export function fillTable(row, clock) {
  const lines = row.visibleLines;
  const { starts, values } = aligned(lines);
  const heading = (label) => h("th", { scope: "col", class: "number" }, label);
  const shown = starts.slice(0, MOST_ROWS);
  const text = (value) => (value === null ? "" : FORMAT.format(value).replace("-", "\u2212"));
  row.part("table").replaceChildren(
    h(
      "table",
      {},
      h("caption", { class: "visually-hidden" }, row.setup.title),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("Time")), lines.map((line) => heading(`${line.label} (${unitLabel(row.setup.unit)})`)))),
      h("tbody", {}, shown.map((at, n) => h("tr", {}, h("th", { scope: "row" }, clock.full(at)), values.map((column) => h("td", { class: "number" }, text(column[n])))))),
    ),
    starts.length > MOST_ROWS
      ? h("p", { class: "caption" }, t("The first %(n)s of %(all)s rows. Choose a shorter range or a longer resolution, or export all as CSV.", { n: MOST_ROWS, all: starts.length }))
      : "",
  );
}
