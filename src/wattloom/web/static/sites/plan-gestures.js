/**
 * Fingers on the chart: one that moves sideways pans, two zoom, a tap chooses.
 *
 * One that moves up or down scrolls the page: the browser keeps it, by `touch-action: pan-y`.
 */
const TAP_PX = 8;

/** @param {Element} element @param {object} answers `pan(px)`, `zoom(factor, x)`, `tap(event)`, `end()` */
export function listenToFingers(element, answers) {
  const fingers = new Map();
  let travelled = 0;
  let span = 0;

  const places = () => [...fingers.values()];
  const distance = () => Math.abs(places()[0] - places()[1]) || 1;

  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") {
      return;
    }
    fingers.set(event.pointerId, event.clientX);
    travelled = fingers.size === 1 ? 0 : TAP_PX;
    span = fingers.size === 2 ? distance() : 0;
  });
  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) {
      return;
    }
    fingers.set(event.pointerId, event.clientX);
    if (fingers.size === 2) {
      const now = distance();
      answers.zoom(span / now, (places()[0] + places()[1]) / 2 - element.getBoundingClientRect().left);
      span = now;
    } else if (fingers.size === 1) {
      travelled += Math.abs(event.clientX - before);
      if (travelled >= TAP_PX) {
        answers.pan(event.clientX - before);
      }
    }
  });
  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) {
      return;
    }
    if (event.type === "pointerup" && travelled < TAP_PX) {
      answers.tap(event);
    }
    if (fingers.size === 0 && travelled >= TAP_PX) {
      answers.end();
    }
  };
  element.addEventListener("pointerup", lift);
  element.addEventListener("pointercancel", lift);
}
