/** Instants in the time zone of the site: ticks at round local hours, labels, local days. */

import { locale } from "./texts.js";

const HOUR = 3_600_000;

/** Formats and divides time in one zone; all instants are milliseconds since 1970. */
export class SiteTime {
  #parts;
  #clock;
  #day;
  #dayAndClock;

  constructor(zone) {
    const of = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...options });
    this.#parts = of({ year: "numeric", month: "numeric", day: "numeric", hour: "numeric" });
    this.#clock = of({ hour: "2-digit", minute: "2-digit" });
    this.#day = of({ weekday: "short", day: "numeric", month: "short" });
    this.#dayAndClock = of({ weekday: "short", hour: "2-digit", minute: "2-digit" });
  }

  clock(at) {
    return this.#clock.format(at);
  }

  day(at) {
    return this.#day.format(at);
  }

  dayAndClock(at) {
    return this.#dayAndClock.format(at);
  }

  /** The interval [from, to) as people write it: "Mon 13:00–13:15". */
  interval(from, to) {
    return `${this.dayAndClock(from)}–${this.clock(to)}`;
  }

  hour(at) {
    return Number(this.#parts.formatToParts(at).find((part) => part.type === "hour").value);
  }

  /** A text that is equal for two instants exactly when they lie on the same local day. */
  dayKey(at) {
    const parts = Object.fromEntries(this.#parts.formatToParts(at).map((part) => [part.type, part.value]));
    return `${parts.year}-${parts.month}-${parts.day}`;
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
