/** The lines of a row: which sensor and source each shows, how it looks, and what it holds. */
import { corners, extremes, rowAt } from "./columns.js";
import { durationMs } from "./range.js";
import { t } from "../core/texts.js";

/** What is left for sensors without a meaning of their own, or with one that a neighbour has. */
const HUES = ["grid-export", "heat", "ev", "battery", "process", "pv", "grid-import", "load"];
/** Dashes by what a source is; of several sources of a kind the later ones have longer pauses. */
const DASHES = { forecaster: [3, 3], scheduler: [7, 4] };

/** What kind of source it is, by the rule that charts have: its type tells. */
export function kindOfSource(source) {
  const type = source?.type ?? "";
  return type.includes("forecast") ? "forecaster" : type.includes("schedul") ? "scheduler" : "other";
}

/** Names of sources, told apart by model and version where the name does not. */
export function sourceLabel(source, others) {
  const isAlone = others.every((other) => other === source || other.name !== source.name);
  const kind = { forecaster: t("forecast"), scheduler: t("schedule") }[kindOfSource(source)];
  const name = isAlone ? source.name : source.description;
  return kind === undefined ? name : t("%(name)s, %(kind)s", { name, kind });
}

/** One line of a row. */
class Line {
  constructor(sensor, source, columns, look) {
    this.sensor = sensor;
    this.source = source;
    this.columns = columns;
    this.length = durationMs(columns.resolution);
    this.points = corners(columns, this.length, sensor.factor, sensor.offset);
    Object.assign(this, look);
  }

  get key() {
    return `${this.sensor.id}/${this.source?.id}${this.isPast ? "/past" : ""}`;
  }

  extremes(window) {
    return extremes(this.columns, window, this.sensor.factor, this.sensor.offset);
  }

  /** What holds at an instant: start, end and value in the unit of the row; null where nothing does. */
  at(instant) {
    const k = rowAt(this.columns, instant, this.length);
    if (k < 0) {
      return null;
    }
    const start = this.columns.starts[k];
    const value = this.columns.values[k] * this.sensor.factor + this.sensor.offset;
    return { start, end: start + this.length, value };
  }
}

/**
 * The lines of a row from the columns of its sensors.
 * @param {object} row of the page's set-up @param {(sensor: object) => object[]} columnsOf per source
 * @param {Map<number, object>} sources by id
 */
export function linesOf(row, columnsOf, sources) {
  const hues = huesOf(row.sensors);
  return row.sensors.flatMap((sensor) => {
    const parts = columnsOf(sensor);
    const known = [...new Set(parts.map((part) => sources.get(part.source)))].filter(Boolean);
    const seen = {};
    return parts.map((part) => {
      const source = sources.get(part.source);
      const kind = kindOfSource(source);
      const nth = (seen[kind] = (seen[kind] ?? 0) + 1);
      const isOnly = parts.length === 1 && kind === "other";
      const name = part.ahead ? t("%(source)s, %(ahead)s", { source: sourceLabel(source, known), ahead: part.ahead }) : sourceLabel(source, known);
      const label = isOnly ? sensor.label : t("%(sensor)s · %(source)s", { sensor: sensor.label, source: name });
      return new Line(sensor, source, part, { label, kind, hue: hues.get(sensor.id), dash: dashOf(kind, nth), isPast: part.ahead !== undefined });
    });
  });
}

function dashOf(kind, nth) {
  const dash = DASHES[kind];
  if (nth === 1) {
    return dash ?? null;
  }
  return [...(dash ?? [12, 2]), 1, 1 + nth];
}

/** A colour for each sensor: what it means, unless another one of the row has that colour already. */
function huesOf(sensors) {
  const hues = new Map();
  const taken = new Set();
  for (const sensor of sensors) {
    if (sensor.hue && !taken.has(sensor.hue)) {
      hues.set(sensor.id, sensor.hue);
      taken.add(sensor.hue);
    }
  }
  for (const [n, sensor] of sensors.entries()) {
    if (!hues.has(sensor.id)) {
      const hue = HUES.find((one) => !taken.has(one)) ?? HUES[n % HUES.length];
      hues.set(sensor.id, hue);
      taken.add(hue);
    }
  }
  return hues;
}
