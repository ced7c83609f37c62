/**
 * <site-plan src="/api/v4/assets/1/plan">: the past and the plan of a site.
 *
 * The server renders the frame (heading, range and view switches); this
 * element fetches the values, draws them and answers pointer and keyboard.
 */
import { PlanChart } from "./plan-chart.js";
import { classOf, describe, inReadingOrder, nameOf, Plan } from "./plan-data.js";
import { fillTable } from "./plan-table.js";
import { SiteTime } from "../core/time.js";

const HOUR = 3_600_000;
const REFRESH_MS = 60_000;
const NARROW = 600;
/** Hours before and after now that each range shows. */
const RANGES = { "24h": [6, 24], "48h": [24, 48], week: [96, 72] };

class SitePlan extends HTMLElement {
  #chart = null;
  #plan = null;
  #cursor = null;
  #request = null;
  #timer = 0;
  #resize = new ResizeObserver(() => this.#chart?.redraw());
  #redraw = () => this.#chart?.redraw();
  #darkness = matchMedia("(prefers-color-scheme: dark)");

  connectedCallback() {
    this.#chart = new PlanChart(this.#part("drawing"));
    this.#resize.observe(this.#part("canvas"));
    this.#darkness.addEventListener("change", this.#redraw);
    document.addEventListener("wattloom:theme", this.#redraw);
    this.addEventListener("change", () => this.#choose());
    const canvas = this.#part("canvas");
    canvas.addEventListener("pointermove", (event) => this.#point(event));
    canvas.addEventListener("pointerdown", (event) => this.#point(event));
    canvas.addEventListener("pointerleave", () => this.#moveTo(null));
    canvas.addEventListener("blur", () => this.#moveTo(null));
    canvas.addEventListener("keydown", (event) => this.#press(event));
    this.#restoreRange();
    this.#choose();
    this.#timer = setInterval(() => document.hidden || this.#load(), REFRESH_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#request?.abort();
    this.#resize.disconnect();
    this.#darkness.removeEventListener("change", this.#redraw);
    document.removeEventListener("wattloom:theme", this.#redraw);
    this.#chart.dispose();
  }

  #part(name) {
    return this.querySelector(`.plan-${name}`);
  }

  #chosen(name) {
    return this.querySelector(`input[name=${name}]:checked`).value;
  }

  #restoreRange() {
    const isNarrow = this.clientWidth < NARROW;
    const wanted = new URLSearchParams(location.search).get("range") ?? (isNarrow ? "24h" : "48h");
    const input = this.querySelector(`input[name=plan-range][value="${CSS.escape(wanted)}"]`);
    if (input !== null) {
      input.checked = true;
    }
  }

  #choose() {
    const url = new URL(location.href);
    url.searchParams.set("range", this.#chosen("plan-range"));
    if (this.#plan !== null) {
      history.replaceState(history.state, "", url);
    }
    this.#showView();
    this.#load();
  }

  #showView() {
    const isTable = this.#chosen("plan-view") === "table";
    this.#part("canvas").hidden = isTable;
    this.#part("legend").hidden = isTable;
    this.#part("table").hidden = !isTable;
  }

  async #load() {
    this.#request?.abort();
    this.#request = new AbortController();
    const [before, after] = RANGES[this.#chosen("plan-range")];
    const url = new URL(this.getAttribute("src"), location.href);
    const hour = Math.floor(Date.now() / HOUR) * HOUR;
    url.searchParams.set("start", new Date(hour - before * HOUR).toISOString());
    url.searchParams.set("end", new Date(hour + after * HOUR).toISOString());
    try {
      const answer = await fetch(url, { signal: this.#request.signal, headers: { Accept: "application/json" } });
      if (answer.status === 401) {
        location.reload(); // the server then asks to log in and comes back here
        return;
      }
      if (!answer.ok) {
        throw new Error(`status ${answer.status}`);
      }
      this.#show(new Plan(await answer.json()));
    } catch (error) {
      if (error.name !== "AbortError") {
        this.#say(this.dataset.failed);
      }
    }
  }

  #say(text) {
    const message = this.#part("message");
    message.textContent = text;
    message.hidden = text === "";
  }

  #show(plan) {
    this.#plan = plan;
    if (plan.isEmpty) {
      this.#chart.clear();
      this.#say(this.dataset.empty);
      return;
    }
    this.#say("");
    this.#chart.draw(plan);
    this.#drawLegend();
    const rowOfNow = fillTable(this.querySelector("table"), plan, {
      caption: this.dataset.caption,
      timeHeading: this.dataset.time,
    });
    if (!this.#part("table").hidden && rowOfNow !== null) {
      this.#part("table").scrollTop = rowOfNow.offsetTop - 48;
    }
    this.#moveTo(this.#cursor);
    this.dataset.state = "drawn";
  }

  #drawLegend() {
    const entries = inReadingOrder(this.#plan).flatMap((series) => this.#legendEntries(series));
    const items = entries.map(([className, text]) => {
      const item = document.createElement("li");
      item.appendChild(document.createElement("span")).className = `swatch ${className}`;
      item.append(text);
      return item;
    });
    this.#part("legend").replaceChildren(...items);
  }

  #legendEntries(series) {
    switch (series.role) {
      case "consumption-price":
        return [
          ["is-price line", nameOf(series)],
          ["is-cheap", this.dataset.cheap],
          ["is-dear", this.dataset.dear],
        ];
      case "production-price":
        return [["is-price line dotted", nameOf(series)]];
      case "net-power":
        return [
          ["is-grid-import line", this.dataset.import],
          ["is-grid-export line", this.dataset.export],
        ];
      case "power":
        return [[classOf(series), nameOf(series)]];
      default:
        return []; // stocks have the colours of their devices, on a band of their own
    }
  }

  #point(event) {
    const at = this.#plan && this.#chart.instantAt(event.clientX - this.#part("canvas").getBoundingClientRect().left);
    this.#moveTo(at === null ? null : this.#plan.stepAt(at));
  }

  #press(event) {
    if (this.#plan === null) {
      return;
    }
    const current = this.#cursor ?? this.#plan.nowStep;
    const hour = Math.max(1, Math.round(HOUR / this.#plan.step));
    const moves = {
      ArrowLeft: current - (event.shiftKey ? hour : 1),
      ArrowRight: current + (event.shiftKey ? hour : 1),
      Home: 0,
      End: this.#plan.n - 1,
      n: this.#plan.nowStep,
    };
    if (event.key === "Escape") {
      this.#moveTo(null);
    } else if (event.key in moves) {
      event.preventDefault();
      this.#moveTo(Math.max(0, Math.min(this.#plan.n - 1, moves[event.key])), { speak: true });
    }
  }

  #moveTo(step, { speak = false } = {}) {
    this.#cursor = step;
    const [cursor, panel] = [this.#part("cursor"), this.#part("panel")];
    cursor.hidden = panel.hidden = step === null || this.#plan === null || this.#plan.isEmpty;
    if (cursor.hidden) {
      return;
    }
    const plan = this.#plan;
    const [left, right] = [plan.start(step), plan.start(step + 1)].map((at) => this.#chart.xOf(at));
    cursor.style.transform = `translateX(${left}px)`;
    cursor.style.width = `${right - left}px`;
    const heading = new SiteTime(plan.zone).interval(plan.start(step), plan.start(step + 1));
    const rows = inReadingOrder(plan).map((series) => [series, describe(plan, series, series.values[step])]);
    this.#fillPanel(heading, rows);
    const width = this.#part("canvas").clientWidth;
    const besideRight = right + 12;
    const x = besideRight + panel.offsetWidth <= width ? besideRight : left - 12 - panel.offsetWidth;
    panel.style.transform = `translate(${Math.max(0, Math.min(x, width - panel.offsetWidth))}px, 28px)`;
    if (speak) {
      const spoken = rows.map(([series, text]) => `${nameOf(series)} ${text}`);
      this.#part("spoken").textContent = `${heading}: ${spoken.join(", ")}`;
    }
  }

  #fillPanel(heading, rows) {
    const title = document.createElement("strong");
    title.textContent = heading;
    const list = document.createElement("dl");
    list.className = "figures";
    for (const [series, text] of rows) {
      const row = list.appendChild(document.createElement("div"));
      const term = row.appendChild(document.createElement("dt"));
      const swatch = term.appendChild(document.createElement("span"));
      swatch.className = `swatch ${classOf(series)}`;
      term.append(nameOf(series));
      row.appendChild(document.createElement("dd")).textContent = text;
    }
    this.#part("panel").replaceChildren(title, list);
  }
}

customElements.define("site-plan", SitePlan);
