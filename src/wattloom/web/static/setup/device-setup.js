/** <device-setup site account timezone types latitude longitude>: asks for a device, and makes it through the API. */
import { api } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { toastAfterLoad } from "../core/toast.js";
import { RECIPES } from "./recipes.js";
import { changeFlexContext } from "./site.js";

class DeviceSetup extends HTMLElement {
  #recipe = null;

  connectedCallback() {
    for (const button of this.querySelectorAll("[data-kind]")) {
      button.addEventListener("click", () => this.#ask(button.dataset.kind));
    }
    this.querySelector("form").addEventListener("submit", (event) => this.#make(event));
  }

  #ask(kind) {
    this.#recipe = RECIPES[kind]();
    const name = { name: "name", label: t("Name"), value: this.#recipe.title, unit: "", help: "", type: "text" };
    const form = this.querySelector("form");
    form.replaceChildren(
      h("h2", {}, this.#recipe.title),
      h("div", { class: "form-grid" }, [name, ...this.#recipe.questions].map(questionField)),
      h("p", { class: "form-problem problem", role: "alert" }),
      h("div", { class: "actions" }, h("button", { class: "button primary" }, t("Add"))),
    );
    form.hidden = false;
    form.elements.name.focus();
    form.elements.name.select();
  }

  async #make(event) {
    event.preventDefault();
    const form = event.target;
    const answers = Object.fromEntries(
      this.#recipe.questions.map(({ name, type }) => [name, type === "number" ? Number(form.elements[name].value) : form.elements[name].value]),
    );
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await this.#create(form.elements.name.value, answers);
      toastAfterLoad("good", t("Added: %(name)s", { name: form.elements.name.value }));
      location.reload();
    } catch (error) {
      form.querySelector(".problem").textContent = error.message;
      button.disabled = false;
    }
  }

  async #create(name, answers) {
    const recipe = this.#recipe;
    const types = JSON.parse(this.getAttribute("types"));
    const site = Number(this.getAttribute("site"));
    const device = await api("POST", "/api/v3_0/assets", {
      name,
      generic_asset_type_id: types[recipe.type] ?? types.process,
      parent_asset_id: site,
      account_id: Number(this.getAttribute("account")),
    });
    try {
      const sensors = [];
      for (const spec of recipe.sensors) {
        const body = { ...spec, timezone: this.getAttribute("timezone"), generic_asset_id: device.id };
        sensors.push((await api("POST", "/api/v3_0/sensors", body)).id);
      }
      await this.#equip(recipe, device.id, sensors, answers);
    } catch (error) {
      await api("DELETE", `/api/v3_0/assets/${device.id}`); // nothing is left by half
      throw error;
    }
  }

  async #equip(recipe, deviceId, sensors, answers) {
    if (recipe.flexModel) {
      await api("PATCH", `/api/v3_0/assets/${deviceId}`, { flex_model: recipe.flexModel(answers, sensors) });
    }
    if (recipe.recorded) {
      const place = ["latitude", "longitude"].map((name) => this.getAttribute(name)).filter((text) => text !== "");
      const series = recipe.recorded(answers, sensors, { now: Date.now(), place: place.map(Number) });
      await api("POST", "/api/v4/series", { series: [series] });
    }
    if (recipe.context) {
      await changeFlexContext(this.getAttribute("site"), (context) => ({
        ...context,
        [recipe.context]: [...(context[recipe.context] ?? []), { sensor: sensors[0] }],
      }));
    }
  }
}

function questionField({ name, label, value, unit, help, type }) {
  const id = `device-${name}`;
  const limits = type === "number" ? { step: "any", min: "0" } : {};
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, unit ? `${label} (${unit})` : label),
    h("input", { id, name, type, value, required: true, ...limits, "aria-describedby": help ? `help-${id}` : null }),
    help ? h("p", { class: "caption", id: `help-${id}` }, help) : null,
  );
}

customElements.define("device-setup", DeviceSetup);
