/** The key figures of the asset, over the days of the window. */
import { api } from "../core/api.js";
import { h } from "../core/dom.js";
import { withUnit } from "../core/numbers.js";
import { t } from "../core/texts.js";

/** Keep a <dl> in step with the window. */
export function followKeyFigures(graphs, list) {
  let shown = "";
  const words = { sum: t("Total"), mean: t("Average"), min: t("Least"), max: t("Most") };
  graphs.addEventListener("wattloom:shown", async () => {
    const { clock, knownAt, setup, window } = graphs;
    list.hidden = knownAt !== null; // they are those of the present
    const query = new URLSearchParams({ start: clock.iso(window[0]), end: clock.iso(window[1]) }).toString();
    if (query === shown) {
      return;
    }
    shown = query;
    try {
      const { data } = await api("GET", `/api/v3_0/assets/${setup.asset}/kpis?${query}`);
      if (query === shown) {
        list.replaceChildren(
          ...data.map((one) =>
            h(
              "div",
              { class: "card" },
              h("dt", {}, h("a", { href: `/sensors/${one.sensor}` }, one.title), h("span", { class: "caption" }, ` ${words[one.downsample_function] ?? ""}`)),
              h("dd", {}, withUnit(one.downsample_value, one.unit)),
            ),
          ),
        );
      }
    } catch (error) {
      list.replaceChildren(h("div", { class: "card caption" }, error.message));
    }
  });
}
