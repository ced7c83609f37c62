/** When a plan has to be read anew: after changes of what it shows, and every minute so that now moves on. */
import { hasEnded } from "../core/jobs.js";

const EVERY_MS = 60_000;
const SOON_MS = 2_000;

/**
 * Call back when the plan may have changed, at most every two seconds; returns how to stop.
 *
 * @param {Element} element counts as long as it is in the page
 * @param {{ isShown: (sensor: number) => boolean, reload: () => void }} answers
 */
export function followChanges(element, { isShown, reload }) {
  let waiting = 0;
  const soon = () => {
    waiting ||= setTimeout(() => {
      waiting = 0;
      reload();
    }, SOON_MS);
  };
  const onBeliefs = (event) => isShown(event.detail.sensor) && soon();
  const onJob = (event) => hasEnded(event.detail.state) && soon();
  const listened = [["wattloom:beliefs", onBeliefs], ["wattloom:job", onJob], ["wattloom:missed", soon]];
  listened.forEach(([name, listener]) => document.body.addEventListener(name, listener));
  const timer = setInterval(() => document.hidden || reload(), EVERY_MS);
  return () => {
    clearInterval(timer);
    clearTimeout(waiting);
    listened.forEach(([name, listener]) => document.body.removeEventListener(name, listener));
  };
}
