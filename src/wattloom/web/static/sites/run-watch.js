/** How far the making of a plan is: a bar, the server's words, the time it takes, and the way out while it waits. */
import { api } from "../core/api.js";
import { followJob } from "../core/jobs.js";
import { t } from "../core/texts.js";
import { toast } from "../core/toast.js";

const WAITING = new Set(["QUEUED", "DEFERRED"]);

/** Shows one job at a time in the element that the server rendered for it. */
export class RunWatch {
  #place;
  #began = 0;
  #ticking = 0;
  #job = null;

  /** @param {Element} place holds a progress bar, texts and a button */
  constructor(place) {
    this.#place = place;
  }

  /** How long it has taken so far, or took: in whole seconds, at least one. */
  get seconds() {
    return Math.max(1, Math.round((Date.now() - this.#began) / 1000));
  }

  begin() {
    this.#began = Date.now();
    this.#place.hidden = false;
    this.#bar.removeAttribute("value");
    this.#cancel.hidden = true;
    this.#say(t("Waiting for its turn …"));
    this.#tick();
    this.#ticking = setInterval(() => this.#tick(), 1000);
  }

  /**
   * Follow a job; returns it when it is done or was canceled.
   *
   * Throws what the server says of the schedule when it failed.
   */
  async follow(job) {
    this.#job = job;
    const ended = await followJob(job, (news) => this.#tell(news));
    if (ended.status === "FAILED") {
      throw (await whyFailed(job)) ?? new Error(ended.message);
    }
    return ended;
  }

  /** Take the job out of the queue; whoever follows it hears of that. */
  async cancel() {
    try {
      await api("POST", `/api/v4/jobs/${this.#job}/cancel`);
    } catch (error) {
      toast("bad", error.message);
    }
  }

  end() {
    clearInterval(this.#ticking);
    this.#place.hidden = true;
  }

  get #bar() {
    return this.#place.querySelector("progress");
  }

  get #cancel() {
    return this.#place.querySelector("[data-cancel]");
  }

  #tell({ state, fraction, text }) {
    this.#cancel.hidden = !WAITING.has(state);
    if (!WAITING.has(state) && text !== undefined) {
      this.#say(text);
    } else if (state === "STARTED") {
      this.#say(t("Planning …"));
    }
    if (fraction !== undefined) {
      this.#bar.value = fraction;
    }
  }

  #say(text) {
    this.#place.querySelector(".run-text").textContent = text;
  }

  #tick() {
    this.#place.querySelector(".run-elapsed").textContent = t("%(n)s s", { n: Math.round((Date.now() - this.#began) / 1000) });
  }
}

/** Why a job has no plan: the refusal that the server gives when it is asked for the plan. */
async function whyFailed(id) {
  try {
    await api("GET", `/api/v4/schedules/${id}/explanation`);
    return null;
  } catch (error) {
    return error;
  }
}
