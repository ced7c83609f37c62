/** Questions to the scheduler that store nothing: the present settings, and others beside them. */
import { api } from "../core/api.js";
import { language } from "../core/texts.js";
import { pricesOf, requestFor } from "./run-request.js";

const PATH = "/api/v4/schedules/what-if";
const TIME_LIMIT = "PT5S";

/** Asks one question at a time: a newer one ends the one before. */
export class Questions {
  #facts;
  #controller = null;
  #before = { key: null, answer: null };

  /** @param {object} facts what the server says of the site */
  constructor(facts) {
    this.#facts = facts;
  }

  /**
   * Return { before, after }: what would be planned with the present settings, null if nothing can, and with others.
   *
   * @param {Record<string, number | string>} values everything that is set
   * @param {Record<string, number | string>} given what holds for both: the horizon, and what no sensor tells
   * @param {number} start when both begin [ms since 1970]
   */
  async ask(values, given, start) {
    this.stop();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    const before = await this.#present(given, start, signal);
    const prices = before && pricesOf(before);
    return { before, after: await this.#plan(requestFor(this.#facts, values, start, prices), signal) };
  }

  /** The prices that hold, for plans that begin at `start`. */
  async prices(given, start) {
    const before = await this.#present(given, start, undefined);
    return before && pricesOf(before);
  }

  /** Nobody waits any more. */
  stop() {
    this.#controller?.abort();
  }

  async #present(given, start, signal) {
    const request = requestFor(this.#facts, given, start, null);
    const key = JSON.stringify(request);
    if (this.#before.key !== key) {
      try {
        this.#before = { key, answer: await this.#plan(request, signal) };
      } catch (error) {
        if (error.status !== 400) {
          throw error;
        }
        this.#before = { key, answer: null }; // other settings may give a plan where the present ones do not
      }
    }
    return this.#before.answer;
  }

  #plan(request, signal) {
    return api("POST", `${PATH}?language=${language}`, { asset: this.#facts.site, "time-limit": TIME_LIMIT, ...request }, { signal });
  }
}
