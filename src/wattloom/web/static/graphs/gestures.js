/**
 * Pointers on a row: drag moves, Shift and drag chooses a part, two fingers and Ctrl with the wheel zoom, a wheel
 * turned sideways moves; a graph that has the focus zooms with the plain wheel. One finger up and down scrolls the page.
 */
import { moved, zoomed } from "./range.js";

const CLICK_PX = 4;
const WHEEL_SPEED = 0.0015;

/**
 * @param {object} row a GraphRow
 * @param {object} host what gestures lead to: window, setWindow(window), choose(from, to), hover(at, row), click(at, row, value)
 */
export function listenToPointers(row, host) {
  const { canvas } = row;
  const pointers = new Map();
  let start = null;

  const xOf = (event) => event.clientX - canvas.getBoundingClientRect().left;

  function begin() {
    const xs = [...pointers.values()];
    start = { window: host.window, xs, at: xs.map((x) => row.instantAt(x, host.window)), isPart: start?.isPart ?? false, isMoved: false };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (host.shown.view !== "lines" || event.button !== 0 || event.target.closest("button")) {
      return;
    }
    pointers.set(event.pointerId, xOf(event));
    start = { isPart: event.shiftKey || host.partsAreMarked !== null };
    begin();
    canvas.setPointerCapture(event.pointerId);
  });

  canvas.addEventListener("pointermove", (event) => {
    const x = xOf(event);
    if (host.shown.view !== "lines") {
      return;
    }
    if (!pointers.has(event.pointerId)) {
      host.hover(row.instantAt(x, host.window), row);
      return;
    }
    pointers.set(event.pointerId, x);
    const xs = [...pointers.values()];
    start.isMoved ||= Math.abs(xs[0] - start.xs[0]) > CLICK_PX || xs.length > 1;
    if (!start.isMoved) {
      return;
    }
    if (xs.length === 2) {
      const [before, after] = [start.xs, xs].map(([a, b]) => Math.max(20, Math.abs(a - b)));
      host.setWindow(zoomed(start.window, before / after, (start.at[0] + start.at[1]) / 2));
    } else if (start.isPart) {
      mark(row, start.xs[0], x);
    } else {
      const [from, to] = start.window;
      host.setWindow(moved(start.window, Math.round(((start.xs[0] - x) / row.width) * (to - from))));
    }
  });

  function end(event) {
    if (!pointers.delete(event.pointerId)) {
      return;
    }
    const x = xOf(event);
    row.part("selection").hidden = true;
    if (event.type === "pointerup" && start.isPart && start.isMoved) {
      const [from, to] = [start.at[0], row.instantAt(x, host.window)].sort((a, b) => a - b);
      host.choose(from, to);
    } else if (event.type === "pointerup" && !start.isMoved) {
      host.click(row.instantAt(x, host.window), row, row.valueAt(event.clientY - canvas.getBoundingClientRect().top));
    }
    if (pointers.size > 0) {
      begin();
    }
  }
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  // A finger leaves as soon as it is lifted: what it pointed at stays until something else is touched.
  canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && pointers.size === 0 && host.hover(null, row));
  // Not when the whole window loses the focus.
  canvas.addEventListener("blur", () => document.activeElement !== canvas && host.hover(null, row));
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (host.shown.view !== "lines") {
        return;
      }
      const [from, to] = host.window;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        host.setWindow(moved(host.window, Math.round((sideways / row.width) * (to - from))));
      } else if (event.ctrlKey || event.metaKey || document.activeElement === canvas) {
        event.preventDefault();
        const speed = event.ctrlKey ? 4 * WHEEL_SPEED : WHEEL_SPEED;
        host.setWindow(zoomed(host.window, Math.exp(event.deltaY * speed), row.instantAt(xOf(event), host.window)));
      }
    },
    { passive: false },
  );
}

function mark(row, from, to) {
  const selection = row.part("selection");
  selection.hidden = false;
  selection.style.transform = `translateX(${Math.min(from, to)}px)`;
  selection.style.width = `${Math.abs(to - from)}px`;
}
