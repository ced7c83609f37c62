/** What stands on the map: a shape and colour for each state, a size for power, a number for many at one place. */
import { DivIcon } from "leaflet/dist/leaflet-src.esm.js";

import { t } from "../core/texts.js";

const SVG = "http://www.w3.org/2000/svg";
// In a box of 24 by 24; shapes differ as much as colours do.
const SHAPES = {
  good: "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18Z",
  busy: "M12 2 22 12 12 22 2 12Z",
  bad: "M12 2 22.5 21H1.5Z",
  none: "M4 4h16v16H4Z",
};
const SMALLEST_PX = 24;
const LARGEST_PX = 44;
const TARGET_PX = 28;

/** The words for a state. */
export function stateWords(state) {
  return {
    good: t("Scheduled"),
    busy: t("Being scheduled"),
    bad: t("Last schedule failed"),
    none: t("No schedule yet"),
  }[state];
}

/** The size of a site with this power [kW]: its area grows with the logarithm, from 1 kW to 10 MW. */
function sizeOf(powerKw) {
  const part = Math.min(1, Math.max(0, Math.log10(Math.max(1, powerKw ?? 0)) / 4));
  return Math.round(SMALLEST_PX + part * (LARGEST_PX - SMALLEST_PX));
}

/** The picture of a site. */
export function siteIcon({ state, power_kw: powerKw }) {
  return iconOf(drawing(state), `site-marker is-${state}`, sizeOf(powerKw));
}

/** The picture of several sites close together, in the colour of the worst. */
export function clusterIcon({ n, state }) {
  const number = document.createElement("span");
  number.textContent = n > 999 ? `${Math.round(n / 1000)}k` : String(n);
  return iconOf(number, `site-cluster is-${state}`, n > 99 ? 48 : 36);
}

/** The picture of a place that is being chosen. */
export function placeIcon() {
  return iconOf(drawing("good"), "site-marker is-chosen", SMALLEST_PX);
}

/** The shape of a state. */
export function drawing(state) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", SHAPES[state]);
  return svg;
}

function iconOf(html, className, px) {
  const size = Math.max(px, TARGET_PX);
  return new DivIcon({ html, className, iconSize: [size, size] });
}
