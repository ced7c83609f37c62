/** The legend of a row: a button per line that hides and shows it, and lights it up while pointed at or focused. */

const SVG = "http://www.w3.org/2000/svg";

export class Legend {
  #list;
  #onLook;
  #lit = null;
  #entries = [];
  /** Keys of the lines that are not shown. */
  hidden = new Set();

  constructor(list, onLook) {
    this.#list = list;
    this.#onLook = onLook;
  }

  isFaded(key) {
    return this.#lit !== null && this.#lit !== key;
  }

  /** @param {{key: string, label: string, hue: string, dash: number[] | null}[]} entries */
  show(entries) {
    const keys = entries.map(({ key, label }) => `${key} ${label}`).join("|");
    if (keys === this.#entries.map(({ key, label }) => `${key} ${label}`).join("|")) {
      this.#entries = entries;
      return; // the buttons stay, and with them what is focused
    }
    this.#entries = entries;
    this.#list.replaceChildren(...entries.map((entry) => this.#item(entry)));
  }

  /** Write what the lines say at the cursor behind their names. @param {Map<string, string>} values by key */
  tell(values) {
    for (const button of this.#list.querySelectorAll("button")) {
      button.querySelector(".graph-value").textContent = values.get(button.dataset.key) ?? "";
    }
  }

  #item(entry) {
    const item = document.createElement("li");
    const button = item.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "graph-key";
    button.dataset.key = entry.key;
    button.setAttribute("aria-pressed", String(!this.hidden.has(entry.key)));
    const value = document.createElement("span");
    value.className = "graph-value";
    button.append(this.swatch(entry), entry.label, value);
    button.addEventListener("click", () => this.#toggle(entry.key, button));
    for (const [event, key] of [["pointerenter", entry.key], ["focus", entry.key], ["pointerleave", null], ["blur", null]]) {
      button.addEventListener(event, () => this.#light(key));
    }
    return item;
  }

  #toggle(key, button) {
    if (!this.hidden.delete(key)) {
      this.hidden.add(key);
    }
    button.setAttribute("aria-pressed", String(!this.hidden.has(key)));
    this.#onLook();
  }

  #light(key) {
    const lit = key !== null && !this.hidden.has(key) && this.#entries.length > 1 ? key : null;
    if (lit !== this.#lit) {
      this.#lit = lit;
      this.#onLook();
    }
  }

  /** A short line in the colour and dash of a line. */
  swatch({ hue, dash }) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 20 4");
    svg.setAttribute("class", `graph-swatch is-${hue}`);
    svg.setAttribute("aria-hidden", "true");
    const path = svg.appendChild(document.createElementNS(SVG, "path"));
    path.setAttribute("d", "M0 2h20");
    if (dash) {
      path.setAttribute("stroke-dasharray", dash.join(" "));
    }
    return svg;
  }
}
