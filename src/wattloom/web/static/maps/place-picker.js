/** Chooses a place on a map: a click, Enter, or two inputs that hold numbers. */
import { Marker } from "leaflet/dist/leaflet-src.esm.js";

import { t } from "../core/texts.js";
import { placeIcon } from "./markers.js";

/** Four decimals are 11 m: near enough for a site, and readable. */
const DECIMALS = 4;

/** Ties a map to the two inputs that an element names. */
export class PlacePicker {
  #map;
  #element;
  #inputs;
  #marker = null;

  constructor(map, element) {
    this.#map = map;
    this.#element = element;
    this.#inputs = ["latitude", "longitude"].map((name) => document.getElementById(element.getAttribute(name)));
    map.doubleClickZoom.disable();
    map.on("click", (event) => this.#choose(event.latlng));
    map.on("keypress", (event) => {
      if (event.originalEvent.key === "Enter" && event.originalEvent.target === element) {
        event.originalEvent.preventDefault();
        this.#choose(map.getCenter());
      }
    });
    this.#inputs.forEach((input) => input.addEventListener("input", this.#follow));
    this.#follow();
  }

  /** Let go of the inputs. */
  stop() {
    this.#inputs.forEach((input) => input.removeEventListener("input", this.#follow));
  }

  #choose({ lat, lng }) {
    const place = [lat, lng].map((value) => value.toFixed(DECIMALS));
    this.#inputs.forEach((input, n) => {
      input.value = place[n];
    });
    // After both are set: who listens sees a whole place.
    this.#inputs.forEach((input) => {
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const [latitude, longitude] = place.map(Number);
    const detail = { latitude, longitude };
    this.#element.dispatchEvent(new CustomEvent("wattloom:picked", { bubbles: true, detail }));
  }

  #follow = () => {
    const [latitude, longitude] = this.#inputs.map((input) => (input.value.trim() === "" ? NaN : Number(input.value)));
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
      this.#marker?.remove();
      return;
    }
    this.#marker ??= new Marker([latitude, longitude], { icon: placeIcon(), keyboard: false, interactive: false });
    this.#marker.setLatLng([latitude, longitude]).addTo(this.#map);
    const element = this.#marker.getElement();
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", t("Chosen place"));
    if (!this.#map.getBounds().contains(this.#marker.getLatLng())) {
      this.#map.panTo(this.#marker.getLatLng(), { animate: false });
    }
  };
}
