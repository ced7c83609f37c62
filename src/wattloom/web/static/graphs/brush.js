/** The strip below the graphs: a longer time, and in it what is shown, to be moved and stretched. */
import { t } from "../core/texts.js";

const AROUND = 12;
const SHORTEST_PX = 12;

export class Brush {
  #strip;
  #graphs;
  #context = null;
  #window;
  #handles;

  /** @param {HTMLElement} strip @param {HTMLElement} graphs whose window it shows and sets */
  constructor(strip, graphs) {
    this.#strip = strip;
    this.#graphs = graphs;
    this.#build();
  }

  #build() {
    this.#strip.hidden = this.#graphs.rows.length === 0;
    this.#strip.append(document.createElement("canvas"));
    this.#window = this.#strip.appendChild(document.createElement("div"));
    this.#window.className = "graph-brush-window";
    this.#handles = [t("Start of the range"), t("End of the range")].map((label, end) => this.#handle(label, end));
    this.#drag(this.#window, (by) => this.#start.map((at) => at + by));
    this.#strip.addEventListener("pointerdown", (event) => {
      if (event.target.tagName === "CANVAS") {
        const [from, to] = this.#graphs.window;
        const middle = this.#at(event.clientX - this.#strip.getBoundingClientRect().left);
        this.#graphs.setWindow([middle - (to - from) / 2, middle + (to - from) / 2]);
      }
    });
  }

  #start = [0, 0];

  #handle(label, end) {
    const handle = this.#window.appendChild(document.createElement("button"));
    handle.type = "button";
    handle.className = `graph-brush-handle ${end ? "is-end" : "is-start"}`;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", label);
    this.#drag(handle, (by) => this.#stretched(end, by));
    handle.addEventListener("keydown", (event) => {
      const direction = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key];
      if (direction) {
        event.preventDefault();
        event.stopPropagation();
        this.#start = this.#graphs.window;
        this.#graphs.setWindow(this.#stretched(end, (direction * (this.#start[1] - this.#start[0])) / 20));
      }
    });
    return handle;
  }

  #stretched(end, by) {
    const [from, to] = this.#start;
    const least = (this.#length * SHORTEST_PX) / this.#strip.clientWidth / 4;
    return end ? [from, Math.max(from + least, to + by)] : [Math.min(to - least, from + by), to];
  }

  #drag(element, windowOf) {
    let x = null;
    element.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      x = event.clientX;
      this.#start = this.#graphs.window;
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      if (x !== null) {
        this.#graphs.setWindow(windowOf(((event.clientX - x) / this.#strip.clientWidth) * this.#length));
      }
    });
    element.addEventListener("lostpointercapture", () => {
      x = null;
      this.#context = null;
      this.#graphs.redraw();
    });
  }

  get #length() {
    return this.#context[1] - this.#context[0];
  }

  #at(x) {
    return this.#context[0] + (x / this.#strip.clientWidth) * this.#length;
  }

  /** A longer time around the window: all data if they are not much longer, else some windows before and after. */
  #choose() {
    const [from, to] = this.#graphs.window;
    const extent = this.#graphs.setup.extent ?? [from, to];
    const whole = [Math.min(extent[0], from), Math.max(extent[1], to)];
    const around = (to - from) * AROUND;
    return [Math.max(whole[0], from - around), Math.min(whole[1], to + around)];
  }

  /** Show the first line of the first row, and what is shown of it. @param {Record<string, string>} colours */
  async draw(colours) {
    const [from, to] = this.#graphs.window;
    const isOutside = this.#context === null || from < this.#context[0] || to > this.#context[1];
    const isOther = !isOutside && (to - from > this.#length || (to - from) * 4 * AROUND < this.#length);
    if (isOutside || isOther) {
      this.#context = this.#choose();
    }
    this.move();
    const sensor = this.#graphs.rows[0]?.setup.sensors[0]?.id;
    if (sensor === undefined) {
      return;
    }
    const look = { ...this.#graphs.shown, width: this.#strip.clientWidth / 2 };
    this.#paint(this.#graphs.values.overview(sensor, this.#context, look), colours);
    try {
      if (await this.#graphs.values.ensure("overview", [sensor], this.#context, look)) {
        this.#paint(this.#graphs.values.overview(sensor, this.#context, look), colours);
      }
    } catch {
      // the strip works without its picture
    }
  }

  #paint([columns], colours) {
    const canvas = this.#strip.querySelector("canvas");
    const [width, height, ratio] = [this.#strip.clientWidth, this.#strip.clientHeight, devicePixelRatio];
    [canvas.width, canvas.height] = [width * ratio, height * ratio];
    const values = (columns?.values ?? []).filter((value) => value !== null);
    if (values.length === 0) {
      return;
    }
    const low = values.reduce((a, b) => Math.min(a, b), 0);
    const high = values.reduce((a, b) => Math.max(a, b), 0) || 1;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.strokeStyle = colours["text-3"];
    context.beginPath();
    let isJoined = false;
    columns.starts.forEach((at, k) => {
      const x = ((at - this.#context[0]) / this.#length) * width;
      const y = height - 4 - ((columns.values[k] - low) / (high - low || 1)) * (height - 8);
      if (columns.values[k] !== null) {
        context[isJoined ? "lineTo" : "moveTo"](x, y);
      }
      isJoined = columns.values[k] !== null;
    });
    context.stroke();
  }

  /** Put the window where it is now. */
  move() {
    if (this.#context === null) {
      return;
    }
    const width = this.#strip.clientWidth;
    const [left, right] = this.#graphs.window.map((at) => Math.max(0, Math.min(1, (at - this.#context[0]) / this.#length)) * width);
    const seen = Math.max(SHORTEST_PX, right - left);
    this.#window.style.transform = `translateX(${Math.min(left, width - seen)}px)`;
    this.#window.style.width = `${seen}px`;
    this.#graphs.window.forEach((at, end) => {
      const handle = this.#handles[end];
      const [low, high] = this.#context;
      handle.setAttribute("aria-valuemin", String(Math.round(low / 60_000)));
      handle.setAttribute("aria-valuemax", String(Math.round(high / 60_000)));
      handle.setAttribute("aria-valuenow", String(Math.round(at / 60_000)));
      handle.setAttribute("aria-valuetext", this.#graphs.clock.full(at));
    });
  }
}
