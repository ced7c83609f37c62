/** <json-text> around the field of a text area: says while somebody types whether it is JSON, and orders it on leaving. */
import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { t } from "../core/texts.js";

class JsonText extends HTMLElement {
  #problem = h("p", { class: "problem", role: "status" });

  connectedCallback() {
    this.append(this.#problem);
    this.#text.addEventListener("input", () => this.#check());
    this.#text.addEventListener("blur", () => this.#order());
  }

  get #text() {
    return this.querySelector("textarea");
  }

  #check() {
    const found = this.#fault();
    this.#problem.replaceChildren(...(found === null ? [] : [icon("bad"), found]));
    this.#text.toggleAttribute("aria-invalid", false);
    if (found !== null) {
      this.#text.setAttribute("aria-invalid", "true");
    }
  }

  #fault() {
    try {
      JSON.parse(this.#text.value);
      return null;
    } catch (error) {
      return t("This is not JSON yet: %(why)s", { why: error.message });
    }
  }

  #order() {
    if (this.#fault() === null) {
      this.#text.value = JSON.stringify(JSON.parse(this.#text.value), null, 2);
    }
  }
}

customElements.define("json-text", JsonText);
