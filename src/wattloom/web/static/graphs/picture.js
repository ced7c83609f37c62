/** Draws the rows of <sensor-graphs> from what is held, and moves them; rows that nobody sees wait. */
import { onThemeChange, palette } from "../charts/palette.js";
import { linesOf } from "./lines.js";
import { fillStatistics } from "./statistics.js";
import { showView, takeWhole } from "./views.js";

/** So much of the window's length is drawn on both sides of it, too, so that it can move. */
export const PADDING = 0.5;
const NEAR_PX = 300;
const LABEL_PX = 110;
const MOST_LABELS = 9;
const MANY_SENSORS = 7;

export class Picture {
  #graphs;
  #colours;
  #drawn = null;
  #whole = null;
  #near = new IntersectionObserver((entries) => this.#cameNear(entries), { rootMargin: `${NEAR_PX}px` });
  #sizes = new ResizeObserver(() => this.#resize());
  #stopListening;

  constructor(graphs) {
    this.#graphs = graphs;
    this.#colours = palette(graphs);
    this.#sizes.observe(graphs.querySelector(".graph-rows"));
    this.#stopListening = onThemeChange(() => {
      this.#colours = palette(graphs);
      this.redraw();
    });
    graphs.addEventListener("wattloom:shown", () => this.#fillStatistics());
  }

  /** Draw a row whenever it is near what is seen. */
  watch(row) {
    row.isNear = row.section.getBoundingClientRect().top < innerHeight + NEAR_PX;
    this.#near.observe(row.section);
  }

  forget(row) {
    this.#near.unobserve(row.section);
    row.dispose();
  }

  dispose() {
    this.#near.disconnect();
    this.#sizes.disconnect();
    this.#stopListening();
    this.#graphs.rows.forEach((row) => row.dispose());
  }

  /** How wide the graphs are inside their axes [px]. */
  get width() {
    return Math.max(200, this.#graphs.rows[0]?.width ?? 800);
  }

  get #shared() {
    const { clock, knownAt, overlays, window } = this.#graphs;
    const ticks = clock.ticks(...window, Math.max(2, Math.min(MOST_LABELS, Math.floor(this.width / LABEL_PX))));
    return { window, ticks, colours: this.#colours, now: Date.now(), knownAt, areas: overlays.areas };
  }

  /** Draw what is held. @param {{all?: boolean, whole?: object | null}} how also rows that nobody sees; all values, for views that need them */
  draw({ all = false, whole = this.#whole } = {}) {
    const [from, to] = this.#graphs.window;
    const around = (to - from) * PADDING;
    this.#whole = whole;
    this.#drawn = { window: [from - around, to + around], length: to - from, width: this.width };
    const shared = this.#shared;
    for (const row of this.#graphs.rows) {
      row.isStale = !row.isNear && !all;
      if (row.isStale) {
        row.section.dataset.state = "waiting";
      } else {
        this.#drawRow(row, shared);
      }
    }
    this.#graphs.brush.draw(this.#colours);
    this.#graphs.dataset.state = "drawn";
    performance.mark("chart-drawn");
    this.#graphs.point(this.#graphs.cursor);
  }

  /** Draw again, for example in other colours. */
  redraw() {
    if (this.#drawn !== null) {
      this.draw();
    }
  }

  /** Follow the window: by moving what is drawn, or by drawing what is held where that is not enough. */
  move() {
    const { cursor, rows, shown, window } = this.#graphs;
    if (this.#drawn === null || shown.view !== "lines") {
      return;
    }
    const isFar = window[0] < this.#drawn.window[0] || window[1] > this.#drawn.window[1];
    const isScaled = Math.abs(Math.log2((window[1] - window[0]) / this.#drawn.length)) > 1;
    if (isFar || isScaled) {
      this.draw();
      return;
    }
    const shared = this.#shared;
    for (const row of rows) {
      row.isStale ||= !row.isNear;
      if (row.isNear) {
        row.move(shared);
      }
    }
    this.#graphs.brush.move();
    this.#graphs.point(cursor);
  }

  #drawRow(row, shared) {
    const { clock, rows, shown, values } = this.#graphs;
    row.isStale = false;
    row.part("y").hidden = shown.view !== "lines";
    this.#placeLegend(row);
    if (shown.view === "lines") {
      row.mode = shown.modes[rows.indexOf(row)] ?? row.setup.y_axis;
      row.setLines(linesOf(row.setup, (sensor) => this.#columns(sensor.id), values.sources));
      row.draw(shared);
    } else if (this.#whole !== null) {
      takeWhole(row, this.#whole);
      showView(row, shown.view, clock, this.#colours);
    }
  }

  #columns(sensor) {
    const { overlays, shown, values } = this.#graphs;
    if (overlays.replay !== null) {
      return overlays.replay.columns(sensor);
    }
    const held = values.series(sensor, this.#drawn.window, { ...shown, width: this.width });
    return overlays.forecasts === null ? held : [...held, ...overlays.forecasts.columns(sensor)];
  }

  /** Legends of many sensors stand to the right, unless somebody wants them below. */
  #placeLegend(row) {
    const isKeptBelow = this.#graphs.querySelector("[name=legends-below]").checked;
    const isBeside = row.setup.sensors.length >= MANY_SENSORS && !isKeptBelow;
    if (row.section.classList.contains("has-legend-beside") !== isBeside) {
      row.section.classList.toggle("has-legend-beside", isBeside);
      row.resize();
    }
  }

  async #fillStatistics() {
    const isWanted = this.#graphs.querySelector("[name=statistics]").checked;
    this.#graphs.rows.forEach((row) => (row.part("statistics").hidden = !isWanted));
    if (isWanted) {
      const { columns, sources } = await this.#graphs.readWhole();
      this.#graphs.rows.forEach((row) => fillStatistics(row, linesOf(row.setup, (sensor) => columns(sensor.id), sources)));
    }
  }

  #cameNear(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#graphs.rows.find(({ section }) => section === target);
      if (row !== undefined) {
        row.isNear = isIntersecting;
        if (isIntersecting && row.isStale && this.#drawn !== null) {
          this.#drawRow(row, this.#shared);
        }
      }
    }
  }

  #resize() {
    if (this.#drawn !== null && this.width !== this.#drawn.width) {
      this.#graphs.rows.forEach((row) => row.resize());
      this.redraw();
    }
  }
}
