/** What the server would say of a change, asked a moment after the last key. */
import { api, ApiError } from "../core/api.js";

const PAUSE_MS = 400;

/** Asks again whenever something changed; answers that are out of date are dropped. */
export class Checker {
  #path;
  #tell;
  #timer;
  #request;

  /** @param {number} asset @param {(said: {problems: Record<string, string[]>, warnings: Record<string, string[]>}) => void} tell */
  constructor(asset, tell) {
    this.#path = `/api/v4/assets/${asset}/check`;
    this.#tell = tell;
  }

  /** Ask what PATCH would say to a body, soon. */
  ask(body, pause = PAUSE_MS) {
    this.stop();
    this.#timer = setTimeout(() => this.#ask(body), pause);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  async #ask(body) {
    const request = (this.#request = new AbortController());
    try {
      this.#tell(await api("POST", this.#path, body, { signal: request.signal }));
    } catch (error) {
      if (error instanceof ApiError) {
        const fields = Object.keys(error.fields).length > 0 ? error.fields : { _schema: [error.message] };
        this.#tell({ problems: fields, warnings: {} });
      } else if (error.name !== "AbortError") {
        throw error;
      }
    }
  }
}
