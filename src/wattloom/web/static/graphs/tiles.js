/**
 * Values of sensors in tiles: spans of time that are quarter-hours times powers of two, each with as many rows as
 * pictures need that show some of them side by side. What was loaded once is not loaded again; while finer tiles are
 * on their way, coarser ones stand in; a tile that already holds all there is stands in for good.
 */
import { durationMs } from "./range.js";

/** Most rows of a series in one tile; the server's graph_setup.py asks for the first picture alike. */
const TILE_POINTS = 512;
const BASE = 900_000;
const POINTS_PER_PX = 2;
const MOST_TILES = 3000;
const COARSEST = 24;

/** The level whose tiles have about two rows per pixel, for a window of `length` ms on `width` pixels. */
export function levelFor(length, width) {
  return Math.max(0, Math.floor(Math.log2((length * TILE_POINTS) / (POINTS_PER_PX * width) / BASE)));
}

const spanOf = (level) => BASE * 2 ** level;

/** The tiles [first, last) that hold a window. */
function tilesOf([from, to], level) {
  return [Math.floor(from / spanOf(level)), Math.ceil(to / spanOf(level))];
}

export class TileStore {
  #load;
  #tiles = new Map();
  #requests = new Map();
  /** What is known of sources by id: name, type, model, version. */
  sources = new Map();

  /** @param {(asked: {sensors: number[], start: number, end: number, points: number}, signal: AbortSignal) => Promise<object>} load */
  constructor(load) {
    this.#load = load;
  }

  /** Take in an answer of the server for tiles that it was asked for. */
  put(sensors, { start, end, points }, answer) {
    const level = Math.round(Math.log2(((end - start) * TILE_POINTS) / points / BASE));
    for (const source of answer.sources ?? []) {
      this.sources.set(source.id, source);
    }
    for (const sensor of sensors) {
      const series = answer.series.filter((one) => one.sensor === sensor);
      const isExact = series.every((one) => one.event_start_ms.length < points);
      const [first, last] = tilesOf([start, end], level);
      for (let n = first; n < last; n++) {
        const [from, to] = [n * spanOf(level), (n + 1) * spanOf(level)];
        const parts = series.map((one) => slice(one, from, to)).filter((one) => one.starts.length > 0);
        this.#tiles.delete(`${sensor}/${level}/${n}`);
        this.#tiles.set(`${sensor}/${level}/${n}`, { series: parts, isExact, isStale: false });
      }
    }
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= MOST_TILES) {
        break;
      }
      this.#tiles.delete(key);
    }
  }

  /** Whether nothing is missing for a window. */
  holds(sensors, window, level) {
    return this.#missing(sensors, window, level).length === 0;
  }

  /**
   * Load what is missing for a window; what the same purpose wanted before and is still on its way is given up.
   * @returns {Promise<boolean>} whether something came
   */
  async ensure(purpose, sensors, window, level) {
    const missing = this.#missing(sensors, window, level);
    const key = JSON.stringify(missing);
    const before = this.#requests.get(purpose);
    if (before?.key === key) {
      return before.answer;
    }
    before?.controller.abort();
    this.#requests.delete(purpose);
    if (missing.length === 0) {
      return false;
    }
    const controller = new AbortController();
    const answer = this.#loadAll(missing, controller.signal);
    const request = { key, controller, answer };
    this.#requests.set(purpose, request);
    try {
      return await answer;
    } finally {
      if (this.#requests.get(purpose) === request) {
        this.#requests.delete(purpose);
      }
    }
  }

  async #loadAll(missing, signal) {
    await Promise.all(
      missing.map(async ({ sensors, ...asked }) => this.put(sensors, asked, await this.#load({ sensors, ...asked }, signal))),
    );
    return true;
  }

  /** Values of these sensors in a window have changed: what is held is shown until the new ones are there. */
  invalidate(sensor, [from, to]) {
    for (const [key, tile] of this.#tiles) {
      const [id, level, n] = key.split("/").map(Number);
      if (id === sensor && n * spanOf(level) < to && (n + 1) * spanOf(level) > from) {
        tile.isStale = true;
      }
    }
  }

  /** Columns per source of a sensor in a window, as fine as they are held. @returns {{source: number, resolution: string, starts: number[], values: (number|null)[]}[]} */
  series(sensor, window, level) {
    const bySource = new Map();
    let [at, end] = tilesOf(window, level).map((n) => n * spanOf(level));
    while (at < end) {
      const [tile, to] = this.#best(sensor, level, at);
      for (const part of tile?.series ?? []) {
        append(bySource, part, at);
      }
      at = to;
    }
    return [...bySource.values()];
  }

  #best(sensor, level, at) {
    for (let coarser = level; coarser <= COARSEST; coarser++) {
      const n = Math.floor(at / spanOf(coarser));
      const tile = this.#tiles.get(`${sensor}/${coarser}/${n}`);
      if (tile) {
        return [tile, (n + 1) * spanOf(coarser)];
      }
    }
    return [null, (Math.floor(at / spanOf(level)) + 1) * spanOf(level)];
  }

  #isThere(sensor, level, n) {
    const own = this.#tiles.get(`${sensor}/${level}/${n}`);
    if (own && !own.isStale) {
      return true;
    }
    for (let coarser = level + 1; coarser <= COARSEST; coarser++) {
      const tile = this.#tiles.get(`${sensor}/${coarser}/${Math.floor(n / 2 ** (coarser - level))}`);
      if (tile?.isExact && !tile.isStale) {
        return true;
      }
    }
    return false;
  }

  /** Requests for what is missing: sensors that lack the same tiles are asked for together. */
  #missing(sensors, window, level) {
    const [first, last] = tilesOf(window, level);
    const alike = new Map();
    for (const sensor of sensors) {
      let run = null;
      for (let n = first; n <= last; n++) {
        const isMissing = n < last && !this.#isThere(sensor, level, n);
        if (isMissing) {
          run ??= n;
        } else if (run !== null) {
          const key = `${run}/${n}`;
          alike.set(key, [...(alike.get(key) ?? []), sensor]);
          run = null;
        }
      }
    }
    return [...alike].map(([key, some]) => {
      const [from, to] = key.split("/").map(Number);
      return { sensors: some, start: from * spanOf(level), end: to * spanOf(level), points: (to - from) * TILE_POINTS };
    });
  }
}

/** The first position whose start is not before an instant. */
export function lowerBound(starts, at) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function slice({ source_id: source, resolution, event_start_ms: starts, event_value: values }, from, to) {
  const [first, last] = [lowerBound(starts, from), lowerBound(starts, to)];
  return { source, resolution, starts: starts.slice(first, last), values: values.slice(first, last) };
}

function append(bySource, { source, resolution, starts, values }, from) {
  const whole = bySource.get(source) ?? { source, resolution, starts: [], values: [] };
  bySource.set(source, whole);
  const first = lowerBound(starts, from);
  const length = durationMs(resolution);
  const last = whole.starts.length - 1;
  // Each tile tells of its own gaps; one may also lie where two of them meet. Days and months vary in length.
  if (length > 0 && last >= 0 && first < starts.length && starts[first] > whole.starts[last] + 1.1 * length) {
    if (whole.values[last] !== null) {
      whole.starts.push(whole.starts[last] + length);
      whole.values.push(null);
    }
  }
  for (let k = first; k < starts.length; k++) {
    whole.starts.push(starts[k]);
    whole.values.push(values[k]);
  }
}
