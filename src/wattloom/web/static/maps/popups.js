/** What opens at a marker: links to the pages of a site, or the list of sites that stand together. */
import { decimal } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { drawing, stateWords } from "./markers.js";

const THIN_SPACE = "\u2009";

/** The content of the popup of a site. */
export function sitePopup(site) {
  const facts = [site.account, site.power_kw === null ? "" : `${decimal(site.power_kw)}${THIN_SPACE}kW`];
  const pages = [
    ["overview", t("Overview")],
    ["graphs", t("Graphs")],
    ["properties", t("Properties")],
    ["status", t("Status")],
  ];
  return made("div", { className: "site-popup" }, [
    made("p", { className: "site-popup-name", textContent: site.name }),
    made("p", { className: "caption", textContent: facts.filter(Boolean).join(" · ") }),
    made("p", { className: `site-state is-${site.state}`, textContent: stateWords(site.state) }),
    made("ul", {}, pages.map(([path, title]) => item(`/assets/${site.id}/${path}`, title))),
  ]);
}

/** The content of the popup of several sites; `zoomIn` is null where there is nothing to zoom into. */
export function clusterPopup(cluster, zoomIn) {
  const rest = cluster.n - cluster.members.length;
  const parts = [
    made("p", { className: "site-popup-name", textContent: t("%(n)s sites", { n: cluster.n }) }),
    made("ul", { className: "site-popup-list" }, cluster.members.map(memberItem)),
  ];
  if (rest > 0) {
    parts.push(made("p", { className: "caption", textContent: t("and %(n)s more", { n: rest }) }));
  }
  if (zoomIn) {
    const button = made("button", { className: "button", type: "button", textContent: t("Zoom in") });
    button.addEventListener("click", zoomIn);
    parts.push(button);
  }
  return made("div", { className: "site-popup" }, parts);
}

function memberItem({ id, name, state }) {
  const shape = made("span", { className: `site-state is-${state}`, title: stateWords(state) }, [drawing(state)]);
  const words = made("span", { className: "visually-hidden", textContent: stateWords(state) });
  return made("li", {}, [shape, made("a", { href: `/assets/${id}`, textContent: name }), words]);
}

function item(href, textContent) {
  return made("li", {}, [made("a", { href, textContent })]);
}

function made(tag, properties, children = []) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
