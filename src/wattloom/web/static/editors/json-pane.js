/** The same flex-config as JSON, beside its form; what is typed here goes into the form. */
import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { t } from "../core/texts.js";

const DESK = "(min-width: 1100px)";

export class JsonPane {
  #text;
  #problem = h("p", { class: "problem", id: "json-problem", role: "status", hidden: true });

  /** @param {object} value @param {(value: object) => void} change called with each object that is typed */
  constructor(value, change) {
    this.#text = h("textarea", {
      "aria-label": t("As JSON"),
      "aria-describedby": "json-problem",
      spellcheck: "false",
      oninput: () => this.#read(change),
    });
    this.element = h(
      "details",
      { class: "card json-pane", open: matchMedia(DESK).matches },
      h("summary", {}, t("As JSON")),
      h("p", { class: "caption" }, t("The same as in the form; either can be edited.")),
      this.#problem,
      this.#text,
    );
    this.show(value);
  }

  show(value) {
    this.#text.value = JSON.stringify(value, null, 2);
    this.#tell(null);
  }

  #read(change) {
    let value;
    try {
      value = JSON.parse(this.#text.value);
    } catch (error) {
      this.#tell(t("This is not JSON yet: %(why)s", { why: error.message }));
      return;
    }
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      this.#tell(t("This must be an object: { … }."));
      return;
    }
    this.#tell(null);
    change(value);
  }

  #tell(text) {
    this.#problem.hidden = text === null;
    this.#problem.replaceChildren(...(text === null ? [] : [icon("bad"), text]));
    this.#text.toggleAttribute("aria-invalid", false);
    if (text !== null) {
      this.#text.setAttribute("aria-invalid", "true");
    }
  }
}
