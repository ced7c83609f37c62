/** <first-plan site>: asks how full the stores are, makes the first plan, and shows it. */
import { api } from "../core/api.js";
import { followJob } from "../core/jobs.js";
import { withUnit } from "../core/numbers.js";
import { t } from "../core/texts.js";

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;

class FirstPlan extends HTMLElement {
  connectedCallback() {
    for (const level of this.querySelectorAll(".store-level")) {
      const show = () => {
        level.querySelector("output").textContent = withUnit(kwhOf(level), "kWh");
      };
      level.querySelector("input").addEventListener("input", show);
      show();
    }
    this.querySelector("form").addEventListener("submit", (event) => this.#plan(event));
  }

  async #plan(event) {
    event.preventDefault();
    const button = event.submitter;
    button.disabled = true;
    this.#part("form-problem").hidden = true;
    this.#part("plan-progress").hidden = false;
    try {
      const site = this.getAttribute("site");
      const { schedule } = await api("POST", `/api/v3_0/assets/${site}/schedules/trigger`, this.#request());
      await this.#wait(schedule);
      location.assign(`/assets/${site}/overview`);
    } catch (error) {
      this.#part("form-problem").textContent = error.message;
      this.#part("form-problem").hidden = false;
      this.#part("plan-progress").hidden = true;
      this.#part("plan-state").textContent = "";
      button.disabled = false;
    }
  }

  #part(name) {
    return this.querySelector(`.${name}`);
  }

  #request() {
    const start = Math.floor(Date.now() / QUARTER) * QUARTER;
    const models = [...this.querySelectorAll(".store-level")].map((level) => ({
      asset: Number(level.dataset.device),
      "soc-at-start": `${kwhOf(level)} kWh`,
    }));
    return { start: new Date(start).toISOString(), duration: "PT36H", "flex-model": models };
  }

  async #wait(schedule) {
    const job = await followJob(schedule, () => {
      this.#part("plan-state").textContent = t("Planning …");
    });
    if (job.status !== "FINISHED") {
      throw new Error(job.message);
    }
  }
}

/** The energy [kWh] that a slider means: its share of what the store holds. */
function kwhOf(level) {
  const full = Number.parseFloat(JSON.parse(level.dataset.model)["soc-max"]);
  return Math.round((full * level.querySelector("input").value) / 10) / 10;
}

customElements.define("first-plan", FirstPlan);
