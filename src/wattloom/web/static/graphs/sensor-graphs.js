/**
 * <sensor-graphs>: graphs of sensors below each other that share a time axis.
 *
 * The server renders the frame (templates/assets/sensor_graphs.html) and what there is to show as JSON; this element
 * keeps what is shown (window, view, added sensors, …) in step with the address, and leads what the parts find out
 * to each other: values (values.js), rows (graph-row.js), toolbar, brush, and the panels.
 */
import { onThemeChange, palette } from "../charts/palette.js";
import { fromQuery, toQuery } from "./address.js";
import { Brush } from "./brush.js";
import { GraphRow } from "./graph-row.js";
import { listenToPointers } from "./gestures.js";
import { listenToKeys } from "./keys.js";
import { linesOf } from "./lines.js";
import { Toolbar } from "./toolbar.js";
import { Values } from "./values.js";
import { ZonedClock } from "./zoned.js";

const SETTLE_MS = 140;
const AHEAD_MS = 400;
const PADDING = 0.5;
const LABEL_PX = 110;

class SensorGraphs extends HTMLElement {
  #toolbar;
  #brush;
  #colours;
  #drawn = null;
  #frame = 0;
  #settling = 0;
  #near = new IntersectionObserver((entries) => this.#cameNear(entries), { rootMargin: "300px" });
  #sizes = new ResizeObserver(() => this.#resize());
  #stopListening = [];
  /** What is drawn over or instead of the values, by the panels. */
  overlays = { replay: null, forecasts: null, areas: [] };

  connectedCallback() {
    this.setup = JSON.parse(this.querySelector(".graph-setup").textContent);
    this.clock = new ZonedClock(this.setup.zone);
    const { window = [this.setup.start, this.setup.end], ...others } = fromQuery(location.search);
    this.shown = { ...others, window };
    this.cursor = null;
    this.#colours = palette(this);
    this.values = new Values();
    this.rows = this.setup.rows.map((row, n) => this.#row(this.querySelectorAll(".graph-rows > .graph-row")[n], row));
    this.#toolbar = new Toolbar(this);
    this.#brush = new Brush(this.querySelector(".graph-brush"), this);
    this.#sizes.observe(this.querySelector(".graph-rows"));
    this.#stopListening = [listenToKeys(this), onThemeChange(() => this.#repaint())];
    addEventListener("popstate", this.#goBack);
    this.#begin();
  }

  disconnectedCallback() {
    removeEventListener("popstate", this.#goBack);
    this.#stopListening.forEach((stop) => stop());
    this.#near.disconnect();
    this.#sizes.disconnect();
    clearTimeout(this.#settling);
    cancelAnimationFrame(this.#frame);
    this.rows.forEach((row) => row.dispose());
  }

  get window() {
    return this.shown.window;
  }

  /** Ids of all sensors that are shown. */
  get sensorIds() {
    return [...new Set(this.rows.flatMap((row) => row.setup.sensors.map(({ id }) => id)))];
  }

  #row(section, setup) {
    const row = new GraphRow(section, setup, () => this.redraw());
    row.isNear = section.getBoundingClientRect().top < innerHeight + 300;
    this.#near.observe(section);
    listenToPointers(row, this);
    return row;
  }

  async #begin() {
    const first = document.getElementById("graph-data");
    try {
      if (first !== null && this.shown.resolution === "") {
        await this.values.takeFirst(first.href, this.shown);
        this.#draw();
      }
    } finally {
      await this.refresh();
    }
  }

  /** Show another window while something moves; values follow once it stands still. */
  setWindow(window) {
    this.shown.window = window.map(Math.round);
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#move());
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settle(), SETTLE_MS);
  }

  /** Show something else as a step of its own, that the back button undoes. @param {Partial<object>} changes */
  show(changes) {
    Object.assign(this.shown, changes);
    this.#writeAddress("pushState");
    this.refresh();
  }

  #goBack = () => {
    const { window = [this.setup.start, this.setup.end], ...others } = fromQuery(location.search);
    this.shown = { ...others, window };
    this.refresh();
  };

  #settle() {
    this.#writeAddress("replaceState");
    this.refresh();
  }

