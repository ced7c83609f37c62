/** The other ways to look at rows than lines: histogram, heatmaps, table. They need all values of the window. */
import { t } from "../core/texts.js";
import { heatmapNote, heatmapOption } from "./heatmap.js";
import { histogramOption } from "./histogram.js";
import { linesOf } from "./lines.js";
import { fillTable } from "./table.js";

/** Give rows the lines with all their values. @param {{columns: (sensor: number) => object[], sources: Map}} whole */
export function takeWhole(row, { columns, sources }) {
  row.setLines(linesOf(row.setup, (sensor) => columns(sensor.id), sources));
}

/** Show a row in a view; its lines hold all values. */
export function showView(row, view, clock, colours) {
  row.showBox(view === "table" ? "table" : "canvas");
  if (view === "table") {
    row.note("");
    fillTable(row, clock);
    return;
  }
  const option = view === "histogram" ? histogramOption(row, colours) : heatmapOption(row, view, clock, colours);
  row.say(option === null ? t("No data in this range.") : "");
  row.note(view === "histogram" ? "" : heatmapNote(row)); // a histogram explains itself
  row.paint(option);
}
