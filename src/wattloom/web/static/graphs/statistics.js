/** Mean, least, most and sum of each line over the window that is shown, from all values in it. */
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { knownValues } from "./histogram.js";

/** @returns {{n: number, mean: number, least: number, most: number, sum: number} | null} */
export function summary(values) {
  if (values.length === 0) {
    return null;
  }
  const sum = values.reduce((a, b) => a + b, 0);
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return { n: values.length, mean: sum / values.length, least, most, sum };
}

/** Fill the box below a row. @param {object} row @param {object[]} lines that hold all values of the window */
export function fillStatistics(row, lines) {
  const headings = [t("Series"), t("Values"), t("Mean"), t("Least"), t("Most"), t("Sum")]; // of energy and money only
  const body = lines.map((line) => {
    const found = summary(knownValues(line));
    const names = ["mean", "least", "most", ...(line.sensor.is_summed ? ["sum"] : [])];
    const cells = found === null ? ["0", "", "", "", ""] : [String(found.n), ...names.map((name) => row.text(found[name])), ...(line.sensor.is_summed ? [] : [""])];
    return h("tr", {}, h("th", { scope: "row" }, line.label), cells.map((cell) => h("td", { class: "number" }, cell)));
  });
  row.part("statistics").replaceChildren(
    h(
      "table",
      {},
      h("caption", { class: "caption" }, t("Over the values in the range that is shown")),
      h("thead", {}, h("tr", {}, headings.map((text, n) => h("th", { scope: "col", class: n > 0 && "number" }, text)))),
      h("tbody", {}, body),
    ),
  );
}