  #writeAddress(how) {
    history[how](history.state, "", toQuery(this.shown, location.search, (at) => this.clock.iso(at)));
  }

  /** Load what is missing and draw it, then what lies beside it. */
  async refresh() {
    this.#toolbar.tell();
    this.#move();
    const asked = { ...this.shown, width: this.#width };
    try {
      await this.values.ensure("view", this.sensorIds, asked.window, asked);
      if (asked.window === this.shown.window) {
        this.#draw();
        this.#loadAhead(asked);
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        this.#fail(error);
      }
    }
    this.dispatchEvent(new CustomEvent("wattloom:shown"));
  }

  #loadAhead(asked) {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const [from, to] = asked.window;
      const around = (to - from) * PADDING;
      this.values.ensure("ahead", this.sensorIds, [from - around, to + around], asked).catch(() => {});
    }, AHEAD_MS);
  }

  #fail(error) {
    this.dataset.state = "failed";
    for (const row of this.rows) {
      row.say(error.message, { retry: () => this.refresh() });
    }
  }

  get #width() {
    return Math.max(200, this.rows[0]?.width ?? 800);
  }

  get #shared() {
    const { window } = this.shown;
    const ticks = this.clock.ticks(...window, Math.max(2, Math.min(9, Math.floor(this.#width / LABEL_PX))));
    const knownAt = this.overlays.replay?.at ?? this.shown.asof;
    return { window, ticks, colours: this.#colours, now: Date.now(), knownAt, areas: this.overlays.areas };
  }

  /** Draw what is held; drawn are some values beside the window, too, so that it can move. */
  #draw() {
    const [from, to] = this.shown.window;
    const around = (to - from) * PADDING;
    this.#drawn = { window: [from - around, to + around], length: to - from };
    const shared = this.#shared;
    for (const row of this.rows) {
      row.isStale = !row.isNear;
      if (row.isNear) {
        this.#drawRow(row, shared);
      }
    }
    this.#brush.draw(this.#colours);
    this.dataset.state = "drawn";
    performance.mark("chart-drawn");
    this.point(this.cursor);
  }

  #drawRow(row, shared) {
    const columnsOf = (sensor) => this.#columns(sensor.id);
    row.mode = this.shown.modes[this.rows.indexOf(row)] ?? row.setup.y_axis;
    row.setLines(linesOf(row.setup, columnsOf, this.values.sources));
    row.draw(shared);
    row.isStale = false;
  }

  #columns(sensor) {
    const { replay, forecasts } = this.overlays;
    if (replay !== null) {
      return replay.columns(sensor);
    }
    const held = this.values.series(sensor, this.#drawn.window, { ...this.shown, width: this.#width });
    return forecasts === null ? held : [...held, ...forecasts.columns(sensor)];
  }

  /** Draw again what is held, for example after a legend was used. */
  redraw() {
    if (this.#drawn !== null) {
      this.#draw();
    }
  }

  #move() {
    if (this.#drawn === null) {
      return;
    }
    const [from, to] = this.shown.window;
    const isFar = from < this.#drawn.window[0] || to > this.#drawn.window[1];
    const isScaled = Math.abs(Math.log2((to - from) / this.#drawn.length)) > 1;
    if (isFar || isScaled) {
      this.#draw();
      return;
    }
    const shared = this.#shared;
    for (const row of this.rows) {
      row.isStale ||= !row.isNear;
      if (row.isNear) {
        row.move(shared);
      }
    }
    this.#brush.move();
    this.point(this.cursor);
  }

  #cameNear(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.rows.find(({ section }) => section === target);
      if (row !== undefined) {
        row.isNear = isIntersecting;
        if (isIntersecting && row.isStale && this.#drawn !== null) {
          this.#drawRow(row, this.#shared);
        }
      }
    }
  }

  #resize() {
    this.rows.forEach((row) => row.resize());
    this.redraw();
  }

  #repaint() {
    this.#colours = palette(this);
    this.redraw();
  }

  hover(at, row) {
    this.point(at, row);
  }

  /** Put the cursor at an instant, in all rows; the panel stands in the row that is pointed at. */
  point(at, pointed = this.pointed ?? null) {
    this.cursor = at;
    this.pointed = pointed;
    for (const row of this.rows) {
      row.point(at, (from, to) => this.clock.interval(from, to), row === pointed);
    }
  }

  /** A part of the time was marked by dragging. */
  choose(from, to) {
    this.show({ window: [from, to].map(Math.round) });
  }

  click(at, row) {
    this.point(at, row);
    this.dispatchEvent(new CustomEvent("wattloom:instant", { detail: { at, row } }));
  }

  /** Say something to those who listen. */
  speak(text) {
    this.querySelector(".graph-spoken").textContent = text;
  }
}

customElements.define("sensor-graphs", SensorGraphs);
