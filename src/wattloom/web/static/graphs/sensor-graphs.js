/**
 * <sensor-graphs>: graphs of sensors below each other that share a time axis.
 *
 * The server renders the frame (templates/assets/sensor_graphs.html) and what there is to show as JSON; this element
 * keeps what is shown (window, view, added sensors, …) in step with the address, and leads what the parts find out
 * to each other: values (values.js), their picture (picture.js), toolbar, brush, and the panels.
 */
import { fromQuery, toQuery } from "./address.js";
import { Annotations } from "./annotations.js";
import { Brush } from "./brush.js";
import { act } from "./commands.js";
import { GraphRow } from "./graph-row.js";
import { listenToPointers } from "./gestures.js";
import { followKeyFigures } from "./key-figures.js";
import { listenToKeys } from "./keys.js";
import { listenLive } from "./live-values.js";
import { Panels } from "./panels.js";
import { PADDING, Picture } from "./picture.js";
import { rowOfSensor } from "./sensors-panel.js";
import { Toolbar } from "./toolbar.js";
import { Values } from "./values.js";
import { Whole } from "./whole.js";
import { unitLabel } from "../core/numbers.js";
import { soon } from "../core/soon.js";
import { ZonedClock } from "../core/zoned-clock.js";

const SETTLE_MS = 140;
const AHEAD_MS = 400;
const REPLAY_MS = 500;

