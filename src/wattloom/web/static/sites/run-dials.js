/** The controls of the panel: sliders with the numbers beside them, what holds at present, and the way back to it. */
import { decimal, price, withUnit } from "../core/numbers.js";
import { SiteTime } from "../core/time.js";

const QUARTER = 900_000;

/** A number that can be tried out. */
export class Dial {
  #element;
  #range;
  #number;

  constructor(element) {
    this.#element = element;
    this.#range = element.querySelector("[type=range]");
    this.#number = element.querySelector("[type=number]");
    this.present = Number(element.dataset.value);
    this.#range.addEventListener("input", () => {
      this.value = Number(this.#range.value);
    });
    this.#number.addEventListener("input", () => {
      this.#range.value = this.#number.value;
      this.#tell();
    });
    placeMark(element, this.#range, this.present);
    this.#tell();
  }

  get element() {
    return this.#element;
  }

  get key() {
    return this.#element.dataset.key;
  }

  get label() {
    const group = this.#element.closest("[data-device]")?.querySelector("summary").textContent.trim();
    const own = nameOf(this.#element);
    return group ? `${group}, ${own}` : own;
  }

  get value() {
    return Number(this.#number.value);
  }

  set value(value) {
    this.#number.value = String(value);
    this.#range.value = String(value);
    this.#tell();
  }

  /** What is sent, and stands in addresses. */
  get text() {
    return this.#number.value;
  }

  set text(text) {
    if (Number.isFinite(Number(text))) {
      this.value = Number(text);
    }
  }

  get shown() {
    const unit = this.#element.querySelector(".unit").textContent;
    return unit.includes("/") ? price(this.value, unit) : unit === "%" ? `${this.value > 0 ? "+" : ""}${decimal(this.value, 100)}\u2009%` : withUnit(this.value, unit);
  }

  get isAsked() {
    return "asked" in this.#element.dataset;
  }

  get isChanged() {
    return this.value !== this.present;
  }

  get isValid() {
    return this.#number.checkValidity();
  }

  /** What the browser finds wrong with the number, in its words. */
  get fault() {
    return this.#number.validationMessage;
  }

  reset() {
    this.value = this.present;
  }

  #tell() {
    tellChanged(this.#element, this.isChanged && !this.isAsked);
  }
}

/** A quarter of an hour on the clock of the site, between the start of a plan and its end. */
export class TimeDial {
  #element;
  #range;
  #clock;
  #time;
  #start;

  constructor(element, start, hours, zone) {
    this.#element = element;
    this.#range = element.querySelector("[type=range]");
    this.#clock = element.querySelector("[type=time]");
    this.#time = new SiteTime(zone);
    this.#start = Math.ceil(start / QUARTER) * QUARTER;
    this.#range.min = 1;
    this.#range.max = Math.round((hours * 3_600_000) / QUARTER);
    this.present = Date.parse(element.dataset.value);
    this.#range.addEventListener("input", () => this.#tell());
    this.#clock.addEventListener("input", () => this.#take(this.#clock.value));
    this.reset();
    this.present = this.#at; // in whole quarters, as all places of the slider
    placeMark(element, this.#range, Number(this.#range.value));
    this.#tell();
  }

  get element() {
    return this.#element;
  }

  get key() {
    return this.#element.dataset.key;
  }

  get label() {
    const group = this.#element.closest("[data-device]").querySelector("summary").textContent.trim();
    return `${group}, ${nameOf(this.#element)}`;
  }

  get value() {
    return new Date(this.#at).toISOString();
  }

  get text() {
    return this.value.slice(0, 16) + "Z";
  }

  set text(text) {
    if (!Number.isNaN(Date.parse(text))) {
      this.#show(Date.parse(text));
    }
  }

  get shown() {
    return this.#time.dayAndClock(this.#at);
  }

  isAsked = false;
  isValid = true;
  fault = "";

  get isChanged() {
    return this.#at !== this.present;
  }

  reset() {
    this.#show(this.present);
  }

  get #at() {
    return this.#start + Number(this.#range.value) * QUARTER;
  }

  #show(at) {
    this.#range.value = Math.round((at - this.#start) / QUARTER);
    this.#tell();
  }

  /** The typed time of day, on the chosen day, else the next one that lies within the plan. */
  #take(clock) {
    const steps = Array.from({ length: Number(this.#range.max) }, (_, step) => this.#start + (step + 1) * QUARTER);
    const found = steps.filter((at) => this.#time.clock(at) === clock);
    const nearest = found.sort((one, other) => Math.abs(one - this.#at) - Math.abs(other - this.#at))[0];
    if (nearest !== undefined) {
      this.#range.value = Math.round((nearest - this.#start) / QUARTER);
      this.#tell();
    }
  }

  #tell() {
    this.#clock.value = this.#time.clock(this.#at);
    this.#element.querySelector(".dial-day").textContent = this.#time.day(this.#at);
    this.#range.setAttribute("aria-valuetext", this.shown);
    tellChanged(this.#element, this.isChanged);
  }
}

function nameOf(element) {
  return element.querySelector("label").firstChild.textContent.trim();
}

function tellChanged(element, isChanged) {
  element.classList.toggle("is-changed", isChanged);
  element.querySelector("[data-back]").hidden = !isChanged;
}

/** Mark on the track what holds at present. */
function placeMark(element, range, value) {
  const mark = element.querySelector(".dial-present");
  const share = (value - Number(range.min)) / (Number(range.max) - Number(range.min));
  mark?.style.setProperty("--at", Math.min(1, Math.max(0, share)));
}
