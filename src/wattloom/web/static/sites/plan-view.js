/** Which part of the time is shown: ranges around now, panning, zooming, and its place in the address. */

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;
/** Hours before and after the anchor that each range shows. */
const RANGES = { "24h": [6, 24], "48h": [24, 48], week: [96, 72] };
const SHORTEST = 3 * HOUR;
const LONGEST = 14 * 24 * HOUR;

/** A part of the time; instants are milliseconds since 1970. */
export class PlanView {
  constructor(from, to) {
    this.from = from;
    this.to = to;
  }

  /** The part that a range shows around an instant. @param {"24h"|"48h"|"week"} range */
  static around(range, at) {
    const [before, after] = RANGES[range] ?? RANGES["48h"];
    const hour = Math.floor(at / HOUR) * HOUR;
    return new PlanView(hour - before * HOUR, hour + after * HOUR);
  }

  get length() {
    return this.to - this.from;
  }

  moved(by) {
    return new PlanView(this.from + by, this.to + by);
  }

  /** The same between whole quarters of an hour. */
  get settled() {
    return new PlanView(...[this.from, this.to].map((at) => Math.round(at / QUARTER) * QUARTER));
  }

  /** The same around a fixed instant, shorter or longer by a factor. */
  zoomed(factor, around) {
    const length = Math.min(LONGEST, Math.max(SHORTEST, this.length * factor));
    const share = (around - this.from) / this.length;
    return new PlanView(around - share * length, around + (1 - share) * length);
  }

  /** What is read so that one can move a little without waiting. */
  get surroundings() {
    const margin = this.length / 2;
    return new PlanView(this.from - margin, this.to + margin);
  }

  contains(other) {
    return this.from <= other.from && other.to <= this.to;
  }

  get query() {
    return { start: new Date(this.from).toISOString(), end: new Date(this.to).toISOString() };
  }
}
