/** <tariff-setup site>: what energy costs, and how much power the connection carries. */
import { api } from "../core/api.js";
import { t } from "../core/texts.js";
import { changeFlexContext } from "./site.js";

const HOUR = 3_600_000;
/** Stored flex-contexts name sensors, so prices are recorded for a year, hour by hour. */
const PRICED_HOURS = 365 * 24;

class TariffSetup extends HTMLElement {
  connectedCallback() {
    const form = this.#form;
    form.elements.kind.addEventListener("change", () => this.#showKind());
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#showKind();
  }

  get #form() {
    return this.querySelector("form");
  }

  #showKind() {
    const { value } = this.#form.elements.kind;
    for (const part of this.querySelectorAll("[data-kinds]")) {
      part.hidden = !part.dataset.kinds.split(" ").includes(value);
      part.querySelectorAll("input").forEach((input) => (input.disabled = part.hidden || input.closest("[hidden]") !== null));
    }
  }

  async #submit(event) {
    event.preventDefault();
    const site = this.getAttribute("site");
    const problem = this.querySelector(".form-problem");
    const button = event.submitter;
    button.disabled = true;
    try {
      const buying = await this.#buyingPrice(site);
      const selling = await this.#record(site, t("feed-in price"), () => Number(this.#form.elements.sell.value));
      await changeFlexContext(site, (context) => ({
        ...context,
        "consumption-price": { sensor: buying },
        "production-price": { sensor: selling },
        "site-power-capacity": `${this.#form.elements.limit.value} kW`,
      }));
      location.assign(`/setup/${site}/plan`);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      button.disabled = false;
    }
  }

  /** The sensor with what a kWh costs. */
  async #buyingPrice(site) {
    const { kind, buy, night, from, until } = this.#form.elements;
    if (kind.value === "sensor") {
      const sensor = this.querySelector("sensor-picker").value;
      if (!sensor) {
        throw new Error(t("Choose a sensor."));
      }
      return Number(sensor);
    }
    const [first, last] = [from, until].map((input) => Number(input.value.split(":")[0]));
    const isCheap = (at) => kind.value === "day-night" && isNight(new Date(at).getHours(), first, last);
    return this.#record(site, t("buying price"), (at) => Number((isCheap(at) ? night : buy).value));
  }

  /** Make a sensor of the site, or take the one that is there, and record what each hour costs. */
  async #record(site, name, priceAt) {
    const unit = `${this.#form.elements.currency.value}/kWh`;
    const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
    const known = await api("GET", `/api/v3_0/sensors?asset=${site}`);
    const same = known.find((sensor) => sensor.name === name && sensor.unit === unit);
    const spec = { name, unit, timezone, event_resolution: "PT1H", generic_asset_id: Number(site) };
    const sensor = same ?? (await api("POST", "/api/v3_0/sensors", spec));
    const start = Math.floor(Date.now() / HOUR) * HOUR;
    await api("POST", `/api/v3_0/sensors/${sensor.id}/data`, {
      start: new Date(start).toISOString(),
      duration: `PT${PRICED_HOURS}H`,
      unit,
      values: Array.from({ length: PRICED_HOURS }, (_, hour) => priceAt(start + hour * HOUR)),
    });
    return sensor.id;
  }
}

function isNight(hour, first, last) {
  return first <= last ? hour >= first && hour < last : hour >= first || hour < last;
}

customElements.define("tariff-setup", TariffSetup);
