/**
 * <site-plan src="/api/v4/assets/1/plan">: the past and the plan of a site.
 *
 * The server renders the frame (heading, switches, empty parts); this element fetches the values, draws them and
 * answers pointer, fingers and keyboard. `data-state` is "loading", "drawn", "empty" or "failed".
 *
 * Another plan is drawn beside the present one by
 * `document.querySelector("site-plan").compare(answer, { label: "What if" })`, where `answer` is what
 * `GET /api/v4/assets/<id>/plan` or `POST /api/v4/schedules/what-if` answers; `compare(null)` takes it away. The event
 * "site-plan:drawn" tells whenever something else is shown.
 */
import { api } from "../core/api.js";
import { onThemeChange } from "../charts/palette.js";
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { PlanChart } from "./plan-chart.js";
import { chooseColumn, columnsOf } from "./plan-columns.js";
import { ComparedPlan } from "./plan-compared.js";
import { PlanCursor } from "./plan-cursor.js";
import { Plan } from "./plan-data.js";
import { ageOf, factsOf } from "./plan-facts.js";
import { PlanFailure } from "./plan-failure.js";
import { rangeText } from "./plan-files.js";
import { listenToFingers } from "./plan-gestures.js";
import { fillLegend, legendOf } from "./plan-legend.js";
import { followChanges } from "./plan-live.js";
import { Reasons } from "./plan-reasons.js";
import { fillChoice, fillTable } from "./plan-table.js";
import { listenToTakers } from "./plan-takeaway.js";
import { PlanView } from "./plan-view.js";

const NARROW = 600;
const DAY = 24 * 3_600_000;
const SETTLED_MS = 200;

class SitePlan extends HTMLElement {
  #chart = null;
  #plan = null;
  #view = null;
  #loaded = null;
  #compared = null;
  #asked = null;
  #columns = [];
  #cursor = null;
  #failure = null;
  #request = null;
  #reasons = new Reasons();
  #stops = [];
  #settling = 0;
  #theme = "";

