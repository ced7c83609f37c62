/**
 * <run-panel data-facts='{…}'>: makes a plan now, and shows what other settings would give beside the present plan.
 *
 * The server renders the controls. Trying them out stores nothing; "Plan now" and "Apply" ask for a schedule as any
 * client does. What is set stands in the fragment of the address.
 */
import { api } from "../core/api.js";
import { clearProblems, showProblem } from "../core/problems.js";
import { t } from "../core/texts.js";
import { SiteTime } from "../core/time.js";
import { askedByAddress, keepInAddress } from "./run-address.js";
import { changeItems, clashWords, comparisonTable, refusalWords } from "./run-answer.js";
import { Dial, TimeDial } from "./run-dials.js";
import { comparedRows, outcomeOf, sumOf } from "./run-outcome.js";
import { Questions } from "./run-questions.js";
import { requestFor } from "./run-request.js";
import { RunWatch } from "./run-watch.js";

const SETTLED_MS = 300;
const REFUSED = 422; // before there was a job
const PHONE = matchMedia("(width < 720px)");

class RunPanel extends HTMLElement {
  #facts = null;
  #dials = [];
  #questions = null;
  #settling = 0;
  #turn = 0;
  #watch = null;
  #clockAhead = 0;

  connectedCallback() {
    this.#facts = JSON.parse(this.dataset.facts);
    if (this.#form === null) {
      return; // nothing can be planned
    }
    this.#clockAhead = Date.parse(this.#facts.now) - Date.now();
    this.#questions = new Questions(this.#facts);
    this.#watch = new RunWatch(this.#part("watch"));
    this.#dials = [...this.querySelectorAll(".dial")].map((element) => this.#dialOf(element));
    this.#form.addEventListener("input", (event) => this.#change(event));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.addEventListener("click", (event) => this.#click(event.target.closest("button")));
    this.#part("sheet").addEventListener("close", () => this.#closeSheet());
    PHONE.addEventListener("change", this.#leaveSheet);
    this.#showTariff();
    this.#takeAddress();
  }

  disconnectedCallback() {
    this.#questions?.stop();
    clearTimeout(this.#settling);
    this.#watch?.end();
    PHONE.removeEventListener("change", this.#leaveSheet);
  }

  get #form() {
    return this.querySelector(".run-form");
  }

  #part(name) {
    return this.querySelector(`.run-${name}`);
  }

  #dialOf(element) {
    const isTime = element.classList.contains("dial-time");
    return isTime ? new TimeDial(element, this.#start, this.#facts.hours, this.#facts.zone) : new Dial(element);
  }

  #click(button) {
    const does = button && Object.keys(button.dataset)[0];
    const actions = {
      run: () => this.#run(this.#given),
      cancel: () => this.#watch.cancel(),
      open: () => this.#openSheet(),
      back: () => this.#dials.find((dial) => dial.element.contains(button)).reset(),
      reset: () => {
        this.#reset();
        this.#form.querySelector("input").focus(); // the button goes away
      },
      apply: () => this.#confirm(),
      confirmApply: () => {
        this.#part("confirm").close();
        this.#part("sheet").close();
        this.#run(this.#values);
      },
    };
    actions[does]?.();
    if (does === "back") {
      this.#soon();
    }
  }

  /** When a plan that is asked for now begins [ms since 1970]. */
  get #start() {
    const step = this.#facts.stepS * 1000;
    return Math.floor((Date.now() + this.#clockAhead) / step) * step;
  }

  get #isFixed() {
    return this.#form.elements.tariff?.value === "fixed";
  }

