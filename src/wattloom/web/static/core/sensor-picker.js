/**
 * Chooses sensors by name, unit and asset: a combobox with a list below it.
 *
 *     <sensor-picker label="Price sensor" name="sensor" unit="EUR/kWh" account="3" value="17"></sensor-picker>
 *
 * Attributes: `label` stands above it (or `aria-label` for none that is seen); `unit` offers only sensors whose
 * values can be told in one of these units, comma-separated, prices in any currency; `asset` only those on this asset
 * and below it; `account` those of this account instead of the user's; `resolution` only those with this length of
 * events (P1D: daily); `public` also public ones from the start (else a box under the list asks for them); `multiple`
 * lets several be chosen; `value` holds the ids, comma-separated; `name` sends them with a form around it, as a number
 * or as a list.
 *
 * Properties: `value` is an id or null, with `multiple` a list of ids; setting it fires nothing. `chosen` resolves to
 * what is known of them (see sensors.js). A choice fires "change", which bubbles.
 *
 * Keys: type to search, arrows, Enter, Escape; Backspace in the empty field of several takes the last one away.
 */
import { freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { describeSensor, searchSensors, sensorKind, sensorName } from "./sensors.js";
import { t } from "./texts.js";

const PAUSE_MS = 200;

class SensorPicker extends HTMLElement {
  #ids = [];
  #options = [];
  #active = -1;
  #input;
  #list;
  #status;
  #hidden;
  #chips;
  #clear;
  #public;
  #timer;
  #request;

  connectedCallback() {
    if (this.#input) {
      return;
    }
    this.#build(freshId("sensor-picker"));
    this.#listen();
    this.value = (this.getAttribute("value") ?? "").split(",").filter(Boolean).map(Number);
  }

  get #isMultiple() {
    return this.hasAttribute("multiple");
  }

  get value() {
    return this.#isMultiple ? [...this.#ids] : (this.#ids[0] ?? null);
  }

  set value(value) {
    this.#ids = [value ?? []].flat();
    if (this.#input) {
      this.#show();
    }
  }

  /** What is known of the chosen sensors. @returns {Promise<object[]>} */
  get chosen() {
    return Promise.all(this.#ids.map(describeSensor)).then((found) => found.filter((sensor) => sensor !== null));
  }

  /** The control to be marked as wrong, and to be focused. */
  get control() {
    return this.#input;
  }

  focus() {
    this.#input?.focus();
  }

  #build(id) {
    this.#input = h("input", {
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: this.getAttribute("placeholder") ?? t("Search sensors"),
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}-list`,
    });
    const label = this.getAttribute("label");
    if (label !== null) {
      this.append(h("label", { for: id }, label));
    } else {
      this.#input.setAttribute("aria-label", this.getAttribute("aria-label") ?? t("Sensor"));
    }
    this.#chips = h("ul", { class: "picker-chips", hidden: true });
    this.#clear = h("button", { type: "button", class: "icon-button", "aria-label": t("Clear"), hidden: true });
    this.#clear.append(icon("close"));
    this.#list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": t("Sensors") });
    this.#status = h("p", { class: "caption", role: "status" });
    this.#public = h("input", { type: "checkbox" });
    this.#public.checked = this.hasAttribute("public");
    const publicBox = h("label", { class: "check" });
    publicBox.append(this.#public, h("span", {}, t("Also public sensors")));
    const panel = h("div", { class: "picker-panel", hidden: true });
    panel.append(this.#list, this.#status, publicBox);
    const box = h("div", { class: "picker-box" });
    box.append(this.#input, this.#clear);
    this.append(this.#chips, box, panel);
    const name = this.getAttribute("name");
    if (name !== null) {
      this.#hidden = h("input", { type: "hidden", name, "data-type": this.#isMultiple ? "json" : "number" });
      this.#hidden.dataset.empty = this.dataset.empty ?? "null";
      this.append(this.#hidden);
    }
  }

  get #panel() {
    return this.querySelector(".picker-panel");
  }

  #listen() {
    // Caught on the way down and stopped: only a choice is a change of this element.
    for (const kind of ["input", "change"]) {
      this.addEventListener(kind, (event) => this.#hear(event), true);
    }
    this.#input.addEventListener("keydown", (event) => this.#press(event));
    this.#input.addEventListener("click", () => this.#open());
    this.#clear.addEventListener("click", () => {
      this.#panel.hidden = true;
      this.#choose([]);
    });
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) {
        this.#pick(this.#options[Number(option.dataset.n)]);
      }
    });
    this.addEventListener("focusout", (event) => !this.contains(event.relatedTarget) && this.#close());
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
  }

  #hear(event) {
    if (event.target === this) {
      return;
    }
    event.stopPropagation();
    if (event.type === "input" && event.target === this.#input) {
      this.#open(PAUSE_MS);
    } else if (event.type === "input") {
      this.#search();
    }
  }

  #escape(event) {
    if (!this.#panel.hidden) {
      event.stopPropagation(); // the first Escape closes the list, not the dialog around it
      event.preventDefault();
      this.#close();
      this.#input.focus();
    }
  }

  #press(event) {
    const isOpen = !this.#panel.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) {
        this.#move(event.key === "ArrowDown" ? 1 : -1);
      } else {
        this.#open();
      }
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      if (this.#active >= 0) {
        this.#pick(this.#options[this.#active]);
      }
    } else if (event.key === "Backspace" && this.#isMultiple && this.#input.value === "" && this.#ids.length > 0) {
      this.#choose(this.#ids.slice(0, -1));
    }
  }

  #open(pause = 0) {
    if (this.#panel.hidden) {
      this.#options = [];
      this.#list.replaceChildren(); // what was found for other words
      this.#panel.hidden = false;
      this.#input.setAttribute("aria-expanded", "true");
      this.#input.select();
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), pause);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#panel.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
    this.#show();
  }

  async #search() {
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    const query = [["limit", "20"]];
    const shown = this.#input.dataset.shown ?? "";
    if (this.#input.value.trim() !== shown) {
      query.push(["filter", this.#input.value.trim()]);
    }
    for (const name of ["asset", "account", "resolution"]) {
      if (this.getAttribute(name)) {
        query.push([name, this.getAttribute(name)]);
      }
    }
    for (const unit of (this.getAttribute("unit") ?? "").split(",").filter(Boolean)) {
      query.push(["fits", unit.trim()]);
    }
    if (this.#public.checked) {
      query.push(["public", "true"]);
    }
    try {
      const { sensors, has_more: hasMore } = await searchSensors(query, request.signal);
      this.#showOptions(this.#isMultiple ? sensors.filter(({ id }) => !this.#ids.includes(id)) : sensors, hasMore);
    } catch (error) {
      if (error.name !== "AbortError") {
        this.#showOptions([], false);
        this.#status.textContent = error.message;
      }
    }
  }

  #showOptions(sensors, hasMore) {
    this.#options = sensors;
    this.#list.replaceChildren(...sensors.map((sensor, n) => this.#option(sensor, n)));
    this.#list.hidden = sensors.length === 0;
    this.#status.textContent =
      sensors.length === 0
        ? t("No sensor fits. Try other words, or look at public sensors, too.")
        : hasMore
          ? t("The first %(n)s; type to narrow the list.", { n: sensors.length })
          : "";
    this.#mark(-1);
  }

  #option(sensor, n) {
    const option = h("li", {
      id: `${this.#list.id}-${n}`,
      role: "option",
      "aria-selected": String(this.#ids.includes(sensor.id)),
      "data-n": n,
    });
    const kind = sensor.is_public ? t("%(kind)s, public", { kind: sensorKind(sensor) }) : sensorKind(sensor);
    option.append(h("span", {}, sensorName(sensor)), " ", h("span", { class: "caption" }, kind));
    return option;
  }

  #move(by) {
    const n = this.#options.length;
    if (n > 0) {
      this.#mark((this.#active + by + (this.#active < 0 && by < 0 ? 1 : 0) + n) % n);
    }
  }

  #mark(n) {
    this.#active = n;
    [...this.#list.children].forEach((option, each) => option.classList.toggle("active", each === n));
    const active = this.#list.children[n];
    if (active) {
      this.#input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else {
      this.#input.removeAttribute("aria-activedescendant");
    }
  }

  #pick(sensor) {
    const ids = this.#isMultiple ? [...new Set([...this.#ids, sensor.id])] : [sensor.id];
    this.#choose(ids);
    this.#close();
    this.#input.focus();
  }

  #choose(ids) {
    this.#ids = ids;
    this.#show();
    this.#input.focus();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async #show() {
    const ids = this.#ids;
    if (this.#hidden) {
      this.#hidden.value = ids.length === 0 ? "" : this.#isMultiple ? JSON.stringify(ids) : String(ids[0]);
    }
    const found = await Promise.all(ids.map((id) => describeSensor(id).catch(() => null)));
    if (ids !== this.#ids || !this.#panel.hidden) {
      return;
    }
    if (this.#isMultiple) {
      this.#chips.replaceChildren(...ids.map((id, n) => this.#chip(id, found[n])));
      this.#chips.hidden = ids.length === 0;
      this.#input.value = this.#input.dataset.shown = "";
    } else {
      const name = ids.length === 0 ? "" : nameOf(ids[0], found[0]);
      this.#input.value = this.#input.dataset.shown = name;
      this.#input.title = name;
      this.#clear.hidden = ids.length === 0 || this.hasAttribute("required");
    }
  }

  #chip(id, sensor) {
    const chip = h("li", {}, nameOf(id, sensor));
    const remove = h("button", {
      type: "button",
      class: "icon-button",
      "aria-label": t("Remove %(name)s", { name: nameOf(id, sensor) }),
    });
    remove.append(icon("close"));
    remove.addEventListener("click", () => this.#choose(this.#ids.filter((other) => other !== id)));
    chip.append(remove);
    return chip;
  }
}

function nameOf(id, sensor) {
  if (sensor === null) {
    return t("Sensor %(id)s, which you may not see or which is gone", { id });
  }
  return sensor.unit ? `${sensorName(sensor)} (${sensor.unit})` : sensorName(sensor);
}

customElements.define("sensor-picker", SensorPicker);
