/** Lists annotations, and adds, changes and removes them; a part that is dragged over a graph fills the form. */
import { api } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { toast } from "../core/toast.js";
import { kindOf } from "./annotations.js";

export class AnnotationsPanel {
  #graphs;
  #changed = null;
  #listed = "";

  constructor(graphs, box) {
    this.#graphs = graphs;
    this.box = box;
    const { subject } = graphs.setup;
    box.querySelector("[name=only]").addEventListener("change", (event) => graphs.annotations.filter(event.target.value));
    graphs.addEventListener("wattloom:annotated", this.#list);
    if (subject.may_annotate) {
      this.#form.addEventListener("submit", (event) => this.#submit(event));
      graphs.partsAreMarked = (from, to) => this.#fill(from, to);
      this.#fill(...graphs.window);
    } else {
      this.#form.remove();
    }
    this.#list();
  }

  get #form() {
    return this.box.querySelector("form");
  }

  #fill(from, to, { content = "", type = "label", changed = null } = {}) {
    const { clock } = this.#graphs;
    const { elements } = this.#form;
    elements.start.value = clock.toInput(Math.round(from / 60_000) * 60_000);
    elements.end.value = clock.toInput(Math.round(to / 60_000) * 60_000);
    if (changed !== null || this.#changed !== null) {
      elements.content.value = content;
      elements.type.value = type;
    }
    this.#changed = changed;
    this.#form.querySelector("[type=submit]").textContent = changed === null ? t("Add") : t("Save");
    elements.content.focus({ preventScroll: true });
  }

  async #submit(event) {
    event.preventDefault();
    const { clock, setup, annotations } = this.#graphs;
    const { content, type, start, end } = this.#form.elements;
    const body = { content: content.value, type: type.value, start: clock.iso(clock.fromInput(start.value)), end: clock.iso(clock.fromInput(end.value)) };
    const problem = this.box.querySelector(".problem");
    problem.textContent = "";
    try {
      if (this.#changed === null) {
        await api("POST", `/api/v3_0/${setup.subject.kind}/${setup.subject.id}/annotations`, body);
      } else {
        await api("PATCH", placeOf(this.#changed), body);
      }
      content.value = "";
      this.#changed = null;
      this.#form.querySelector("[type=submit]").textContent = t("Add");
      toast("good", t("Saved."));
      await annotations.reload();
    } catch (error) {
      problem.textContent = error.message;
    }
  }

  async #remove(annotation) {
    try {
      await api("DELETE", placeOf(annotation));
      toast("good", t("The annotation was removed."));
      await this.#graphs.annotations.reload();
    } catch (error) {
      toast("bad", error.message);
    }
  }

  #list = () => {
    const seen = this.#graphs.annotations.seen;
    const listed = JSON.stringify(seen);
    if (listed === this.#listed) {
      return; // what is pointed at and focused stays
    }
    this.#listed = listed;
    this.box.querySelector(".graph-annotations").replaceChildren(
      ...(seen.length === 0 ? [h("li", { class: "caption" }, t("No annotations in this range."))] : seen.map((one) => this.#item(one))),
    );
  };

  #item(one) {
    const { annotations, clock } = this.#graphs;
    const light = (id) => () => annotations.light(id);
    const text = h("div", {}, h("strong", {}, clock.interval(one.start, one.end)), " ", h("span", { class: "caption" }, `${kindOf(one.type)} · ${one.source.name}`), h("p", {}, one.content));
    const act = (label, onclick) => h("button", { type: "button", class: "link", onclick }, label);
    const show = h("button", { type: "button", class: "link", onclick: () => this.#graphs.show({ window: around(one) }), onfocus: light(one.id), onblur: light(null) }, t("Show"));
    const acts = one.may_change
      ? [
          act(t("Change"), () => this.#fill(one.start, one.end, { ...one, changed: one })),
          act(t("Remove"), () => this.#remove(one)),
        ]
      : [];
    return h("li", { onpointerenter: light(one.id), onpointerleave: light(null) }, text, h("span", { class: "graph-tools" }, show, acts));
  }

  close() {
    this.#graphs.partsAreMarked = null;
    this.#graphs.annotations.light(null);
    this.#graphs.annotations.filter("");
    this.#graphs.removeEventListener("wattloom:annotated", this.#list);
  }
}

function placeOf({ id, subject }) {
  return `/api/v4/${subject.kind}/${subject.id}/annotations/${id}`;
}

function around({ start, end }) {
  const length = Math.max(end - start, 3_600_000);
  return [start - length, end + length];
}
