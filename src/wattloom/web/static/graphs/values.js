/** The values that graphs show: one store of tiles for each way to look (as known when, at which resolution). */
import { api } from "../core/api.js";
import { levelFor, TileStore } from "./tiles.js";

const MOST_IN_ADDRESS = 100;
const MOST_STORES = 6;

/** @typedef {{asof: number | null, resolution: string, width?: number}} Look */

export class Values {
  #stores = new Map();
  #sources = new Map();

  /** What is known of sources by id. */
  get sources() {
    return this.#sources;
  }

  #store({ asof, resolution }) {
    const key = `${asof}/${resolution}`;
    if (!this.#stores.has(key)) {
      const fixed = { beliefs: "by-source", ...(asof ? { prior: iso(asof) } : {}), ...(resolution ? { resolution } : {}) };
      const store = new TileStore(({ sensors, start, end, points }, signal) =>
        readSeries({ sensor: sensors, start: iso(start), end: iso(end), points, ...fixed }, signal));
      store.sources = this.#sources;
      this.#stores.set(key, store);
      if (this.#stores.size > MOST_STORES) {
        this.#stores.delete(this.#stores.keys().next().value);
      }
    }
    return this.#stores.get(key);
  }

  /** Take the values that the page itself has asked for already. @param {string} href @param {Look} look */
  async takeFirst(href, look) {
    const query = new URL(href, location.href).searchParams;
    const answer = await fetch(href); // as the page's <link rel="preload"> asks for it
    if (answer.ok) {
      const [start, end] = ["start", "end"].map((name) => Date.parse(query.get(name)));
      this.#store(look).put(query.getAll("sensor").map(Number), { start, end, points: Number(query.get("points")) }, await answer.json());
    }
  }

  /** Whether nothing is missing to draw a window. @param {number[]} sensors @param {[number, number]} window @param {Look} look */
  holds(sensors, window, look) {
    return this.#store(look).holds(sensors, window, levelFor(lengthOf(window, "view"), look.width));
  }

  /** Load what is missing. @param {string} purpose @param {number[]} sensors @param {[number, number]} window @param {Look} look */
  ensure(purpose, sensors, window, look) {
    return this.#store(look).ensure(purpose, sensors, window, levelFor(lengthOf(window, purpose), look.width));
  }

  /** Columns per source of a sensor. @param {number} sensor @param {[number, number]} window @param {Look} look */
  series(sensor, window, look) {
    return this.#store(look).series(sensor, window, levelFor(lengthOf(window, "ahead"), look.width));
  }

  /** Columns per source of a sensor over a longer time, as {@link ensure} loads it for an overview. */
  overview(sensor, window, look) {
    return this.#store(look).series(sensor, window, levelFor(window[1] - window[0], look.width));
  }

  /** Values of a sensor have changed in a window. */
  invalidate(sensor, window) {
    this.#stores.forEach((store) => store.invalidate(sensor, window));
  }
}

/** What is loaded ahead or drawn is twice as long as what is seen, and no coarser. */
function lengthOf([from, to], purpose) {
  return purpose === "ahead" ? (to - from) / 2 : to - from;
}

const iso = (at) => new Date(at).toISOString();

/** Read series; lists become repeated parameters. @param {Record<string, unknown>} asked */
export function readSeries(asked, signal) {
  if (asked.sensor.length > MOST_IN_ADDRESS) {
    return api("POST", "/api/v4/series/query", asked, { signal });
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    [value].flat().forEach((one) => query.append(name, one));
  }
  return api("GET", `/api/v4/series?${query}`, undefined, { signal });
}
