/**
 * <site-map bounds="5.8,47.2,15.1,55.1" borders="/ui/static/borders-….json" label="Sites" src="/api/v4/map">
 *
 * A map that needs nobody's tiles. `bounds` is west, south, east, north [°]: what is shown at first. With `src` it
 * shows the sites in view, which the server puts together where they are many; `src` may have a query of its own.
 *
 * With `pick` a place is chosen: `latitude` and `longitude` name the inputs that hold it, by id. A click on the map,
 * or Enter with the map in focus (its middle), fills them in; what is typed there moves the marker. The inputs tell of
 * it by "input" and "change" as if it were typed, and the element by "wattloom:picked" with {latitude, longitude}.
 *
 * The element is the container of the map; the page gives it a height (maps.css does).
 */
import { FeatureGroup, LatLng, LatLngBounds, Marker } from "leaflet/dist/leaflet-src.esm.js";

import { api } from "../core/api.js";
import { t } from "../core/texts.js";
import { toast } from "../core/toast.js";
import { FARTHEST_ZOOM, createMap, drawWorld } from "./base-map.js";
import { loadBorders } from "./borders.js";
import { clusterIcon, siteIcon, stateWords } from "./markers.js";
import { PlacePicker } from "./place-picker.js";
import { clusterPopup, sitePopup } from "./popups.js";

const NEAREST_AT_FIRST = 6;

class SiteMap extends HTMLElement {
  #map = null;
  #markers = new Map();
  #layer = new FeatureGroup();
  #loading = null;
  #stop = [];

  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.getAttribute("label") ?? t("Map"));
    this.dataset.state = "loading";
    this.#map = createMap(this);
    this.#layer.addTo(this.#map);
    this.#show(this.getAttribute("bounds"));
    const resized = new ResizeObserver(() => this.#map.invalidateSize());
    resized.observe(this);
    this.#stop.push(() => resized.disconnect());
    if (this.hasAttribute("pick")) {
      const picker = new PlacePicker(this.#map, this);
      this.#stop.push(() => picker.stop());
    }
    this.#map.on("moveend", () => this.#load());
    this.#begin();
  }

  disconnectedCallback() {
    this.#loading?.abort();
    this.#stop.splice(0).forEach((stop) => stop());
    this.#map.remove();
    this.#layer.clearLayers();
    this.#markers.clear();
  }

  async #begin() {
    const [world] = await Promise.allSettled([loadBorders(this.getAttribute("borders")), this.#load()]);
    // Without a connection there is no land to see, but all sites that were known; and the page may be left meanwhile.
    if (this.isConnected && world.status === "fulfilled") {
      this.#stop.push(drawWorld(this.#map, world.value));
    }
    this.dataset.state = "shown";
  }

  #show(bounds) {
    const [west, south, east, north] = (bounds || "-60,-40,100,65").split(",").map(Number);
    const area = new LatLngBounds(new LatLng(south, west), new LatLng(north, east));
    this.#map.fitBounds(area, { maxZoom: NEAREST_AT_FIRST, padding: [16, 16] });
  }

  async #load() {
    const source = this.getAttribute("src");
    if (source === null) {
      return;
    }
    this.#loading?.abort();
    this.#loading = new AbortController();
    const area = this.#map.getBounds().pad(0.1);
    const clamp = (value, limit) => Math.min(limit, Math.max(-limit, value)).toFixed(4);
    const edges = [
      clamp(area.getWest(), 180),
      clamp(area.getSouth(), 90),
      clamp(area.getEast(), 180),
      clamp(area.getNorth(), 90),
    ];
    const address = `${source}${source.includes("?") ? "&" : "?"}bbox=${edges.join(",")}&zoom=${this.#map.getZoom()}`;
    try {
      this.#place(await api("GET", address, undefined, { signal: this.#loading.signal }));
    } catch (error) {
      if (error.name !== "AbortError") {
        toast("warn", error.message);
      }
    }
  }

  /** Markers that are there already stay, and with them their focus and open popup. */
  #place({ sites, clusters }) {
    const wanted = new Map([
      ...sites.map((site) => [`site ${site.id} ${site.state}`, () => this.#siteMarker(site)]),
      ...clusters.map((one) => [`${one.latitude} ${one.longitude} ${one.n}`, () => this.#clusterMarker(one)]),
    ]);
    for (const [key, marker] of this.#markers) {
      if (!wanted.has(key)) {
        marker.remove();
        this.#markers.delete(key);
      }
    }
    for (const [key, make] of wanted) {
      if (!this.#markers.has(key)) {
        this.#markers.set(key, make());
      }
    }
  }

  #siteMarker(site) {
    const label = `${site.name}: ${stateWords(site.state)}`;
    return this.#marker(site, siteIcon(site), label, () => sitePopup(site));
  }

  #clusterMarker(cluster) {
    const [west, south, east, north] = cluster.bounds;
    const isOnePlace = west === east && south === north;
    const zoomIn = () => this.#map.fitBounds([[south, west], [north, east]], { maxZoom: FARTHEST_ZOOM });
    const isNearest = this.#map.getZoom() === FARTHEST_ZOOM;
    const label = `${t("%(n)s sites", { n: cluster.n })}: ${stateWords(cluster.state)}`;
    return this.#marker(cluster, clusterIcon(cluster), label, () =>
      clusterPopup(cluster, isOnePlace || isNearest ? null : zoomIn),
    );
  }

  #marker({ latitude, longitude }, icon, title, popup) {
    const marker = new Marker([latitude, longitude], { icon, title, riseOnHover: true });
    marker.bindPopup(popup, { minWidth: 160, maxWidth: 220 }).addTo(this.#layer);
    marker.getElement().setAttribute("aria-label", title);
    return marker;
  }
}

customElements.define("site-map", SiteMap);
