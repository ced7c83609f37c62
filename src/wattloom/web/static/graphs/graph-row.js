/** One row of graphs: its canvas, cursor, panel and legend. What it shows, the element around it decides. */
import { echarts } from "../charts/echarts.js";
import { h } from "../core/dom.js";
import { decimal, unitLabel } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { Legend } from "./legend.js";
import { lineOption, MARGIN, movedOption, yRange } from "./options.js";

const THIN_SPACE = "\u2009";

export class GraphRow {
  #chart = null;
  #frame = null;
  #legend;
  lines = [];
  /** Rows of quantiles as bands behind the lines. */
  bands = [];

  /** @param {HTMLElement} section as the template `graph_row` @param {object} setup of the row @param {() => void} onLook when lines are hidden or lit */
  constructor(section, setup, onLook) {
    this.section = section;
    this.setup = setup;
    this.mode = setup.y_axis;
    this.#legend = new Legend(this.part("legend"), onLook);
    this.part("y").querySelector("select").value = "";
    section.querySelector(".graph-remove").hidden = !setup.is_added;
  }

  part(name) {
    return this.section.querySelector(`.graph-${name}`);
  }

  get canvas() {
    return this.part("canvas");
  }

  get width() {
    return this.canvas.clientWidth - MARGIN.left - MARGIN.right;
  }

  /** The chart that draws here, made when it is first needed. */
  get chart() {
    this.#chart ??= echarts.init(this.part("drawing"), null, { renderer: "canvas" });
    return this.#chart;
  }

  get visibleLines() {
    return this.lines.filter((line) => !this.#legend.hidden.has(line.key));
  }

  get legend() {
    return this.#legend;
  }

  setLines(lines) {
    this.lines = lines;
    this.#legend.show([...lines, ...this.setup.constants.map((one) => ({ key: `constant ${one.id}`, label: one.label, hue: "limit", dash: [6, 4], isConstant: true, value: one.value }))]);
  }

  /** Say something instead of a picture, "" to stop. */
  say(text, { retry = null } = {}) {
    const message = this.part("message");
    message.replaceChildren(text);
    message.hidden = text === "";
    if (retry !== null) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = t("Try again");
      button.addEventListener("click", retry);
      message.append(document.createElement("br"), button);
    }
  }

  /** Which box of the row is seen. @param {"canvas" | "table"} name */
  showBox(name) {
    this.canvas.hidden = name !== "canvas";
    this.part("table").hidden = name !== "table";
  }

  /** A remark under the title, "" for none. */
  note(text) {
    this.part("note").textContent = text;
  }

  /** Draw something else than lines; null clears. */
  paint(option) {
    this.#frame = null;
    this.chart.clear();
    if (option !== null) {
      this.chart.setOption(option, { notMerge: true });
    }
    this.section.dataset.state = "drawn";
  }