  connectedCallback() {
    this.#chart = new PlanChart(this.part("drawing"));
    this.#cursor = new PlanCursor(this, this.#chart, this.#reasons);
    this.#failure = new PlanFailure(this.part("failure"), this.dataset.site);
    const resize = new ResizeObserver(() => this.#redraw());
    resize.observe(this.part("canvas"));
    this.#stops = [
      () => resize.disconnect(),
      onThemeChange(() => this.#redraw()),
      followChanges(this, {
        isShown: (sensor) => this.#plan?.sensorIds.has(sensor) ?? false,
        reload: () => this.#load({ isFresh: true }),
      }),
    ];
    this.addEventListener("change", (event) => this.#change(event));
    this.addEventListener("keydown", (event) => this.#press(event));
    this.addEventListener("click", (event) => this.#move(event.target.closest("[data-move]")?.dataset.move));
    listenToFingers(this.part("canvas"), {
      pan: (px) => this.#pan(this.#view.moved(-px * this.#chart.perPixel)),
      zoom: (factor, x) => this.#pan(this.#view.zoomed(factor, this.#chart.instantAt(x) ?? this.#plan.now)),
      tap: (event) => this.#cursor.choose(event),
      end: () => this.#settle(),
    });
    listenToTakers(this, () => this.#shown);
    addEventListener("beforeprint", this.#print);
    addEventListener("afterprint", this.#afterPrint);
    this.#start();
  }

  disconnectedCallback() {
    this.#request?.abort();
    this.#stops.forEach((stop) => stop());
    removeEventListener("beforeprint", this.#print);
    removeEventListener("afterprint", this.#afterPrint);
    this.#chart.dispose();
  }

  /** The plan that is shown, null before there is one. @returns {Plan | null} */
  get plan() {
    return this.#plan;
  }

  /** Draw a second plan beside the present one, or take it away. @param {object | null} answer */
  compare(answer, { label = "" } = {}) {
    this.#asked = answer === null ? null : { answer, label };
    if (this.#plan !== null) {
      this.#show();
    }
  }

  /** Say that an attempt to plan was refused. @param {ApiError} error */
  refuse(error) {
    this.#failure.refuse(error, this.#plan);
  }

  part(name) {
    return this.querySelector(`.plan-${name}`);
  }

  #chosen(name) {
    return this.querySelector(`input[name=${name}]:checked`).value;
  }

  get #shown() {
    return (
      this.#plan && {
        plan: this.#plan,
        view: this.#view,
        columns: this.#columns,
        chart: this.#chart,
        drawing: this.part("drawing"),
        legend: legendOf(this.part("legend")),
      }
    );
  }

  #start() {
    const asked = new URLSearchParams(location.search);
    const range = asked.get("range") ?? (this.clientWidth < NARROW ? "24h" : "48h");
    const input = this.querySelector(`input[name=plan-range][value="${CSS.escape(range)}"]`);
    if (input !== null) {
      input.checked = true;
    }
    // What the page has asked for already begins a day before the hour in which it was made.
    const made = Date.parse(this.dataset.first) + DAY;
    this.#view = PlanView.around(this.#chosen("plan-range"), Date.parse(asked.get("at")) || made);
    this.#showParts();
    this.#load();
  }

  #change(event) {
    switch (event.target.name) {
      case "plan-range":
        this.#view = PlanView.around(event.target.value, this.#anchor);
        this.#keepAddress();
        this.#load();
        break;
      case "plan-view":
        this.#showParts();
        this.#redraw();
        this.#fillTable({ isMoved: true });
        break;
      case "plan-column":
        chooseColumn(event.target.value, event.target.checked);
        this.#fillTable();
        break;
      default:
    }
  }

  /** What ranges are shown around: now, or the place of now in a view that was moved. */
  get #anchor() {
    const isNowShown = this.#view.from <= Date.now() && Date.now() <= this.#view.to;
    return isNowShown ? Date.now() : this.#view.from + this.#view.length / 3;
  }

  #keepAddress() {
    const url = new URL(location.href);
    url.searchParams.set("range", this.#chosen("plan-range"));
    url.searchParams.delete("at");
    const anchored = PlanView.around(this.#chosen("plan-range"), Date.now());
    if (Math.abs(anchored.from - this.#view.from) > 3_600_000) {
      const at = this.#view.from + (Date.now() - anchored.from);
      url.searchParams.set("at", new Date(Math.round(at / 900_000) * 900_000).toISOString().slice(0, 16) + "Z");
    }
    history.replaceState(history.state, "", url);
  }

  #showParts() {
    const isTable = this.#chosen("plan-view") === "table";
    for (const [name, isShown] of [["canvas", !isTable], ["legend", !isTable], ["table", isTable], ["choice", isTable]]) {
      this.part(name).hidden = !isShown;
    }
    this.part("panel").hidden ||= isTable;
  }

  async #load({ isFresh = false } = {}) {
    if (!isFresh && this.#loaded?.contains(this.#view)) {
      this.#show();
      return;
    }
    this.#request?.abort();
    this.#request = new AbortController();
    const wanted = this.#wanted(isFresh);
    try {
      const answer = await api("GET", this.#address(wanted), undefined, { signal: this.#request.signal });
      this.#plan = new Plan(answer);
      this.#loaded = wanted;
      this.#show();
    } catch (error) {
      if (error.name !== "AbortError") {
        this.#fail(error);
      }
    }
  }

  /** What to read: first what the page has asked for already, later what is shown and its surroundings. */
  #wanted(isFresh) {
    const { first, last } = this.dataset;
    const early = new PlanView(Date.parse(first), Date.parse(last));
    if (this.#loaded === null && early.contains(this.#view)) {
      return early;
    }
    return isFresh && this.#loaded?.contains(this.#view) ? this.#loaded : this.#view.surroundings;
  }

  #address(view) {
    const { first, last } = this.dataset;
    const isEarly = view.from === Date.parse(first) && view.to === Date.parse(last);
    const query = new URLSearchParams(isEarly ? { start: first, end: last } : view.query);
    return `${this.getAttribute("src")}?${query}`;
  }

  #fail(error) {
    this.dataset.state = "failed";
    this.#say(this.#plan === null ? error.message : "");
    this.part("age").textContent = t("Not up to date: %(reason)s", { reason: error.message });
  }

  #say(message) {
    const place = this.part("message");
    place.hidden = message === "";
    place.textContent = message;
  }

