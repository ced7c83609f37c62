/** The step that somebody looks at: a mark through all bands, and the panel that tells about it. */
import { fillPanel, spoken, tellStep } from "./plan-panel.js";

const HOUR = 3_600_000;
const BESIDE = 12;
const BELOW_HEAD = 28;

/** Moves by pointer, finger and keyboard; a step that was clicked stays until Escape or another one. */
export class PlanCursor {
  #host;
  #chart;
  #reasons;
  #plan = null;
  #compared = null;
  #step = null;
  #isKept = false;

  /** @param {HTMLElement} host the element with the parts @param {PlanChart} chart @param {Reasons} reasons */
  constructor(host, chart, reasons) {
    this.#host = host;
    this.#chart = chart;
    this.#reasons = reasons;
    const canvas = host.part("canvas");
    canvas.addEventListener("pointermove", (event) => this.#hover(event));
    canvas.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && this.#leave());
    canvas.addEventListener("click", (event) => event.pointerType !== "touch" && this.choose(event));
    canvas.addEventListener("blur", () => this.#leave());
  }

  /** Tell about another plan; the instant that was looked at stays. */
  show(plan, compared) {
    const at = this.#step === null || this.#plan === null ? null : this.#plan.start(this.#step);
    this.#plan = plan;
    this.#compared = compared;
    this.#moveTo(at === null || at < plan.from || at >= plan.to ? null : plan.stepAt(at));
  }

  /** Stay at the same instant while the chart moves. */
  follow() {
    this.#place();
  }

  /** Choose the step under a pointer, so that it stays. */
  choose(event) {
    const step = this.#stepUnder(event);
    this.#isKept = step !== null && !(this.#isKept && step === this.#step);
    this.#moveTo(step);
  }

  /** Answer a key. */
  press(event) {
    const plan = this.#plan;
    if (plan === null || plan.isEmpty) {
      return;
    }
    const current = this.#step ?? plan.nowStep;
    const hour = Math.max(1, Math.round(HOUR / plan.step));
    const moves = {
      ArrowLeft: current - (event.shiftKey ? hour : 1),
      ArrowRight: current + (event.shiftKey ? hour : 1),
      Home: 0,
      End: plan.n - 1,
      Enter: current,
      n: plan.nowStep,
    };
    if (event.key === "Escape") {
      this.#isKept = false;
      this.#moveTo(null);
    } else if (event.key in moves) {
      event.preventDefault();
      this.#isKept = true;
      this.#moveTo(Math.max(0, Math.min(plan.n - 1, moves[event.key])), { isSpoken: true });
    }
  }

  #hover(event) {
    if (event.pointerType !== "touch" && !this.#isKept) {
      this.#moveTo(this.#stepUnder(event));
    }
  }

  #leave() {
    if (!this.#isKept) {
      this.#moveTo(null);
    }
  }

  #stepUnder(event) {
    if (this.#plan === null || this.#plan.isEmpty) {
      return null;
    }
    const at = this.#chart.instantAt(event.clientX - this.#host.part("canvas").getBoundingClientRect().left);
    return at === null || at < this.#plan.from || at >= this.#plan.to ? null : this.#plan.stepAt(at);
  }

  #moveTo(step, { isSpoken = false } = {}) {
    const isSame = step === this.#step && !isSpoken;
    this.#step = step;
    const panel = this.#host.part("panel");
    if (step === null || this.#plan === null || this.#plan.isEmpty) {
      this.#host.part("cursor").hidden = panel.hidden = true;
      return;
    }
    if (!isSame || panel.hidden || this.#isKept) {
      this.#tell(isSpoken);
    }
    this.#place();
  }

  #tell(isSpoken) {
    const [plan, step] = [this.#plan, this.#step];
    const told = tellStep(plan, step, this.#reasons, this.#compared);
    const panel = this.#host.part("panel");
    panel.hidden = false;
    fillPanel(panel, told);
    if (told.isWaiting) {
      this.#reasons.load(told.schedule).then(() => {
        if (plan === this.#plan && step === this.#step) {
          this.#tell(isSpoken);
          this.#place();
        }
      });
    } else if (isSpoken) {
      this.#host.part("spoken").textContent = spoken(told);
    }
  }

  #place() {
    if (this.#step === null || this.#plan === null) {
      return;
    }
    const [cursor, panel] = [this.#host.part("cursor"), this.#host.part("panel")];
    const width = this.#host.part("canvas").clientWidth;
    const [left, right] = [this.#step, this.#step + 1].map((step) => this.#chart.xOf(this.#plan.start(step)));
    cursor.hidden = right < 0 || left > width;
    cursor.style.transform = `translateX(${left}px)`;
    cursor.style.width = `${right - left}px`;
    const beside = right + BESIDE;
    const x = beside + panel.offsetWidth <= width ? beside : left - BESIDE - panel.offsetWidth;
    panel.style.setProperty("--x", `${Math.max(0, Math.min(x, width - panel.offsetWidth))}px`);
    panel.style.setProperty("--y", `${BELOW_HEAD}px`);
  }
}