class SensorGraphs extends HTMLElement {
  #toolbar;
  #picture;
  #frame = 0;
  #settling = 0;
  #ahead = 0;
  /** Browsers refuse addresses that change too often. */
  #replaying = soon(() => {
    this.#writeAddress("replaceState");
    this.refresh();
  }, REPLAY_MS);
  #stopListening = [];
  /** What is drawn over or instead of the values, by the panels. */
  overlays = { replay: null, forecasts: null, areas: [] };
  /** What a part that is dragged over a graph does instead of zooming, while a panel wants it. */
  partsAreMarked = null;
  cursor = null;
  rows = [];

  connectedCallback() {
    this.setup = JSON.parse(this.querySelector(".graph-setup").textContent);
    this.clock = new ZonedClock(this.setup.zone);
    this.#readAddress();
    this.values = new Values();
    this.whole = new Whole();
    const sections = this.querySelectorAll(".graph-rows > .graph-row");
    this.#picture = new Picture(this);
    this.setup.rows.forEach((row, n) => this.#addRow(sections[n], row));
    this.brush = new Brush(this.querySelector(".graph-brush"), this);
    this.#toolbar = new Toolbar(this);
    this.panels = new Panels(this);
    this.annotations = new Annotations(this);
    if (this.setup.has_kpis) {
      followKeyFigures(this, this.querySelector(".graph-kpis"));
    }
    this.#stopListening = [listenToKeys(this), listenLive(this)];
    addEventListener("popstate", this.#goBack);
    this.#begin();
  }

  disconnectedCallback() {
    removeEventListener("popstate", this.#goBack);
    this.#stopListening.forEach((stop) => stop());
    clearTimeout(this.#settling);
    clearTimeout(this.#ahead);
    this.#replaying.stop();
    cancelAnimationFrame(this.#frame);
    this.#picture.dispose();
  }

  get window() {
    return this.shown.window;
  }

  /** The moment whose knowledge is shown; null for the present. */
  get knownAt() {
    return this.overlays.replay?.at ?? this.shown.asof;
  }

  /** Ids of all sensors that are shown. */
  get sensorIds() {
    return [...new Set(this.rows.flatMap((row) => row.setup.sensors.map(({ id }) => id)))];
  }

  #addRow(section, setup) {
    const row = new GraphRow(section, setup, () => this.redraw());
    this.rows.push(row);
    this.#picture.watch(row);
    listenToPointers(row, this);
    section.querySelector(".graph-remove").addEventListener("click", () => {
      this.show({ sensors: this.shown.sensors.filter((id) => id !== setup.sensors[0].id) });
    });
  }

  #removeRow(row) {
    this.rows.splice(this.rows.indexOf(row), 1);
    this.#picture.forget(row);
    row.section.remove();
  }

  async #begin() {
    this.panels.follow();
    const first = [...document.querySelectorAll("link.graph-data")].find(({ media }) => matchMedia(media).matches);
    try {
      if (first !== undefined && this.shown.resolution === "" && this.shown.view === "lines") {
        await this.values.takeFirst(first.href, this.shown);
        const look = { ...this.shown, width: this.#picture.width };
        if (this.values.holds(this.sensorIds, this.window, look)) {
          this.#picture.draw();
        }
      }
    } finally {
      await this.refresh();
    }
  }

  /** The rows of added sensors as the address has them. */
  async #syncRows() {
    const wanted = this.shown.sensors;
    const added = (row) => (row.setup.is_added ? row.setup.sensors[0].id : null);
    this.rows.filter((row) => row.setup.is_added && !wanted.includes(added(row))).forEach((row) => this.#removeRow(row));
    for (const id of wanted.filter((one) => !this.rows.some((row) => added(row) === one))) {
      const setup = await rowOfSensor(id);
      if (setup !== null && this.shown.sensors === wanted) {
        const section = this.querySelector(".graph-row-template").content.firstElementChild.cloneNode(true);
        section.setAttribute("aria-label", setup.title);
        section.querySelector("h2").textContent = setup.title;
        section.querySelector(".graph-unit").textContent = unitLabel(setup.unit);
        this.querySelector(".graph-rows").append(section);
        this.#addRow(section, setup);
      }
    }
    this.querySelector(".graph-empty")?.toggleAttribute("hidden", this.rows.length > 0);
  }

  /** Show another window while something moves; values follow once it stands still. */
  setWindow(window) {
    this.shown.window = window.map(Math.round);
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#picture.move());
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#writeAddress("replaceState");
      this.refresh();
    }, SETTLE_MS);
  }

  /** Show something else as a step of its own, that the back button undoes. @param {Partial<object>} changes */
  show(changes) {
    Object.assign(this.shown, changes);
    this.#writeAddress("pushState");
    this.refresh();
  }

  /** Show what was known at a moment; the moments of one replay are one step for the back button. */
  replayAt(moment) {
    if (this.shown.replay === null) {
      this.show({ replay: moment });
    } else {
      this.shown.replay = moment;
      this.#replaying.call();
    }
    this.redraw();
  }

  #goBack = () => {
    this.#readAddress();
    this.panels.follow();
    this.refresh();
  };

  #readAddress() {
    const { window = [this.setup.start, this.setup.end], ...others } = fromQuery(location.search);
    this.shown = { ...others, window };
  }

  #writeAddress(how) {
    const query = toQuery(this.shown, location.search, (at) => this.clock.iso(at));
    if (query !== location.search) {
      history[how](history.state, "", query);
    }
  }

  /** Load what is missing and draw it, then what lies beside it. */
  async refresh() {
    await this.#syncRows();
    this.#toolbar.tell();
    this.#picture.move();
    const asked = { ...this.shown, width: this.#picture.width };
    try {
      const whole = asked.view === "lines" ? null : await this.readWhole();
      if (whole === null) {
        await this.values.ensure("view", this.sensorIds, asked.window, asked);
      }
      if (asked.window === this.shown.window && asked.view === this.shown.view) {
        this.#picture.draw({ whole });
        this.#loadAhead(asked);
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        this.dataset.state = "failed";
        this.rows.forEach((row) => row.say(error.message, { retry: () => this.refresh() }));
      }
    }
    this.dispatchEvent(new CustomEvent("wattloom:shown"));
  }

  #loadAhead(asked) {
    clearTimeout(this.#ahead);
    if (asked.view === "lines") {
      const [from, to] = asked.window;
      const around = (to - from) * PADDING;
      const load = () => this.values.ensure("ahead", this.sensorIds, [from - around, to + around], asked).catch(() => {});
      this.#ahead = setTimeout(load, AHEAD_MS);
    }
  }

  /** All values in the window, as they are known and looked at. */
  readWhole() {
    return this.whole.read(this.sensorIds, this.window, { asof: this.knownAt, resolution: this.shown.resolution });
  }

  /** Draw again what is held, for example after a legend was used. */
  redraw() {
    this.#picture.redraw();
  }

  /** Draw all rows, also those that nobody sees, for pictures of them. */
  drawAll() {
    this.#picture.draw({ all: true });
  }

  hover(at, row) {
    this.point(at, row);
  }

  /** Put the cursor at an instant, in all rows; the panel stands in the row that is pointed at. */
  point(at, pointed = this.pointed ?? null) {
    this.cursor = at;
    this.pointed = pointed;
    const seen = this.shown.view === "lines" ? at : null;
    for (const row of this.rows) {
      const isPointed = seen !== null && row === pointed;
      row.point(seen, isPointed ? { heading: this.clock.interval(...row.stepAt(at)), remarks: this.annotations.at(at, row) } : null);
    }
  }

  /** Put the cursor at an instant of a row, and say what is there. */
  tell(at, row) {
    this.point(at, row);
    const values = row.valuesAt(at).map(({ line, value }) => `${line.label} ${row.text(value)}`);
    const said = values.join(", ") || this.querySelector(".graph-toolbar").dataset.nothing;
    const remarks = this.annotations.at(at, row).map(({ kind, when, text }) => [kind, when, text].filter(Boolean).join(" "));
    this.speak([`${this.clock.interval(...row.stepAt(at))}: ${said}`, ...remarks].join(". "));
  }

  /** A part of the time was marked by dragging. */
  choose(from, to) {
    if (this.partsAreMarked !== null) {
      this.partsAreMarked(from, to);
    } else {
      this.show({ window: [from, to].map(Math.round) });
    }
  }

  /** Do what a button or key asks for. */
  act(name) {
    return act(this, name);
  }

  click(at, row, value) {
    this.tell(at, row);
    this.dispatchEvent(new CustomEvent("wattloom:instant", { detail: { at, row, value } }));
  }

  /** Say something to those who listen. */
  speak(text) {
    this.querySelector(".graph-spoken").textContent = text;
  }
}

customElements.define("sensor-graphs", SensorGraphs);
