/** Where news of the server come from: a stream of events, or questions again and again where streams fail. */
const ADDRESS = "/api/v4/events";
const KINDS = ["beliefs", "job", "asset", "sensor", "annotations", "missed"];
const POLL_MS = 10_000;
const STREAM_AGAIN_MS = 60_000;
// The server breaks silence every 15 seconds: a stream that says less is kept back by something between.
const SILENCE_MS = 40_000;

/** Tells what changes until it is stopped, or the session ends. */
export class LiveSource {
  #onChange;
  #onState;
  #position;
  #stream = null;
  #timer = null;
  #streamAgainAt = 0;
  #isRunning = false;

  /**
   * @param {string} position what happened up to there is known; a page says which one it was made at
   * @param {(change: {kind: string}) => void} onChange
   * @param {(state: "live" | "polling" | "offline") => void} onState
   */
  constructor(position, onChange, onState) {
    this.#position = position;
    this.#onChange = onChange;
    this.#onState = onState;
  }

  /** Begin at the position, or go on where it stopped. */
  start() {
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#openStream();
    }
  }

  /** Hold no connection any more. */
  stop() {
    this.#isRunning = false;
    this.#closeStream();
  }

  #openStream() {
    const stream = new EventSource(this.#address());
    this.#stream = stream;
    stream.addEventListener("position", (event) => this.#hear(event));
    for (const kind of KINDS) {
      stream.addEventListener(kind, (event) => {
        this.#hear(event);
        this.#onChange({ ...JSON.parse(event.data), kind });
      });
    }
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) {
        this.#giveUpStream();
      } else {
        this.#onState("offline"); // only lost: the browser comes back by itself
      }
    });
    this.#awaitNews();
  }

  #hear({ lastEventId }) {
    this.#position = lastEventId || this.#position;
    this.#onState("live");
    this.#awaitNews();
  }

  #awaitNews() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUpStream(), SILENCE_MS);
  }

  #closeStream() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  #giveUpStream() {
    this.#closeStream();
    this.#streamAgainAt = Date.now() + STREAM_AGAIN_MS;
    this.#poll();
  }

  async #poll() {
    const { status, content } = await ask(this.#address());
    if (!this.#isRunning) {
      return;
    }
    if (content !== null) {
      this.#take(content);
    }
    this.#onState(content === null ? "offline" : "polling");
    if (status === 401) {
      this.stop();
      return;
    }
    this.#timer = setTimeout(() => {
      if (Date.now() < this.#streamAgainAt) {
        this.#poll();
      } else {
        this.#openStream();
      }
    }, POLL_MS);
  }

  #take({ position, missed, events }) {
    this.#position = position;
    for (const change of missed ? [{ kind: "missed" }, ...events] : events) {
      this.#onChange(change);
    }
  }

  #address() {
    return `${ADDRESS}?after=${encodeURIComponent(this.#position)}`;
  }
}

/** Return the status of an answer, 0 when there is none, and its content, null unless it is a success. */
async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return { status: answer.status, content: answer.ok ? await answer.json() : null };
  } catch {
    return { status: 0, content: null };
  }
}
