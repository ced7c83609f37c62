/** The plan as something to take along: rows for files, plain text for spreadsheets, and a picture. */
import { palette } from "../charts/palette.js";
import { safeCell } from "../core/files.js";
import { t } from "../core/texts.js";
import { SiteTime } from "../core/time.js";
import { ZonedClock } from "../core/zoned-clock.js";
import { headingOf } from "./plan-columns.js";

const PIXEL_RATIO = 2;
const MARGIN = 16;
const HEAD = 48;
const LINE = 20;

/** The steps of a view as rows: UTC and local start, then the shown columns; the first row holds the headings. */
export function rowsOf(plan, view, columns) {
  const shown = columns.filter((column) => column.isShown);
  const [first, last] = plan.stepsOf(view);
  const clock = new ZonedClock(plan.zone);
  const rows = [[t("Start (UTC)"), t("Start (%(zone)s)", { zone: plan.zone }), ...shown.map(headingOf)]];
  for (let step = first; step < last; step += 1) {
    const at = plan.start(step);
    rows.push([new Date(at).toISOString().replace(".000Z", "Z"), clock.iso(at), ...shown.map((column) => plain(column.value(step)))]);
  }
  return rows;
}

/** Rows as text that spreadsheets paste into cells. */
export function tabbed(rows) {
  return rows.map((row) => row.map((field) => String(safeCell(field)).replaceAll(/[\t\r\n]+/g, " ")).join("\t")).join("\n");
}

function plain(value) {
  return typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value;
}

/**
 * The chart as a picture that says what it shows.
 *
 * @param {[string, string][]} legend colour and text of each entry @returns {Promise<Blob>}
 */
export function picture(chart, plan, view, element, legend) {
  const drawing = chart.picture(PIXEL_RATIO);
  const [width, height] = [drawing.width / PIXEL_RATIO, drawing.height / PIXEL_RATIO];
  const colours = palette(element);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.font = `13px ${colours.font}`;
  const places = legendPlaces(pen, legend, width);
  const top = MARGIN + HEAD + (places.at(-1)?.y ?? 0) + LINE;
  canvas.width = (width + 2 * MARGIN) * PIXEL_RATIO;
  canvas.height = (top + height + MARGIN) * PIXEL_RATIO;
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, width + 2 * MARGIN, top + height + MARGIN);
  pen.fillStyle = colours.text;
  pen.font = `600 16px ${colours.font}`;
  pen.fillText(t("Plan of %(site)s", { site: plan.name }), MARGIN, MARGIN + 16);
  pen.font = `13px ${colours.font}`;
  pen.fillStyle = colours["text-2"];
  pen.fillText(rangeText(plan, view), MARGIN, MARGIN + 38);
  for (const { x, y, colour, text } of places) {
    pen.fillStyle = colour;
    pen.fillRect(MARGIN + x, MARGIN + HEAD + y + 4, 10, 8);
    pen.fillStyle = colours["text-2"];
    pen.fillText(text, MARGIN + x + 16, MARGIN + HEAD + y + 12);
  }
  pen.drawImage(drawing, MARGIN, top, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** Where the entries of a legend stand, in as many lines as they need. */
function legendPlaces(pen, legend, width) {
  let [x, y] = [0, 0];
  return legend.map(([colour, text]) => {
    const needed = 16 + pen.measureText(text).width + 16;
    if (x > 0 && x + needed > width) {
      [x, y] = [0, y + LINE];
    }
    const place = { x, y, colour, text };
    x += needed;
    return place;
  });
}

/** What is shown, with the time zone: "Mon 23 Nov 00:00 to Wed 25 Nov 00:00, Europe/Berlin". */
export function rangeText(plan, view) {
  const time = new SiteTime(plan.zone);
  const [from, to] = [view.from, view.to].map((at) => `${time.day(at)} ${time.clock(at)}`);
  return t("%(from)s to %(to)s, times in %(zone)s", { from, to, zone: plan.zone });
}

/** A name of files that says site and day: "plan-demo-home-2026-11-23". */
export function fileName(plan, view) {
  const site = plan.name.normalize("NFKD").replaceAll(/[^\w]+/g, "-").toLowerCase();
  return `plan-${site}-${new Date(view.from).toISOString().slice(0, 10)}`;
}
