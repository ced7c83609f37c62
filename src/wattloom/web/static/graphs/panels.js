/** The panels between toolbar and graphs: opened by buttons [data-opens-panel], made from <template data-panel>. */
import { AnnotationsPanel } from "./annotations-panel.js";
import { ForecastsPanel } from "./forecasts-panel.js";
import { ReplayPanel } from "./replay-panel.js";
import { SensorsPanel } from "./sensors-panel.js";

/** What says in the address that a panel is closed. */
const CLOSED = { forecasts: { horizon: "" }, replay: { replay: null } };
const KINDS = { sensors: SensorsPanel, replay: ReplayPanel, forecasts: ForecastsPanel, annotations: AnnotationsPanel };

export class Panels {
  #graphs;
  #open = new Map();

  constructor(graphs) {
    this.#graphs = graphs;
    graphs.addEventListener("click", (event) => {
      const button = event.target.closest("[data-opens-panel]");
      if (button) {
        this.toggle(button.dataset.opensPanel);
      } else if (event.target.closest("[data-closes-panel]")) {
        this.toggle(event.target.closest("[data-panel-of]").dataset.panelOf);
      }
    });
  }

  #button(name) {
    return this.#graphs.querySelector(`[data-opens-panel="${name}"]`);
  }

  get(name) {
    return this.#open.get(name) ?? null;
  }

  /** The panel, opened if it is not. */
  opened(name) {
    if (!this.#open.has(name)) {
      const template = this.#graphs.querySelector(`template[data-panel="${name}"]`);
      const box = template.content.firstElementChild.cloneNode(true);
      box.dataset.panelOf = name;
      this.#graphs.querySelector(".graph-panels").append(box);
      this.#open.set(name, new KINDS[name](this.#graphs, box));
      this.#button(name).setAttribute("aria-expanded", "true");
    }
    return this.#open.get(name);
  }

  toggle(name) {
    if (!this.#open.has(name)) {
      this.opened(name).box.querySelector("input, select, button")?.focus();
      return;
    }
    this.#close(name);
    this.#button(name).focus();
    if (name in CLOSED) {
      this.#graphs.show(CLOSED[name]);
    }
  }

  /** Open and close what the address says. */
  follow() {
    for (const [name, closed] of Object.entries(CLOSED)) {
      if (Object.entries(closed).some(([key, value]) => this.#graphs.shown[key] !== value)) {
        this.opened(name);
      } else if (this.#open.has(name)) {
        this.#close(name);
      }
    }
  }

  #close(name) {
    const panel = this.#open.get(name);
    this.#open.delete(name);
    panel.close();
    panel.box.remove();
    this.#button(name).setAttribute("aria-expanded", "false");
  }
}
