/**
 * <api-form method="PATCH" action="/api/v3_0/assets/5" then="reload" done="Saved.">: a form whose fields are sent
 * to the API as JSON.
 *
 * It holds one <form method="dialog">: before this script is there, browsers send such a form nowhere, least of all
 * with what was filled in as a part of an address. Each named control is a field of the body; `data-type` says what
 * it becomes: "number", "json", "list" (comma-separated), "words" or "numbers" (chosen options); checkboxes are
 * booleans, the rest is text. What is empty is left out, or null with `data-empty="null"`, or "" with
 * `data-empty="text"`. With `changes-only` only fields are sent that differ from what the page came with.
 * `wrap="attributes"` puts the fields into one. Refusals stand under the fields that they name, else above the form.
 *
 * `then` is "reload", or an address in which {id} stands for a field of the answer; without it the element
 * dispatches "wattloom:sent" with the answer as detail.
 */
import { api } from "./api.js";
import { h } from "./dom.js";
import { clearProblems, showProblem } from "./problems.js";
import { t } from "./texts.js";
import { toast, toastAfterLoad } from "./toast.js";

class ApiForm extends HTMLElement {
  #initial = {};

  connectedCallback() {
    const form = this.#form;
    form.noValidate = true;
    form.addEventListener("submit", (event) => this.#submit(event));
    // Not what stands there now: somebody may have typed before this script was there.
    this.#initial = this.#states(initialStateOf);
    if (this.hasAttribute("guarded")) {
      addEventListener("beforeunload", this.#guard);
    }
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#guard);
  }

  get #form() {
    return this.querySelector("form");
  }

  get #controls() {
    return [...this.#form.elements].filter((control) => control.name && !control.disabled);
  }

  #guard = (event) => {
    if (JSON.stringify(this.#states()) !== JSON.stringify(this.#initial)) {
      event.preventDefault();
    }
  };

  #states(state = stateOf) {
    return Object.fromEntries(this.#controls.map((control) => [control.name, state(control)]));
  }

  async #submit(event) {
    event.preventDefault();
    this.#clearProblems();
    if (!this.#form.checkValidity()) {
      this.#form.reportValidity();
      return;
    }
    const button = event.submitter ?? this.querySelector("[type=submit]");
    button.disabled = true;
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await api(this.getAttribute("method"), this.getAttribute("action"), this.#body());
      this.#initial = this.#states();
      this.#goOn(answer);
    } catch (error) {
      this.#showProblems(error);
    } finally {
      button.disabled = false;
      this.removeAttribute("aria-busy");
    }
  }

  #body() {
    if (this.#controls.length === 0) {
      return undefined;
    }
    const isPartial = this.hasAttribute("changes-only");
    const body = {};
    for (const control of this.#controls) {
      const value = valueOf(control);
      if (value !== undefined && !(isPartial && stateOf(control) === this.#initial[control.name])) {
        body[control.name] = value;
      }
    }
    const wrap = this.getAttribute("wrap");
    return wrap === null ? body : { [wrap]: body };
  }

  #goOn(answer) {
    const done = this.getAttribute("done");
    const then = this.getAttribute("then");
    if (then === null) {
      if (done) {
        toast("good", done);
      }
      this.dispatchEvent(new CustomEvent("wattloom:sent", { bubbles: true, detail: answer }));
      return;
    }
    if (done) {
      toastAfterLoad("good", done);
    }
    if (then === "reload") {
      location.reload();
    } else {
      location.assign(then.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(answer[name])));
    }
  }

  #clearProblems() {
    this.querySelectorAll(".form-problem").forEach((element) => element.remove());
    clearProblems(this);
  }

  #showProblems(error) {
    const unplaced = [];
    for (const [path, messages] of Object.entries(error.fields ?? {})) {
      const control = this.#form.elements[path.split(".")[0]];
      if (control instanceof Element) {
        showProblem(control, control.closest(".field") ?? control, messages.join(" "));
      } else {
        unplaced.push(path ? `${path}: ${messages.join(" ")}` : messages.join(" "));
      }
    }
    if (unplaced.length > 0 || Object.keys(error.fields ?? {}).length === 0) {
      const text = unplaced.join(" ") || error.message || t("Something went wrong.");
      this.#form.prepend(h("p", { class: "form-problem problem", role: "alert" }, text));
    }
    this.querySelector("[aria-invalid]")?.focus();
  }
}

function stateOf(control) {
  return control.type === "checkbox" ? control.checked : control.type === "select-multiple" ? chosen(control).join("\n") : control.value;
}

/** Its state as the page came. */
function initialStateOf(control) {
  if (control.type === "checkbox") {
    return control.defaultChecked;
  }
  if (!control.options) {
    return control.defaultValue;
  }
  const given = [...control.options].filter((option) => option.defaultSelected);
  const shown = given.length > 0 || control.multiple ? given : [...control.options].slice(0, 1);
  return shown.map((option) => option.value).join("\n");
}

function chosen(control) {
  return [...control.selectedOptions].map((option) => option.value);
}

function valueOf(control) {
  if (control.type === "checkbox") {
    return control.checked;
  }
  if (control.type === "radio" && !control.checked) {
    return undefined;
  }
  if (control.type === "select-multiple") {
    return control.dataset.type === "numbers" ? chosen(control).map(Number) : chosen(control);
  }
  const text = control.value.trim();
  if (text === "") {
    return { null: null, text: "" }[control.dataset.empty];
  }
  switch (control.dataset.type) {
    case "number":
      return Number(text);
    case "json":
      return asJson(text);
    case "list":
      return text.split(",").map((part) => part.trim());
    default:
      return text;
  }
}

/** JSON that cannot be read is sent as text: the API then says what it expects. */
function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

customElements.define("api-form", ApiForm);
