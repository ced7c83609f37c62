/** All values of a window, none left out: for tables, heatmaps, statistics and files. Kept until something changes. */
import { durationMs } from "./range.js";
import { readSeries } from "./values.js";

const MOST_KEPT = 4;

export class Whole {
  #answers = new Map();

  /**
   * Read the columns of sensors per source.
   * @param {number[]} sensors @param {[number, number]} window
   * @param {{asof?: number | null, resolution?: string, horizon?: string}} look
   * @returns {Promise<{columns: (sensor: number) => object[], sources: Map<number, object>}>}
   */
  read(sensors, [from, to], { asof = null, resolution = "", horizon = "" }) {
    const asked = {
      sensor: sensors,
      start: new Date(from).toISOString(),
      end: new Date(to).toISOString(),
      beliefs: "by-source",
      ...(asof ? { prior: new Date(asof).toISOString() } : {}),
      ...(resolution ? { resolution } : {}),
      ...(horizon ? { horizon } : {}),
    };
    const key = JSON.stringify(asked);
    if (!this.#answers.has(key)) {
      const answer = readSeries(asked).then(arrange);
      answer.catch(() => this.#answers.delete(key));
      this.#answers.set(key, answer);
      if (this.#answers.size > MOST_KEPT) {
        this.#answers.delete(this.#answers.keys().next().value);
      }
    }
    return this.#answers.get(key);
  }

  forget() {
    this.#answers.clear();
  }
}

function arrange({ series, sources }) {
  const bySensor = Map.groupBy(series, (one) => one.sensor);
  const columns = (sensor) =>
    (bySensor.get(sensor) ?? []).map((one) => ({
      source: one.source_id,
      resolution: one.resolution,
      ...withHoles(one.event_start_ms, one.event_value, one.resolution),
    }));
  return { columns, sources: new Map(sources.map((source) => [source.id, source])) };
}

/** Columns with a row without value where an event ends before the next one starts. */
export function withHoles(starts, values, resolution) {
  const length = durationMs(resolution);
  const columns = { starts: [], values: [] };
  starts.forEach((at, k) => {
    columns.starts.push(at);
    columns.values.push(values[k]);
    // Days and months vary in length.
    if (length > 0 && values[k] !== null && starts[k + 1] > at + 1.1 * length) {
      columns.starts.push(at + length);
      columns.values.push(null);
    }
  });
  return columns;
}
