/**
 * What the editors of lists that an asset shows have in common: rows to add, delete and reorder by buttons and by
 * dragging, what the server says of them, saving by PATCH. Those who extend it give `field`, `words`, `newRow()`,
 * `rowBody(row, changed)` and may give `toStore(row)`.
 */
import { api } from "../core/api.js";
import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { t } from "../core/texts.js";
import { toast } from "../core/toast.js";
import { isEqual } from "./changes.js";
import { Checker } from "./checker.js";
import { guard } from "./unsaved.js";

export class RowEditor extends HTMLElement {
  #rows;
  #saved;
  #list = h("ol", { class: "row-list" });
  #general = h("div", { class: "flex-said", role: "status" });
  #spoken = h("p", { class: "visually-hidden", role: "status" });
  #save;
  #checker;
  #dragged = null;

  connectedCallback() {
    if (this.#rows) {
      return;
    }
    this.#rows = JSON.parse(this.getAttribute("rows"));
    this.#saved = this.#stored;
    this.#checker = new Checker(this.getAttribute("asset"), (said) => this.#say(said.problems));
    this.#save = h("button", { type: "button", class: "button primary", disabled: true, onclick: () => this.#store() }, t("Save"));
    const add = h("button", { type: "button", class: "button with-icon", onclick: () => this.#add() }, icon("plus"), this.words.add);
    this.replaceChildren(this.#general, this.#list, this.#spoken, h("div", { class: "flex-actions" }, add, this.#save));
    this.#show();
    guard(() => this.#hasChanges);
    this.dataset.state = "ready";
  }

  /** What is sent for a row. */
  toStore(row) {
    return row;
  }

  get #stored() {
    return this.#rows.map((row) => structuredClone(this.toStore(row)));
  }

  get #hasChanges() {
    return !isEqual(this.#saved, this.#stored);
  }

  #show() {
    const empty = h("li", { class: "card empty" }, h("p", {}, this.words.none));
    this.#list.replaceChildren(...(this.#rows.length > 0 ? this.#rows.map((row, n) => this.#item(row, n)) : [empty]));
  }

  #item(row, n) {
    const name = `${this.words.one} ${n + 1}`;
    const button = (text, picture, does, disabled) =>
      h("button", { type: "button", class: "icon-button", "aria-label": `${text}: ${name}`, title: text, disabled, onclick: does }, icon(picture));
    const handle = h("span", { class: "row-handle", draggable: "true", title: t("Drag to reorder"), "aria-hidden": "true" }, "⠿");
    const item = h(
      "li",
      { class: "card row-item", "aria-label": name },
      h(
        "div",
        { class: "row-head" },
        handle,
        h("span", { class: "row-number" }, name),
        button(t("Move up"), "up", () => this.#move(n, n - 1, "up"), n === 0),
        button(t("Move down"), "down", () => this.#move(n, n + 1, "down"), n === this.#rows.length - 1),
        button(t("Delete"), "trash", () => this.#remove(n), false),
      ),
      this.rowBody(row, () => this.#changed()),
      h("div", { class: "flex-said", role: "status" }),
    );
    handle.addEventListener("dragstart", (event) => {
      this.#dragged = n;
      event.dataTransfer.setData("text/plain", name); // without any data Firefox drags nothing
      event.dataTransfer.setDragImage(item, 0, 0);
      event.dataTransfer.effectAllowed = "move";
    });
    item.addEventListener("dragover", (event) => {
      if (this.#dragged !== null) {
        event.preventDefault();
      }
    });
    item.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#move(this.#dragged, n);
      this.#dragged = null;
    });
    return item;
  }

  #add() {
    this.#rows.push(this.newRow());
    this.#show();
    this.#list.lastElementChild.querySelector("input")?.focus();
    this.#changed();
  }

  #remove(n) {
    this.#rows.splice(n, 1);
    this.#show();
    this.querySelector(".flex-actions button").focus();
    this.#changed();
  }

  /** Put a row at another place; by keyboard the focus goes with it. */
  #move(from, to, direction) {
    if (from === null || from === to) {
      return;
    }
    const [row] = this.#rows.splice(from, 1);
    this.#rows.splice(to, 0, row);
    this.#show();
    if (direction) {
      const [up, down] = this.#list.children[to].querySelectorAll(".row-head button");
      (direction === "up" ? (up.disabled ? down : up) : down.disabled ? up : down).focus();
    }
    this.#spoken.textContent = t("Now at place %(n)s of %(of)s.", { n: to + 1, of: this.#rows.length });
    this.#changed();
  }

  #changed() {
    this.#save.disabled = !this.#hasChanges;
    this.#checker.ask({ [this.field]: this.#stored });
  }

  #say(problems) {
    const lines = Object.entries(problems).flatMap(([path, texts]) => {
      const [, place, ...rest] = path.split(".");
      return texts.map((text) => ({ place: this.#list.children[place]?.querySelector(".flex-said"), text, path: rest.join(" ") }));
    });
    const boxes = [this.#general, ...this.#list.querySelectorAll(".flex-said")];
    boxes.forEach((box) => box.replaceChildren());
    for (const { place, text, path } of lines) {
      (place ?? this.#general).append(h("p", { class: "problem" }, icon("bad"), place && path ? `${path}: ${text}` : text));
    }
  }

  async #store() {
    const stored = this.#stored;
    this.#checker.stop();
    try {
      await api("PATCH", `/api/v3_0/assets/${this.getAttribute("asset")}`, { [this.field]: stored });
    } catch (error) {
      this.#say(error.fields ?? {});
      toast("bad", error.message);
      return;
    }
    this.#saved = stored;
    this.#save.disabled = !this.#hasChanges;
    this.#say({});
    toast("good", t("The changes were saved."));
  }
}
