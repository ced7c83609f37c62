/** What forecasts and schedules said some time before, beside what happened: drawn, and measured per source. */
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { accuracy, joined } from "./accuracy.js";
import { Fan } from "./fan.js";
import { kindOfSource, sourceLabel } from "./lines.js";

export class ForecastsPanel {
  #graphs;
  #fan;
  #drawn = "";

  constructor(graphs, box) {
    this.#graphs = graphs;
    this.box = box;
    this.#fan = new Fan(graphs, box.querySelector(".graph-fan"));
    this.#choose(graphs.shown.horizon);
    this.#select.addEventListener("change", () => graphs.show({ horizon: this.#select.value }));
    graphs.addEventListener("wattloom:shown", this.#follow);
    graphs.addEventListener("wattloom:instant", this.#point);
    if (graphs.shown.horizon === "") {
      graphs.show({ horizon: this.#select.value });
    }
  }

  get #select() {
    return this.box.querySelector("select");
  }

  /** Show what is compared; addresses may name a horizon that is no choice. */
  #choose(horizon) {
    const [chosen, usual] = [horizon, "PT24H"].map((wanted) => [...this.#select.options].find(({ value }) => value === wanted));
    (chosen ?? usual).selected = true;
  }

  #follow = async () => {
    const { sensorIds, window, shown, whole } = this.#graphs;
    this.#choose(shown.horizon);
    const { asof, resolution } = shown;
    const look = { horizon: this.#select.value, asof, resolution };
    const key = JSON.stringify([sensorIds, window, look]);
    if (key === this.#drawn) {
      return;
    }
    this.#drawn = key;
    try {
      const [past, now] = await Promise.all([whole.read(sensorIds, window, look), whole.read(sensorIds, window, { asof, resolution })]);
      if (key === this.#drawn) {
        this.#show(past, now);
      }
    } catch (error) {
      this.box.querySelector(".graph-accuracy").replaceChildren(error.message);
    }
  };

  #show(past, now) {
    const foretold = (sensor) => past.columns(sensor).filter(({ source }) => kindOfSource(past.sources.get(source)) !== "other");
    past.sources.forEach((source, id) => this.#graphs.values.sources.set(id, source));
    const ahead = this.#select.selectedOptions[0].textContent;
    this.#graphs.overlays.forecasts = { columns: (sensor) => foretold(sensor).map((part) => ({ ...part, ahead })) };
    this.#graphs.redraw();
    const rows = this.#graphs.rows.flatMap((row) =>
      row.setup.sensors.flatMap((sensor) => {
        const happened = joined(now.columns(sensor.id).filter(({ source }) => kindOfSource(now.sources.get(source)) === "other"));
        const sources = [...past.sources.values()];
        return foretold(sensor.id).flatMap((part) => {
          const found = accuracy(part, happened);
          return found === null ? [] : [this.#tableRow(row, sensor, sourceLabel(past.sources.get(part.source), sources), found)];
        });
      }),
    );
    const headings = [t("Sensor"), t("Forecast by"), t("Mean absolute error"), t("Bias"), t("Values compared")];
    this.box.querySelector(".graph-accuracy").replaceChildren(
      rows.length === 0
        ? h("p", { class: "caption" }, t("Nothing has happened in this range yet that was foretold that long before."))
        : h(
            "table",
            {},
            h("thead", {}, h("tr", {}, headings.map((text, n) => h("th", { scope: "col", class: n > 1 && "number" }, text)))),
            h("tbody", {}, rows),
          ),
    );
  }

  #tableRow(row, sensor, source, found) {
    // A bias is a difference: it is scaled like values, but does not begin at their zero.
    const text = (value) => row.text(value * sensor.factor);
    const cells = [text(found.mae), text(found.bias), String(found.n)];
    return h("tr", {}, h("th", { scope: "row" }, sensor.label), h("td", {}, source), cells.map((cell) => h("td", { class: "number" }, cell)));
  }

  #point = ({ detail: { at, row, value } }) => this.#fan.show(at, row, value);

  close() {
    this.#graphs.removeEventListener("wattloom:shown", this.#follow);
    this.#graphs.removeEventListener("wattloom:instant", this.#point);
    this.#fan.close();
    this.#graphs.overlays.forecasts = null;
    this.#graphs.redraw();
  }
}
