/** A map of the world without anybody's tiles: land and borders in the colours of the page. */
import { Canvas, CRS, Map as LeafletMap, Polygon, Polyline, control } from "leaflet/dist/leaflet-src.esm.js";

import { onThemeChange, palette } from "../charts/palette.js";
import { t } from "../core/texts.js";

const WORLD = [
  [-85, -180],
  [85, 180],
];
const COAST_OPACITY = 0.8;
const BORDER_OPACITY = 0.55;
export const FARTHEST_ZOOM = 13;

/** Show the world in an element; land and borders are added by drawWorld. */
export function createMap(element) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new LeafletMap(element, {
    crs: CRS.EPSG3857,
    minZoom: 1,
    maxZoom: FARTHEST_ZOOM,
    maxBounds: WORLD,
    maxBoundsViscosity: 1,
    zoomControl: false,
    attributionControl: false,
    fadeAnimation: !isCalm,
    zoomAnimation: !isCalm,
    markerZoomAnimation: !isCalm,
    // The page scrolls under the pointer; the map zooms with its buttons, with + and −, and by two fingers.
    scrollWheelZoom: false,
  });
  control.attribution({ prefix: false }).addAttribution(t("Borders: Natural Earth")).addTo(map);
  // Not above: popups open upwards.
  control.zoom({ position: "bottomright", zoomInTitle: t("Zoom in"), zoomOutTitle: t("Zoom out") }).addTo(map);
  control.scale({ imperial: false }).addTo(map);
  return map;
}

/** Draw land and borders (see borders.js), and again when the theme changes; returns how to stop. */
export function drawWorld(map, { land, borders }) {
  const renderer = new Canvas({ padding: 0.5 });
  const areas = new Polygon(land, { renderer, interactive: false, weight: 1, fillOpacity: 1 });
  const lines = new Polyline(borders, { renderer, interactive: false, weight: 1 });
  const paint = () => {
    const colours = palette(map.getContainer());
    areas.setStyle({ fillColor: colours.surface, color: colours["text-3"], opacity: COAST_OPACITY });
    lines.setStyle({ color: colours["text-3"], opacity: BORDER_OPACITY });
  };
  paint();
  areas.addTo(map);
  lines.addTo(map);
  return onThemeChange(paint);
}
