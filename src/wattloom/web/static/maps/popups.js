/** What opens at a marker: links to the pages of a site, or the list of sites that stand together. */
import { h } from "../core/dom.js";
import { withUnit } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { drawing, stateWords } from "./markers.js";

/** The content of the popup of a site. */
export function sitePopup(site) {
  const facts = [site.account, site.power_kw === null ? "" : withUnit(site.power_kw, "kW")];
  const pages = [
    ["overview", t("Overview")],
    ["graphs", t("Graphs")],
    ["properties", t("Properties")],
    ["status", t("Status")],
  ];
  return h(
    "div",
    { class: "site-popup" },
    h("p", { class: "site-popup-name" }, site.name),
    h("p", { class: "caption" }, facts.filter(Boolean).join(" · ")),
    h("p", { class: `site-state is-${site.state}` }, stateWords(site.state)),
    h("ul", {}, pages.map(([path, title]) => h("li", {}, h("a", { href: `/assets/${site.id}/${path}` }, title)))),
  );
}

/** The content of the popup of several sites; `zoomIn` is null where there is nothing to zoom into. */
export function clusterPopup(cluster, zoomIn) {
  const rest = cluster.n - cluster.members.length;
  return h(
    "div",
    { class: "site-popup" },
    h("p", { class: "site-popup-name" }, t("%(n)s sites", { n: cluster.n })),
    h("ul", { class: "site-popup-list" }, cluster.members.map(memberItem)),
    rest > 0 && h("p", { class: "caption" }, t("and %(n)s more", { n: rest })),
    zoomIn && h("button", { class: "button", type: "button", onclick: zoomIn }, t("Zoom in")),
  );
}

function memberItem({ id, name, state }) {
  return h(
    "li",
    {},
    h("span", { class: `site-state is-${state}`, title: stateWords(state) }, drawing(state)),
    h("a", { href: `/assets/${id}` }, name),
    h("span", { class: "visually-hidden" }, stateWords(state)),
  );
}
