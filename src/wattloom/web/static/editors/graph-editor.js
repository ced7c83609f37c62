/**
 * <graph-editor asset="5" account="2" rows="[…]" assets="[…]">: edits the graphs that an asset shows.
 *
 * `rows` are graphs in full form, `assets` those of the site with the fields of their flex-configs.
 */
import "../core/sensor-picker.js";
import { freshId, h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { describeSensor } from "../core/sensors.js";
import { t } from "../core/texts.js";
import { axisInput } from "./axis-input.js";
import { RowEditor } from "./row-editor.js";

class GraphEditor extends RowEditor {
  field = "sensors_to_show";
  #assets;

  get words() {
    return {
      one: t("Graph"),
      add: t("Add a graph"),
      none: t("No graphs yet: the first two sensors are shown. Add a graph to choose."),
    };
  }

  connectedCallback() {
    this.#assets ??= JSON.parse(this.getAttribute("assets"));
    super.connectedCallback();
  }

  newRow() {
    return { title: "", "y-axis": "zero", plots: [] };
  }

  toStore(row) {
    const { "y-axis": axis, title, ...rest } = row;
    return { ...(title ? { title } : {}), ...(axis === "zero" ? {} : { "y-axis": axis }), ...rest };
  }

  rowBody(row, changed) {
    const titleId = freshId("title");
    const title = h("input", {
      id: titleId,
      type: "text",
      value: row.title ?? "",
      placeholder: t("such as Power"),
      oninput: () => {
        row.title = title.value;
        changed();
      },
    });
    const axis = axisInput(row["y-axis"], (value) => {
      row["y-axis"] = value;
      changed();
    });
    return h(
      "div",
      {},
      h("div", { class: "form-grid" }, h("div", { class: "field" }, h("label", { for: titleId }, t("Title")), title), axis),
      this.#plots(row, changed),
    );
  }

  #plots(row, changed) {
    const ids = row.plots.flatMap((plot) => plot.sensors ?? plot.sensor ?? []);
    const fields = row.plots.filter((plot) => "asset" in plot);
    const units = h("p", { class: "warning", role: "status" });
    const picker = h("sensor-picker", {
      label: t("Sensors"),
      multiple: true,
      account: this.getAttribute("account"),
      public: this.getAttribute("account") === null,
      value: ids.join(","),
    });
    const chosen = h("ul", { class: "picker-chips" });
    const tell = () => {
      row.plots = [...sensorPlots(picker.value ?? ids), ...fields];
      warnOfUnits(units, picker.value);
      changed();
    };
    picker.addEventListener("change", tell);
    const showFields = () => {
      chosen.replaceChildren(...fields.map((plot, n) => this.#chip(plot, () => (fields.splice(n, 1), showFields(), tell()))));
      chosen.hidden = fields.length === 0;
    };
    showFields();
    warnOfUnits(units, ids);
    const choice = this.#fieldChoice((plot) => (fields.push(plot), showFields(), tell()));
    return h("div", { class: "plots" }, picker, units, chosen, choice);
  }

  #chip(plot, remove) {
    const key = "flex-model" in plot ? "flex-model" : "flex-context";
    const asset = this.#assets.find(({ id }) => id === plot.asset);
    const name = `${asset?.name ?? t("Asset %(id)s", { id: plot.asset })} · ${plot[key]}`;
    const button = h("button", { type: "button", class: "icon-button", "aria-label": t("Remove %(name)s", { name }), onclick: remove }, icon("close"));
    return h("li", {}, name, button);
  }

  /** Choose a field of a flex-config: its sensor or its value is drawn. */
  #fieldChoice(add) {
    const offered = this.#assets.flatMap(({ id, name, ...configs }) =>
      ["flex-context", "flex-model"].flatMap((key) => configs[key].map((field) => ({ asset: id, [key]: field, name: `${name} · ${field}` }))),
    );
    if (offered.length === 0) {
      return null;
    }
    const label = t("Add a field of a flex-config, such as a limit");
    const select = h(
      "select",
      {
        "aria-label": label,
        onchange: () => {
          const { name: _name, ...plot } = offered[Number(select.value)];
          select.value = "";
          add(plot);
        },
      },
      h("option", { value: "" }, label),
      offered.map(({ name }, n) => h("option", { value: n }, name)),
    );
    return h("div", { class: "field" }, select);
  }
}

function sensorPlots(ids) {
  if (ids.length === 0) {
    return [];
  }
  return [ids.length === 1 ? { sensor: ids[0] } : { sensors: ids }];
}

async function warnOfUnits(place, ids) {
  const found = await Promise.all((ids ?? []).map((id) => describeSensor(id).catch(() => null)));
  const units = [...new Set(found.filter((sensor) => sensor !== null).map((sensor) => sensor.unit || t("none")))];
  place.replaceChildren(
    ...(units.length > 1 ? [icon("warn"), t("These sensors have different units (%(units)s); the graph may be split.", { units: units.join(", ") })] : []),
  );
}

customElements.define("graph-editor", GraphEditor);