  get #changed() {
    return this.#dials.filter((dial) => !dial.element.hidden && (dial.isChanged || (this.#isFixed && dial.key.endsWith("-fixed"))));
  }

  /** What holds whatever is tried out: the horizon, and what no sensor tells. */
  get #given() {
    return this.#valuesOf(this.#dials.filter((dial) => dial.isAsked || dial.key === "horizon"));
  }

  get #values() {
    return { ...this.#given, ...this.#valuesOf(this.#changed) };
  }

  #valuesOf(dials) {
    return Object.fromEntries(dials.map((dial) => [dial.key, dial.value]));
  }

  #takeAddress() {
    const asked = askedByAddress();
    if (asked.get("tariff") === "fixed" && this.#form.elements.tariff) {
      this.#form.elements.tariff.value = "fixed";
      this.#showTariff();
    }
    const named = this.#dials.filter((dial) => asked.has(dial.key));
    for (const dial of named) {
      dial.text = asked.get(dial.key);
      dial.element.closest("details").open = true;
    }
    if (asked.size > 0) {
      this.scrollIntoView({ block: "nearest" });
      this.#soon();
    }
  }

  #change(event) {
    if (event.target.name === "tariff") {
      this.#showTariff();
    }
    this.#soon();
  }

  #showTariff() {
    for (const { key, element } of this.#dials) {
      if (key.startsWith("buying") || key.startsWith("selling")) {
        element.hidden = key.endsWith("-fixed") !== this.#isFixed;
      }
    }
  }

  /** Ask when the hand rests. */
  #soon() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#ask(), SETTLED_MS);
    this.#clearFaults();
    const tariff = this.#isFixed ? [["tariff", "fixed"]] : [];
    keepInAddress([...tariff, ...this.#changed.map((dial) => [dial.key, dial.text])]);
  }

  async #ask() {
    const turn = ++this.#turn;
    this.#questions.stop();
    if (!this.#isRight() || this.#changed.length === 0) {
      this.#showNothing();
      return;
    }
    this.#setBusy(true);
    try {
      const start = this.#start;
      const answer = await this.#questions.ask(this.#values, this.#given, start);
      if (turn === this.#turn) {
        this.#show(answer);
      }
    } catch (error) {
      if (turn === this.#turn && error.name !== "AbortError") {
        this.#showNothing();
        this.#blame(error);
      }
    } finally {
      if (turn === this.#turn) {
        this.#setBusy(false);
      }
    }
  }

  #setBusy(isBusy) {
    this.#part("answer").setAttribute("aria-busy", String(isBusy));
    if (isBusy) {
      this.#part("answer").hidden = false;
      this.#part("sum").textContent ||= t("Planning …");
    }
    this.querySelector("[data-apply]").disabled = isBusy || this.#part("table").hidden;
  }

  #show({ before, after }) {
    const [old, other] = [before && outcomeOf(before), outcomeOf(after)];
    const time = new SiteTime(this.#facts.zone);
    const { start } = after.plans[0];
    const caption = t("Both planned now, for %(from)s to %(to)s", { from: time.dayAndClock(Date.parse(start)), to: time.dayAndClock(Date.parse(after.plans.at(-1).end)) });
    this.#part("sum").textContent = sumOf(old, other);
    this.#part("table").replaceChildren(comparisonTable(comparedRows(old, other), caption));
    this.#part("table").hidden = false;
    this.#compare(after);
  }

  #showNothing() {
    this.#part("sum").textContent = "";
    this.#part("table").hidden = true;
    this.#part("answer").hidden = true;
    this.#setBusy(false);
    this.#compare(null);
  }

  #compare(answer) {
    document.querySelector("site-plan")?.compare(answer, { label: t("What if") });
  }

  #reset() {
    if (this.#form.elements.tariff) {
      this.#form.elements.tariff.value = "scaled";
    }
    this.#showTariff();
    this.#dials.forEach((dial) => dial.reset());
    this.#soon();
  }

  #isRight() {
    const wrong = this.#dials.filter((dial) => !dial.element.hidden && !dial.isValid);
    wrong.forEach((dial) => this.#showFault(dial, dial.fault));
    return wrong.length === 0;
  }

  /** Put a refusal under the controls that it is about, and all else beside the button. */
  #blame(error) {
    const clashes = error.content?.clashes ?? [];
    for (const clash of clashes) {
      this.#showFault(this.#dialFor([clash.field], clash.device ?? ""), clashWords(clash, this.#facts));
    }
    const refused = Object.entries(error.fields ?? {});
    const unplaced = refused.filter(([path, messages]) => !this.#showFault(this.#dialFor(path.split("."), messages.join(" ")), messages.join(" ")));
    if (unplaced.length > 0 || refused.length === 0) {
      this.#part("failure").replaceChildren(...refusalWords(error, this.#facts));
      this.#part("failure").hidden = false;
    }
    this.#form.querySelector(".field-problem")?.scrollIntoView({ block: "nearest" });
  }

  /** The changed control that a refusal names: by its field, and by its device if there are several. */
  #dialFor(path, text) {
    const found = this.#changed.filter(({ element }) => element.dataset.fields.split(" ").some((field) => path.includes(field) || text.includes(field)));
    const named = found.find((dial) => this.#facts.devices.some(({ asset, name }) => dial.key.startsWith(`${asset}.`) && text.includes(name)));
    return named ?? found[0];
  }

  /** Say what is wrong under a control; returns whether there is one. */
  #showFault(dial, text) {
    if (!dial) {
      return false;
    }
    showProblem(dial.element.querySelector("input"), dial.element, text).setAttribute("role", "alert");
    dial.element.closest("details").open = true;
    return true;
  }

  #clearFaults() {
    clearProblems(this.#form);
    this.#part("failure").hidden = true;
  }

  #confirm() {
    const time = new SiteTime(this.#facts.zone);
    const end = this.#start + this.#values.horizon * 3_600_000;
    const devices = this.#facts.devices.map(({ name }) => name).join(", ");
    this.#part("confirm-text").textContent = t("A plan for %(devices)s from now until %(end)s is made and stored in place of the present one, with:", { devices, end: time.dayAndClock(end) });
    this.#part("changes").replaceChildren(...changeItems(this.#changed));
    this.#part("confirm").showModal();
  }

  async #run(values) {
    this.#clearFaults();
    if (!this.#isRight()) {
      return;
    }
    const button = this.querySelector("[data-run]");
    button.disabled = true;
    this.#part("said").textContent = "";
    this.#watch.begin();
    try {
      const request = requestFor(this.#facts, values, this.#start, await this.#pricesFor(values));
      const path = `/api/v3_0/assets/${this.#facts.site}/schedules/trigger`;
      const { schedule } = await api("POST", path, { ...request, "force-new-job-creation": true });
      this.#end(await this.#watch.follow(schedule));
    } catch (error) {
      this.#blame(error);
      if (error.status === REFUSED) {
        document.querySelector("site-plan")?.refuse(error);
      }
    } finally {
      this.#watch.end();
      button.disabled = false;
    }
  }

  /** Prices that are to be scaled have to be known. */
  #pricesFor(values) {
    const isScaled = values.buying !== undefined || values.selling !== undefined;
    return isScaled ? this.#questions.prices(this.#given, this.#start) : null;
  }

  #end(job) {
    if (job.status === "CANCELED") {
      this.#part("said").textContent = t("Canceled: the present plan stays.");
      return;
    }
    this.#part("said").textContent = t("The new plan is there. It took %(n)s s.", { n: this.#watch.seconds });
    this.#reset();
  }

  #openSheet() {
    this.#part("sheet").append(this.#part("failure"), this.#form, this.#part("answer"));
    this.#part("sheet").showModal();
  }

  #closeSheet() {
    this.#part("said").after(this.#part("failure"));
    this.#part("place").append(this.#form);
    this.#part("card").after(this.#part("answer"));
  }

  #leaveSheet = () => this.#part("sheet").close();
}

customElements.define("run-panel", RunPanel);
