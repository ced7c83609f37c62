/** What is shown, for files: rows, JSON, and a picture with everything that one needs to understand it. */
import { unitLabel } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { aligned } from "./table.js";

const WIDTH = 1200;
const SCALE = 2;
const LINE = 20;

/** All lines as rows of a table: starts in UTC and on the clock of the site, then a column per line with its unit. */
export function rowsOf(groups, clock) {
  const lines = groups.flatMap(({ unit, lines: some }) => some.map(({ label, columns, sensor }) => ({ label, columns, sensor, unit })));
  const { starts, values } = aligned(lines);
  const heading = [t("Start (UTC)"), t("Start (%(zone)s)", { zone: clock.zone }), ...lines.map(({ label, unit }) => (unit ? `${label} [${unit}]` : label))];
  const rows = starts.map((at, n) => [new Date(at).toISOString(), clock.iso(at), ...values.map((column) => column[n])]);
  return [heading, ...rows];
}

/** The same as JSON, in the units of the rows. @param {number | null} knownAt whose knowledge it is, null for the present */
export function jsonOf(groups, { window: [from, to], clock, knownAt }) {
  const series = groups.flatMap(({ unit, lines }) =>
    lines.map(({ sensor, source, columns }) => ({
      sensor: sensor.id,
      name: sensor.label,
      unit,
      resolution: columns.resolution,
      source: source === undefined ? null : { id: source.id, name: source.description, type: source.type },
      event_start: columns.starts.map((at) => new Date(at).toISOString()),
      event_value: columns.values.map((value) => (value === null ? null : value * sensor.factor + sensor.offset)),
    })),
  );
  const known_at = knownAt === null ? null : new Date(knownAt).toISOString();
  return JSON.stringify({ start: clock.iso(from), end: clock.iso(to), timezone: clock.zone, known_at, series }, null, 1);
}

/** A picture of all rows with title, facts such as range and time zone, units and legends. @returns {Promise<Blob>} */
export function pictureOf(rows, { title, facts }, colours) {
  const parts = rows.map((row) => ({ row, image: row.chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: colours.surface }) }));
  const width = Math.max(WIDTH, ...parts.map(({ image }) => image.width / SCALE)) + 48;
  const heights = parts.map(({ row, image }) => image.height / SCALE + LINE * (2 + legendRows(row, width)));
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = (80 + heights.reduce((a, b) => a + b, 0)) * SCALE;
  const context = canvas.getContext("2d");
  context.scale(SCALE, SCALE);
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, width, canvas.height);
  const write = (text, x, y, size, colour, weight = 400) => {
    context.font = `${weight} ${size}px ${colours.font}`;
    context.fillStyle = colour;
    context.fillText(text, x, y);
    return context.measureText(text).width;
  };
  write(title, 24, 36, 20, colours.text, 600);
  write(facts.join(" · "), 24, 58, 13, colours["text-2"]);
  let y = 80;
  parts.forEach(({ row, image }, n) => {
    write(`${row.setup.title}  ${unitLabel(row.setup.unit)}`, 24, y + 14, 14, colours.text, 600);
    context.drawImage(image, 24, y + LINE, image.width / SCALE, image.height / SCALE);
    let [x, top] = [24, y + LINE * 1.5 + image.height / SCALE];
    for (const line of row.visibleLines) {
      if (x + 300 > width) {
        [x, top] = [24, top + LINE];
      }
      context.strokeStyle = colours[line.hue];
      context.lineWidth = 2;
      context.setLineDash(line.dash ?? []);
      context.beginPath();
      context.moveTo(x, top - 4);
      context.lineTo(x + 20, top - 4);
      context.stroke();
      context.setLineDash([]);
      x += 44 + write(line.label, x + 28, top, 13, colours["text-2"]);
    }
    y += heights[n];
  });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function legendRows(row, width) {
  return Math.ceil(row.visibleLines.length / Math.max(1, Math.floor(width / 320)));
}

/** A name of files without what cannot stand in one. */
export function fileName(name) {
  return name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || t("graphs");
}
