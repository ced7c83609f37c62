/** Instants as a plan of some days shows them: ticks at round local hours, labels, local days. */
import { DAY, ZonedClock } from "./zoned-clock.js";

const HOUR = 3_600_000;

/** Tells time in one zone; all instants are milliseconds since 1970. */
export class SiteTime {
  #zoned;

  constructor(zone) {
    this.#zoned = new ZonedClock(zone);
  }

  clock(at) {
    return this.#zoned.clock(at);
  }

  day(at) {
    return this.#zoned.day(at);
  }

  dayAndClock(at) {
    return this.#zoned.format(at, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  }

  /** The interval [from, to) as people write it: "Mon 13:00–13:15". */
  interval(from, to) {
    return `${this.dayAndClock(from)}–${this.clock(to)}`;
  }

  hour(at) {
    return new Date(this.#zoned.wall(at)).getUTCHours();
  }

  /** A number that is equal for two instants exactly when they lie on the same local day. */
  dayKey(at) {
    return Math.floor(this.#zoned.wall(at) / DAY);
  }

  /**
   * Instants at which a label stands: about `most` of them, on local hours
   * divisible by 3, 6, 12 or 24. A day on which the clocks change keeps its true length.
   */
  ticks(from, to, most) {
    const every = [3, 6, 12, 24].find((hours) => (to - from) / HOUR / hours <= most) ?? 48;
    const ticks = [];
    for (let at = Math.ceil(from / HOUR) * HOUR; at <= to; at += HOUR) {
      if (this.hour(at) % every === 0 && (every < 48 || ticks.length === 0 || at - ticks.at(-1) >= 47 * HOUR)) {
        ticks.push(at);
      }
    }
    return ticks;
  }

  /** "13:00", or the day where a new one begins. */
  tickLabel(at) {
    return this.hour(at) === 0 ? this.day(at) : this.clock(at);
  }
}
