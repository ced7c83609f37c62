/** All beliefs about a window, and what was known of it at any moment: each step applies only what is new. Pure. */
import { withHoles } from "./whole.js";

const POINT = 0.5;

export class History {
  #beliefs = [];
  #lines = new Map();
  #applied = 0;
  /** The moments at which something new was believed, ascending. */
  batches = [];

  /** @param {object} answer of /api/v4/series?beliefs=all */
  constructor({ series, sources }) {
    this.sources = new Map(sources.map((source) => [source.id, source]));
    for (const one of series) {
      this.#take(one);
    }
    this.#beliefs.sort((a, b) => a.believed - b.believed);
    this.batches = [...new Set(this.#beliefs.map(({ believed }) => believed))];
  }

  #take({ sensor, resolution, event_start_ms: starts, belief_time_ms: believed, source, event_value: values, cumulative_probability: probability }) {
    const nearest = nearestToPoint(starts, believed, source, probability);
    starts.forEach((at, k) => {
      if (!nearest[k]) {
        return;
      }
      const key = `${sensor}/${source[k]}`;
      const line = this.#lines.get(key) ?? { sensor, source: source[k], resolution, slots: new Map(), starts: [], values: [] };
      this.#lines.set(key, line);
      if (!line.slots.has(at)) {
        line.slots.set(at, line.starts.length);
        line.starts.push(at);
        line.values.push(null);
      }
      this.#beliefs.push({ believed: believed[k], line, slot: line.slots.get(at), value: values[k] });
    });
  }

  /** Know what was known at a moment, and nothing later. */
  goTo(moment) {
    const last = this.#beliefs[this.#applied - 1];
    if (last !== undefined && last.believed > moment) {
      this.#applied = 0;
      for (const line of this.#lines.values()) {
        line.values.fill(null);
      }
    }
    while (this.#applied < this.#beliefs.length && this.#beliefs[this.#applied].believed <= moment) {
      const { line, slot, value } = this.#beliefs[this.#applied++];
      line.values[slot] = value;
    }
  }

  /** Columns per source of a sensor, as they are known now. */
  columns(sensor) {
    return [...this.#lines.values()]
      .filter((line) => line.sensor === sensor)
      .map(({ source, resolution, starts, values }) => {
        const known = starts.map((_, k) => k).filter((k) => values[k] !== null).sort((a, b) => starts[a] - starts[b]);
        return { source, resolution, ...withHoles(known.map((k) => starts[k]), known.map((k) => values[k]), resolution) };
      })
      .filter((columns) => columns.starts.length > 0);
  }
}

/** Of each distribution the row nearest to its median: which rows count. */
function nearestToPoint(starts, believed, source, probability) {
  if (probability.every((one) => one === POINT)) {
    return new Array(starts.length).fill(true);
  }
  const best = new Map();
  starts.forEach((at, k) => {
    const key = `${at}/${believed[k]}/${source[k]}`;
    const kept = best.get(key);
    if (kept === undefined || Math.abs(probability[k] - POINT) < Math.abs(probability[kept] - POINT)) {
      best.set(key, k);
    }
  });
  const chosen = new Array(starts.length).fill(false);
  best.forEach((k) => (chosen[k] = true));
  return chosen;
}
