/** All that was ever believed about one event: by when it was believed, per source, distributions as steps of points. */
import { echarts } from "../charts/echarts.js";
import { palette } from "../charts/palette.js";
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { kindOfSource, sourceLabel } from "./lines.js";
import { axes, yRange } from "./options.js";
import { readSeries } from "./values.js";

const POINT = 0.5;

export class Fan {
  #graphs;
  #box;
  #chart = null;
  #request = null;

  constructor(graphs, box) {
    this.#graphs = graphs;
    this.#box = box;
  }

  /** Show what was believed about the event of the line that is nearest to a place in a row. */
  async show(at, row, value) {
    const [found] = row.valuesAt(at).toSorted((a, b) => Math.abs(a.value - value) - Math.abs(b.value - value));
    if (found === undefined) {
      return;
    }
    this.#request?.abort();
    this.#request = new AbortController();
    const [start, end] = [found.start, found.start + 1];
    const asked = { sensor: [found.line.sensor.id], start: new Date(start).toISOString(), end: new Date(end).toISOString(), beliefs: "all" };
    try {
      const { series, sources } = await readSeries(asked, this.#request.signal);
      this.#draw(found, row, series[0], new Map(sources.map((source) => [source.id, source])));
    } catch (error) {
      if (error.name !== "AbortError") {
        this.#box.replaceChildren(error.message);
      }
    }
  }

  #draw({ line, start, end }, row, series, sources) {
    const { sensor } = line;
    const beliefs = series.belief_time_ms.map((believed, k) => ({
      believed,
      source: sources.get(series.source[k]),
      value: series.event_value[k] * sensor.factor + sensor.offset,
      probability: series.cumulative_probability[k],
    }));
    const groups = Map.groupBy(beliefs, ({ source, probability }) => `${source.id} ${probability}`);
    this.#chart?.dispose();
    const drawing = h("div", { class: "graph-fan-drawing", "aria-hidden": "true" });
    const heading = t("What was believed about %(sensor)s, %(time)s", { sensor: sensor.label, time: this.#graphs.clock.interval(start, end) });
    this.#box.replaceChildren(h("h3", {}, heading), drawing, this.#list(beliefs, row, sources));
    this.#chart = echarts.init(drawing, null, { renderer: "canvas" });
    this.#chart.setOption(this.#option(beliefs, groups, line, drawing));
  }

  #option(beliefs, groups, line, drawing) {
    const colours = palette(drawing);
    const times = beliefs.map(({ believed }) => believed);
    const [from, last] = [Math.min(...times), Math.max(...times)];
    const to = Math.max(last + (last - from) * 0.05, from + 3_600_000);
    const values = beliefs.map(({ value }) => value);
    const ticks = this.#graphs.clock.ticks(from, to, Math.max(2, Math.floor(drawing.clientWidth / 110)));
    const range = yRange("data", [Math.min(...values), Math.max(...values)]);
    return {
      animation: false,
      textStyle: { fontFamily: colours.font, fontSize: 12 },
      grid: { left: 56, right: 12, top: 12, bottom: 24, outerBoundsMode: "none" },
      ...axes({ window: [from, to], ticks, range, colours, width: drawing.clientWidth }),
      series: [...groups.values()].map((some) => {
        const { source, probability } = some[0];
        const dash = { forecaster: [3, 3], scheduler: [7, 4], other: "solid" }[kindOfSource(source)];
        return {
          type: "line",
          step: "end",
          data: [...some.map(({ believed, value }) => [believed, value]), [to, some.at(-1).value]],
          symbolSize: 5,
          itemStyle: { color: colours[line.hue] },
          lineStyle: { color: colours[line.hue], type: dash, width: probability === POINT ? 2 : 1, opacity: probability === POINT ? 1 : 0.5 },
        };
      }),
    };
  }

  #list(beliefs, row, sources) {
    const others = [...sources.values()];
    const rows = beliefs
      .toSorted((a, b) => b.believed - a.believed)
      .slice(0, 50)
      .map(({ believed, source, value, probability }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, this.#graphs.clock.full(believed)),
          h("td", {}, probability === POINT ? sourceLabel(source, others) : `${sourceLabel(source, others)} (${Math.round(probability * 100)} %)`),
          h("td", { class: "number" }, row.text(value)),
        ),
      );
    const headings = [t("Believed"), t("Source"), t("Value")];
    return h(
      "div",
      { class: "graph-fan-list", tabindex: "0", role: "group", "aria-label": t("Beliefs") },
      h("table", {}, h("thead", {}, h("tr", {}, headings.map((text, n) => h("th", { scope: "col", class: n === 2 && "number" }, text)))), h("tbody", {}, rows)),
    );
  }

  close() {
    this.#request?.abort();
    this.#chart?.dispose();
  }
}
