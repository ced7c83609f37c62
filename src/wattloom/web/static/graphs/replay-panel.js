/** Replay: a clock of what was believed, moved from one batch of new beliefs to the next. */
import { t } from "../core/texts.js";
import { History } from "./history.js";
import { readSeries } from "./values.js";

const PAUSE_MS = 500;

export class ReplayPanel {
  #graphs;
  #history = null;
  #window = null;
  #sensors = "";
  #request = null;
  #timer = 0;
  #isToPlay = false;

  constructor(graphs, box) {
    this.#graphs = graphs;
    this.box = box;
    this.#slider.addEventListener("input", () => {
      this.#pause();
      this.#goTo(Number(this.#slider.value));
    });
    for (const name of ["play", "back", "step", "stop"]) {
      box.querySelector(`[data-replay=${name}]`).addEventListener("click", () => this[name]());
    }
    graphs.addEventListener("wattloom:shown", this.#follow);
    this.#load();
  }

  get #slider() {
    return this.box.querySelector("input[type=range]");
  }

  get #position() {
    return Number(this.#slider.value);
  }

  #say(text) {
    this.box.querySelector(".graph-clock").textContent = text;
  }

  /** Beliefs are read once for a window and its sensors; others need others. The address may say another moment. */
  #follow = () => {
    const { overlays, sensorIds, shown, window } = this.#graphs;
    if (window[0] < this.#window[0] || window[1] > this.#window[1] || sensorIds.join() !== this.#sensors) {
      this.#load();
    } else if (this.#isReady && shown.replay !== null && shown.replay !== overlays.replay?.at) {
      this.#goTo(this.#positionOf(shown.replay));
    }
  };

  get #isLoading() {
    return this.#request !== null;
  }

  get #isReady() {
    return !this.#isLoading && this.#history !== null;
  }

  get #isAtEnd() {
    return this.#position >= Number(this.#slider.max);
  }

  /** The last batch that was known at a moment, else the first. */
  #positionOf(moment) {
    return Math.max(0, this.#history.batches.findLastIndex((at) => at <= moment));
  }

  async #load() {
    this.#pause();
    this.#request?.abort();
    this.#request = new AbortController();
    const { asof, replay } = this.#graphs.shown;
    const wanted = this.#history !== null && this.#isAtEnd ? null : (replay ?? asof);
    this.#window = this.#graphs.window;
    this.#sensors = this.#graphs.sensorIds.join();
    const [start, end] = this.#window.map((at) => new Date(at).toISOString());
    this.#say(t("Loading…"));
    try {
      const asked = { sensor: this.#graphs.sensorIds, start, end, beliefs: "all" };
      this.#history = new History(await readSeries(asked, this.#request.signal));
      this.#history.sources.forEach((source, id) => this.#graphs.values.sources.set(id, source));
      this.#slider.max = Math.max(0, this.#history.batches.length - 1);
      this.#request = null;
      this.#goTo(wanted === null ? this.#history.batches.length - 1 : this.#positionOf(wanted));
      if (this.#isToPlay) {
        this.play();
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        this.#request = null;
        this.#say(error.message);
      }
    }
  }

  #goTo(position) {
    if (!this.#isReady) {
      return; // the panel says why
    }
    const moment = this.#history.batches[position];
    if (moment === undefined) {
      this.#say(t("Nothing was recorded about this range."));
      return;
    }
    this.#slider.value = position;
    this.#history.goTo(moment);
    const n = { n: position + 1, all: this.#history.batches.length };
    const text = t("Known on %(time)s (step %(n)s of %(all)s)", { time: this.#graphs.clock.full(moment), ...n });
    this.#slider.setAttribute("aria-valuetext", text);
    this.#say(text);
    this.#graphs.overlays.replay = { at: moment, columns: (sensor) => this.#history.columns(sensor) };
    this.#graphs.replayAt(moment);
  }

  play() {
    this.#isToPlay = this.#isLoading;
    if (this.#isToPlay) {
      return;
    }
    if (this.#timer !== 0) {
      this.#pause();
      return;
    }
    if (this.#isAtEnd) {
      this.#goTo(0);
    }
    this.#setPlaying(true);
    const advance = () => {
      this.#goTo(this.#position + 1);
      if (this.#isAtEnd) {
        this.#pause();
      } else {
        this.#timer = setTimeout(advance, PAUSE_MS / Number(this.box.querySelector("select").value));
      }
    };
    this.#timer = setTimeout(advance, PAUSE_MS / 4);
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#setPlaying(false);
  }

  #setPlaying(isPlaying) {
    const button = this.box.querySelector("[data-replay=play]");
    button.setAttribute("aria-pressed", String(isPlaying));
  }

  step() {
    this.#pause();
    this.#goTo(Math.min(Number(this.#slider.max), this.#position + 1));
  }

  back() {
    this.#pause();
    this.#goTo(Math.max(0, this.#position - 1));
  }

  /** Back to what is known now. */
  stop() {
    this.#pause();
    this.#goTo(Number(this.#slider.max));
  }

  close() {
    this.#pause();
    this.#request?.abort();
    this.#graphs.removeEventListener("wattloom:shown", this.#follow);
    this.#graphs.overlays.replay = null;
    this.#graphs.redraw();
  }
}