  #show() {
    const plan = this.#plan;
    this.#compared = this.#asked && new ComparedPlan(plan, this.#asked.answer, this.#asked.label);
    this.part("range").textContent = rangeText(plan, this.#view);
    this.#showAge();
    if (plan.isEmpty) {
      this.#chart.clear();
      this.#say(this.dataset.empty);
      this.#done("empty");
      return;
    }
    this.#say("");
    this.#chart.draw(plan, this.#view, this.#compared);
    this.#cursor.show(plan, this.#compared, this.#view);
    this.#done("drawn");
    fillLegend(this.part("legend"), plan, this.#compared);
    this.#fillTable();
    this.#explain();
  }

  #done(state) {
    if (this.dataset.state === "loading") {
      performance.mark("plan-drawn");
    }
    this.dataset.state = state;
    this.dispatchEvent(new CustomEvent("site-plan:drawn", { bubbles: true }));
  }

  #showAge() {
    this.part("age").textContent = ageOf(this.#plan);
    this.#failure.show(this.#plan);
  }

  /** Facts and reasons follow when the explanation of the newest schedule is there. */
  async #explain() {
    const plan = this.#plan;
    const newest = plan.newestSchedule;
    this.#tellFacts(newest && this.#reasons.known(newest.schedule));
    if (newest !== null && this.#reasons.known(newest.schedule) === undefined) {
      const explanation = await this.#reasons.load(newest.schedule);
      if (plan === this.#plan && this.isConnected) {
        this.#tellFacts(explanation);
        this.#fillTable();
      }
    }
  }

  #tellFacts(explanation) {
    const facts = factsOf(this.#plan, explanation ?? null, this.#compared);
    this.part("facts").replaceChildren(...facts.map((text) => h("li", {}, text)));
  }

  #fillTable({ isMoved = false, isForced = false } = {}) {
    const plan = this.#plan;
    if (plan === null) {
      return;
    }
    this.#columns = columnsOf(plan, (step) => this.#reasonAt(step), this.#compared);
    const holder = this.part("table");
    if (holder.hidden && !isForced) {
      return;
    }
    const rowOfNow = fillTable(holder.querySelector("table"), plan, this.#view, this.#columns, this.dataset.caption);
    fillChoice(this.part("columns"), this.#columns);
    if (isMoved && rowOfNow !== null) {
      holder.scrollTop = rowOfNow.offsetTop - 48;
    }
  }

  #reasonAt(step) {
    const schedule = this.#reasons.scheduleOf(this.#plan, step);
    const explanation = schedule && this.#reasons.known(schedule);
    if (!explanation) {
      return "";
    }
    const at = this.#plan.start(step);
    const told = this.#plan.devices.map((series) => [series.name, explanation.reasonOf(series, at)]);
    return told.filter(([, text]) => text !== null).map(([name, text]) => `${name}: ${text}`).join(" ");
  }

  #press(event) {
    const isTyping = event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const moves = { "[": "earlier", "]": "later", t: "now" };
    if (event.key in moves) {
      event.preventDefault();
      this.#move(moves[event.key]);
    } else if (event.target === this.part("canvas")) {
      this.#cursor.press(event);
    }
  }

  #move(where) {
    const half = this.#view.length / 2;
    const moves = {
      earlier: () => this.#view.moved(-half),
      later: () => this.#view.moved(half),
      now: () => PlanView.around(this.#chosen("plan-range"), Date.now()),
    };
    if (where in moves) {
      this.#view = moves[where]();
      this.#keepAddress();
      this.#load();
    }
  }

  /** Follow a finger; what lies beyond what is loaded is read when it rests. */
  #pan(view) {
    if (this.#plan === null) {
      return;
    }
    this.#view = view;
    this.#chart.pan(view);
    this.#cursor.follow(view);
  }

  #settle() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#view = this.#view.settled;
      this.#keepAddress();
      this.#load();
    }, SETTLED_MS);
  }

  #redraw() {
    if (this.#plan !== null && !this.#plan.isEmpty && !this.part("canvas").hidden) {
      this.#chart.redraw();
      this.#cursor.follow(this.#view);
    }
  }

  /** Paper shows both chart and table, in the light theme. */
  #print = () => {
    const root = document.documentElement;
    this.#theme = root.dataset.theme ?? "";
    root.dataset.theme = "light";
    this.part("canvas").hidden = this.part("table").hidden = false;
    this.#fillTable({ isForced: true });
    this.#redraw();
  };

  #afterPrint = () => {
    if (this.#theme === "") {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = this.#theme;
    }
    this.#showParts();
    this.#redraw();
  };
}

customElements.define("site-plan", SitePlan);
