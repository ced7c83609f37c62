/** When a plan has to be read anew: after changes of what it shows, and every minute so that now moves on. */
import { hasEnded } from "../core/jobs.js";
import { soon } from "../core/soon.js";

const EVERY_MS = 60_000;

/**
 * Call back when the plan may have changed, at most every two seconds; returns how to stop.
 *
 * @param {Element} element counts as long as it is in the page
 * @param {{ isShown: (sensor: number) => boolean, reload: () => void }} answers
 */
export function followChanges(element, { isShown, reload }) {
  const reloading = soon(reload);
  const onBeliefs = (event) => isShown(event.detail.sensor) && reloading.call();
  const onJob = (event) => hasEnded(event.detail.state) && reloading.call();
  const listened = [["wattloom:beliefs", onBeliefs], ["wattloom:job", onJob], ["wattloom:missed", reloading.call]];
  listened.forEach(([name, listener]) => document.body.addEventListener(name, listener));
  const timer = setInterval(() => document.hidden || reload(), EVERY_MS);
  return () => {
    clearInterval(timer);
    reloading.stop();
    listened.forEach(([name, listener]) => document.body.removeEventListener(name, listener));
  };
}
