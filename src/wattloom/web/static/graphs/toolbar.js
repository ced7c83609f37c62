/** The toolbar: what its controls change, and what they show. */
import { api } from "../core/api.js";
import { t } from "../core/texts.js";
import { toast } from "../core/toast.js";
import { presetOf, presetWindow, shifted } from "./range.js";

export class Toolbar {
  #graphs;
  #bar;
  #known;

  constructor(graphs) {
    this.#graphs = graphs;
    this.#bar = graphs.querySelector(".graph-toolbar");
    this.#known = graphs.querySelector(".graph-known");
    graphs.addEventListener("change", (event) => this.#change(event.target));
    graphs.addEventListener("click", (event) => this.#click(event.target.closest("[data-act]")));
    document.addEventListener("click", (event) => {
      const menu = this.#bar.querySelector(".graph-menu");
      menu.open = menu.open && menu.contains(event.target) && !event.target.closest("[data-act]");
    });
  }

  #control(name) {
    return this.#bar.querySelector(`[name=${name}]`);
  }

  get #context() {
    const { clock, setup } = this.#graphs;
    return { clock, now: Date.now(), extent: setup.extent, schedule: setup.schedule ?? null };
  }

  /** Show what is shown. */
  tell() {
    const { clock, shown } = this.#graphs;
    const [from, to] = shown.window;
    this.#control("preset").value = presetOf(shown.window, this.#context);
    for (const name of ["schedule", "extent"]) {
      const option = this.#control("preset").querySelector(`[value=${name === "extent" ? "all" : name}]`);
      option.hidden = option.disabled = !this.#context[name];
    }
    this.#control("from").value = clock.toInput(from);
    this.#control("to").value = clock.toInput(to);
    this.#control("asof").value = shown.asof === null ? "" : clock.toInput(shown.asof);
    this.#tellKnownAt();
    this.#control("view").value = shown.view;
    this.#control("resolution").value = shown.resolution;
    for (const [n, row] of this.#graphs.rows.entries()) {
      row.part("y").querySelector("select").value = shown.modes[n] ?? "";
    }
  }

  /** Say that the past is shown as it was known; a replay says so itself. */
  #tellKnownAt() {
    const { clock, overlays, shown } = this.#graphs;
    const isSaid = shown.asof !== null && overlays.replay === null;
    this.#known.querySelector("span").textContent = isSaid ? t("As known at %(time)s", { time: clock.full(shown.asof) }) : "";
    this.#known.querySelector("button").hidden = !isSaid;
  }

  #change(control) {
    const { clock, shown } = this.#graphs;
    switch (control.name) {
      case "preset": {
        const window = presetWindow(control.value, this.#context);
        if (window !== null) {
          this.#graphs.show({ window });
        }
        break;
      }
      case "from":
      case "to":
        this.#setOwn(clock);
        break;
      case "asof":
        this.#setKnownAt(control, clock);
        break;
      case "view":
      case "resolution":
        this.#graphs.show({ [control.name]: control.value });
        break;
      case "statistics":
        this.#graphs.refresh();
        break;
      case "legends-below":
        this.#keepLegends(control.checked);
        break;
      case "y": {
        const n = this.#graphs.rows.findIndex(({ section }) => section.contains(control));
        const { [n]: _, ...others } = shown.modes;
        this.#graphs.show({ modes: control.value === "" ? others : { ...others, [n]: control.value } });
        break;
      }
    }
  }

  async #keepLegends(isBelow) {
    this.#graphs.redraw();
    try {
      await api("POST", "/api/v3_0/assets/keep_legends_below_graphs", { keep_legends_below_graphs: isBelow });
    } catch (error) {
      toast("bad", error.message);
    }
  }

  #setOwn(clock) {
    const [from, to] = ["from", "to"].map((name) => this.#control(name));
    to.setCustomValidity("");
    if (from.value === "" || to.value === "") {
      return;
    }
    const window = [clock.fromInput(from.value), clock.fromInput(to.value)];
    if (window[0] < window[1]) {
      this.#graphs.show({ window });
    } else {
      to.setCustomValidity(this.#bar.dataset.order);
      to.reportValidity();
    }
  }

  #setKnownAt(control, clock) {
    if (!control.validity.badInput && !control.validity.rangeUnderflow) {
      const asof = control.value === "" ? null : clock.fromInput(control.value);
      control.setCustomValidity(asof > Date.now() ? this.#bar.dataset.future : "");
      if (control.reportValidity()) {
        this.#graphs.show({ asof });
      }
    }
  }

  #click(button) {
    const { clock, shown } = this.#graphs;
    switch (button?.dataset.act) {
      case "previous":
        this.#graphs.show({ window: shifted(shown.window, -1, clock) });
        break;
      case "next":
        this.#graphs.show({ window: shifted(shown.window, 1, clock) });
        break;
      case "present":
        this.#graphs.show({ asof: null });
        this.#bar.querySelector("summary").focus(); // the button is gone
        break;
      case undefined:
        break;
      default:
        this.#graphs.act(button.dataset.act);
    }
  }
}