  /** Draw everything anew. @param {object} shared window, ticks, colours, now, knownAt, areas */
  draw(shared) {
    this.showBox("canvas");
    this.note("");
    this.#frame = { ...shared, ...this.#own(shared.window), lines: this.#looks(), bands: this.bands };
    this.chart.setOption(lineOption(this.#frame), { notMerge: true });
    this.say(this.lines.length === 0 && this.setup.constants.length === 0 ? t("No data in this range.") : "");
    this.section.dataset.state = "drawn";
  }

  /** Move the picture that is there to another window. */
  move(shared) {
    if (this.#frame === null) {
      return;
    }
    this.#frame = { ...this.#frame, ...shared, ...this.#own(shared.window) };
    this.chart.setOption(movedOption(this.#frame));
  }

  #own(window) {
    const range = yRange(this.mode, this.#extremes(window));
    const isHard = this.mode !== null && typeof this.mode === "object" && !Array.isArray(this.mode);
    const constants = this.setup.constants
      .filter((one) => !this.#legend.hidden.has(`constant ${one.id}`))
      .map((one) => ({ ...one, isFaded: this.#legend.isFaded(`constant ${one.id}`) }));
    return { range, clamp: isHard ? [this.mode.min, this.mode.max] : null, width: this.canvas.clientWidth, constants };
  }

  #extremes(window) {
    const found = this.visibleLines.map((line) => line.extremes(window)).filter((one) => one !== null);
    const constants = this.setup.constants.filter((one) => !this.#legend.hidden.has(`constant ${one.id}`)).map((one) => [one.value, one.value]);
    const all = [...found, ...constants];
    return all.length === 0 ? null : [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))];
  }

  #looks() {
    return this.visibleLines.map((line) => {
      line.isFaded = this.#legend.isFaded(line.key);
      return line;
    });
  }

  resize() {
    this.#chart?.resize();
  }

  dispose() {
    this.#chart?.dispose();
    this.#chart = null;
  }

  /** Horizontal position of an instant in the canvas [px]. */
  xOf(at) {
    const [from, to] = this.#frame.window;
    return MARGIN.left + ((at - from) / (to - from)) * this.width;
  }

  /** The instant at a horizontal position in the canvas; outside the picture its nearest end. */
  instantAt(x, [from, to] = this.#frame.window) {
    return from + Math.max(0, Math.min(1, (x - MARGIN.left) / this.width)) * (to - from);
  }

  /** The value at a vertical position in the canvas. */
  valueAt(y) {
    const { min, max } = this.#frame.range;
    return max - ((y - MARGIN.top) / (this.canvas.clientHeight - MARGIN.top - MARGIN.bottom)) * (max - min);
  }

  /** "3.42 kW" */
  text(value) {
    return `${decimal(value)}${THIN_SPACE}${unitLabel(this.setup.unit)}`.trimEnd();
  }

  /** What the visible lines say at an instant. @returns {{line: object, start: number, end: number, value: number}[]} */
  valuesAt(at) {
    return this.visibleLines.flatMap((line) => {
      const found = line.at(at);
      return found === null ? [] : [{ line, ...found }];
    });
  }

  /** The step that the first of the visible lines is in at an instant; the instant itself where nothing is known. */
  stepAt(at) {
    const [first] = this.valuesAt(at);
    return first === undefined ? [at, at] : [first.start, first.end];
  }

  /**
   * Put the cursor at an instant, null takes it away.
   * @param {{heading: string, remarks: object[]} | null} told beside the values in a panel, null for no panel
   */
  point(at, told) {
    const [cursor, panel] = [this.part("cursor"), this.part("panel")];
    const isSeen = at !== null && this.#frame !== null && at >= this.#frame.window[0] && at <= this.#frame.window[1];
    cursor.hidden = !isSeen;
    panel.hidden = !isSeen || told === null;
    const values = isSeen ? this.valuesAt(at) : [];
    this.#legend.tell(new Map(values.map(({ line, value }) => [line.key, this.text(value)])));
    if (!isSeen) {
      return;
    }
    const x = this.xOf(at);
    cursor.style.transform = `translateX(${x}px)`;
    if (told !== null) {
      this.#fillPanel(panel, values, told);
      const width = this.canvas.clientWidth;
      const left = x + 12 + panel.offsetWidth <= width ? x + 12 : x - 12 - panel.offsetWidth;
      panel.style.transform = `translate(${Math.max(0, Math.min(left, width - panel.offsetWidth))}px, ${MARGIN.top}px)`;
    }
  }

  #fillPanel(panel, values, { heading, remarks }) {
    const figures = values.map(({ line, value }) => h("div", {}, h("dt", {}, this.#legend.swatch(line), line.label), h("dd", {}, this.text(value))));
    panel.replaceChildren(
      h("strong", {}, heading),
      figures.length > 0 ? h("dl", { class: "figures" }, figures) : h("p", { class: "caption" }, t("Nothing is known here.")),
      ...remarks.map(({ kind, when, text, isAlert }) =>
        h("p", { class: `graph-remark${isAlert ? " is-alert" : ""}` }, kind && h("span", { class: "caption" }, h("b", {}, kind), ` ${when}`), text),
      ),
    );
  }
}
