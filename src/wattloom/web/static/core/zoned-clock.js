/** Clocks and calendars of one time zone: what stands on the wall at an instant, and the other way round. */

import { locale } from "./texts.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The first Monday after 1 January 1970, on any clock. */
export const MONDAY = 4 * DAY;

const SHORT_STEPS = [1, 5, 15, 30, 60, 180, 360, 720].map((minutes) => minutes * MINUTE);
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

/** All instants are milliseconds since 1970 UTC; a "wall" is what a local clock shows, written as if it were UTC. */
export class ZonedClock {
  #parts;
  #formats = new Map();

  constructor(zone) {
    this.zone = zone;
    const all = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    this.#parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", era: "short", ...all });
  }

  wall(at) {
    const { era, year, month, day, hour, minute, second } = Object.fromEntries(
      this.#parts.formatToParts(at).map(({ type, value }) => [type, value]),
    );
    const date = Date.UTC(era === "BC" ? 1 - year : Number(year), month - 1, day, hour, minute, second);
    return date + (((at % 1000) + 1000) % 1000);
  }

  /** The instant at which the clock shows this; the first of two, and the moved one where clocks skip it. */
  instant(wall) {
    const candidates = [wall - DAY, wall + DAY].map((near) => wall - (this.wall(near) - near));
    return candidates.sort((a, b) => a - b).find((at) => this.wall(at) === wall) ?? Math.max(...candidates);
  }

  startOfDay(at) {
    return this.instant(Math.floor(this.wall(at) / DAY) * DAY);
  }

  /** The same time of day, some days later; such a day may have 23 or 25 hours. */
  addDays(at, days) {
    return this.instant(this.wall(at) + days * DAY);
  }

  /** For <input type="datetime-local">. */
  toInput(at) {
    return new Date(this.wall(at)).toISOString().slice(0, 16);
  }

  fromInput(text) {
    return this.instant(Date.parse(`${text}Z`));
  }

  /** ISO 8601 with the offset of the zone, "2026-03-01T00:00:00+01:00". */
  iso(at) {
    const offset = Math.round((this.wall(at) - at) / MINUTE);
    const two = (number) => String(Math.floor(number)).padStart(2, "0");
    const sign = offset < 0 ? "-" : "+";
    const shown = new Date(this.wall(at)).toISOString().slice(0, 19);
    return `${shown}${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
  }

  format(at, options) {
    const key = JSON.stringify(options);
    if (!this.#formats.has(key)) {
      this.#formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: this.zone, hourCycle: "h23", ...options }));
    }
    return this.#formats.get(key).format(at);
  }

  clock(at) {
    return this.format(at, { hour: "2-digit", minute: "2-digit" });
  }

  day(at) {
    return this.format(at, { weekday: "short", day: "numeric", month: "short" });
  }

  full(at) {
    return this.format(at, { dateStyle: "medium", timeStyle: "short" });
  }

  /** The interval [from, to) as people write it: "Mon 3 Nov 13:00–13:15"; one moment if both are equal. */
  interval(from, to) {
    const start = `${this.day(from)} ${this.clock(from)}`;
    if (to <= from) {
      return start;
    }
    return to - from < DAY ? `${start}–${this.clock(to)}` : `${start} – ${this.day(to)} ${this.clock(to)}`;
  }

  /**
   * At most about `most` instants between two, at round local times, with their labels.
   * @returns {{at: number, label: string}[]}
   */
  ticks(from, to, most) {
    const length = to - from;
    const short = SHORT_STEPS.find((step) => length / step <= most);
    if (short) {
      return this.#walls(from, to, (wall) => Math.floor(wall / short) * short, (wall) => wall + short, (at, wall) =>
        wall % DAY === 0 ? this.day(at) : this.clock(at));
    }
    const days = DAY_STEPS.find((step) => length / (step * DAY) <= most);
    if (days) {
      const step = days * DAY;
      const origin = days < 7 ? 0 : MONDAY;
      const floor = (wall) => Math.floor((wall - origin) / step) * step + origin;
      return this.#walls(from, to, floor, (wall) => wall + step, (at) =>
        days < 7 && length < 10 * DAY ? this.day(at) : this.format(at, { day: "numeric", month: "short" }));
    }
    const months = MONTH_STEPS.find((step) => length / (step * 30.4 * DAY) <= most) ?? MONTH_STEPS.at(-1);
    const floor = (wall) => {
      const date = new Date(wall);
      const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
      return monthStart(Math.floor(month / months) * months);
    };
    const next = (wall) => monthStart(new Date(wall).getUTCFullYear() * 12 + new Date(wall).getUTCMonth() + months);
    return this.#walls(from, to, floor, next, (at, wall) =>
      new Date(wall).getUTCMonth() === 0 ? this.format(at, { year: "numeric" }) : this.format(at, { month: "short" }));
  }

  #walls(from, to, floor, next, label) {
    const ticks = [];
    for (let wall = floor(this.wall(from)); ticks.length < 200; wall = next(wall)) {
      const at = this.instant(wall);
      if (at > to) {
        break;
      }
      if (at >= from && at > (ticks.at(-1)?.at ?? -Infinity)) {
        ticks.push({ at, label: label(at, wall) });
      }
    }
    return ticks;
  }
}

function monthStart(month) {
  return Date.UTC(Math.floor(month / 12), month % 12, 1);
}
