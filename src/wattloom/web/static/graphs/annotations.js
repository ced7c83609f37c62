/** The annotations of what the page is about: read for a window, kept until they change. */
import { api } from "../core/api.js";
import { t, tn, translatable } from "../core/texts.js";

const PADDING = 1;
const ALERTS = new Set(["alert", "warning", "error"]);
const KINDS = {
  label: translatable("Label"),
  alert: translatable("Alert"),
  holiday: translatable("Holiday"),
  feedback: translatable("Feedback"),
  warning: translatable("Warning"),
  error: translatable("Error"),
};
const NEAR_PX = 4;
const MOST_TOLD = 3;
const MOST_LETTERS = 200;

/** What people call a type of annotations. */
export function kindOf(type) {
  return t(KINDS[type] ?? type);
}

export class Annotations {
  #graphs;
  #window = null;
  #asof = null;
  #request = null;
  #type = "";
  #lit = null;
  #all = [];

  constructor(graphs) {
    this.#graphs = graphs;
    graphs.addEventListener("wattloom:shown", () => this.#follow());
    document.body.addEventListener("wattloom:annotations", () => this.reload());
  }

  /** Those in the window that is shown, of the type that is chosen. */
  get seen() {
    const [from, to] = this.#graphs.window;
    return this.#all.filter(({ start, end, type }) => start < to && end > from && (this.#type === "" || type === this.#type));
  }

  /** Show only one type, "" shows all. */
  filter(type) {
    this.#type = type;
    this.#draw();
  }

  /** Light one up, null none. */
  light(id) {
    this.#lit = id;
    this.#draw();
  }

  /**
   * What is remarked at an instant of a row: on the step that its values hold for, or a few pixels away.
   * @returns {{kind: string, when: string, text: string, isAlert: boolean}[]}
   */
  at(instant, row) {
    const { clock, window } = this.#graphs;
    const near = (NEAR_PX * (window[1] - window[0])) / row.width;
    const [from, to] = row.stepAt(instant);
    const found = this.seen.filter(({ start, end }) => start < Math.max(to, instant + near) && end > Math.min(from, instant - near));
    const told = found.slice(0, MOST_TOLD).map(({ type, content, start, end }) => {
      const text = content.length > MOST_LETTERS ? `${content.slice(0, MOST_LETTERS)}…` : content;
      return { kind: kindOf(type), when: clock.interval(start, end), text, isAlert: ALERTS.has(type) };
    });
    const more = found.length - told.length;
    return more === 0 ? told : [...told, { kind: "", when: "", text: tn("and one annotation more", "and %(n)s annotations more", more), isAlert: false }];
  }

  async reload() {
    this.#window = null;
    await this.#follow();
  }

  async #follow() {
    const { window, shown, setup } = this.#graphs;
    const isHeld = this.#window !== null && this.#asof === shown.asof && window[0] >= this.#window[0] && window[1] <= this.#window[1];
    if (isHeld) {
      this.#tell();
      return;
    }
    const around = (window[1] - window[0]) * PADDING;
    const [from, to] = [window[0] - around, window[1] + around];
    this.#request?.abort();
    this.#request = new AbortController();
    const query = new URLSearchParams({ start: new Date(from).toISOString(), end: new Date(to).toISOString() });
    if (shown.asof !== null) {
      query.set("prior", new Date(shown.asof).toISOString());
    }
    try {
      const { annotations } = await api("GET", `/api/v4/${setup.subject.kind}/${setup.subject.id}/annotations?${query}`, undefined, { signal: this.#request.signal });
      this.#all = annotations.map((one) => ({ ...one, start: Date.parse(one.start), end: Date.parse(one.end) }));
      [this.#window, this.#asof] = [[from, to], shown.asof];
      this.#draw();
    } catch {
      // graphs work without their annotations; the panel says what is wrong when it reads them
    }
  }

  #draw() {
    const areas = this.seen.map(({ id, start, end, type }) => ({ start, end, isAlert: ALERTS.has(type), isLit: id === this.#lit }));
    if (JSON.stringify(areas) !== JSON.stringify(this.#graphs.overlays.areas)) {
      this.#graphs.overlays.areas = areas;
      this.#graphs.redraw();
    }
    this.#tell();
  }

  #tell() {
    this.#graphs.dispatchEvent(new CustomEvent("wattloom:annotated"));
  }
}
