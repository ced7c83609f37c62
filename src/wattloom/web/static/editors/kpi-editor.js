/** <kpi-editor asset="5" account="2" rows="[…]">: edits the key figures that an asset shows. */
import "../core/sensor-picker.js";
import { freshId, h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { RowEditor } from "./row-editor.js";

class KpiEditor extends RowEditor {
  field = "sensors_to_show_as_kpis";

  get words() {
    return {
      one: t("Key figure"),
      add: t("Add a key figure"),
      none: t("No key figures yet. Add one, such as the energy cost of each day."),
    };
  }

  newRow() {
    return { title: "", sensor: null };
  }

  rowBody(row, changed) {
    const functions = [
      ["", t("as suits the unit")],
      ["sum", t("Total")],
      ["mean", t("Average")],
      ["min", t("Least")],
      ["max", t("Most")],
    ];
    const [titleId, functionId] = [freshId("title"), freshId("function")];
    const title = h("input", {
      id: titleId,
      type: "text",
      value: row.title,
      oninput: () => {
        row.title = title.value;
        changed();
      },
    });
    const picker = h("sensor-picker", {
      label: t("Sensor with one value a day"),
      account: this.getAttribute("account"),
      public: this.getAttribute("account") === null,
      resolution: "P1D",
      value: row.sensor ?? false,
    });
    picker.addEventListener("change", () => {
      row.sensor = picker.value;
      changed();
    });
    const choice = h(
      "select",
      {
        id: functionId,
        onchange: () => {
          row.function = choice.value || undefined;
          changed();
        },
      },
      functions.map(([value, text]) => h("option", { value, selected: value === (row.function ?? "") }, text)),
    );
    return h(
      "div",
      { class: "form-grid" },
      h("div", { class: "field" }, h("label", { for: titleId }, t("Title")), title),
      h("div", { class: "field" }, picker),
      h("div", { class: "field" }, h("label", { for: functionId }, t("Summed up as")), choice),
    );
  }
}

customElements.define("kpi-editor", KpiEditor);
