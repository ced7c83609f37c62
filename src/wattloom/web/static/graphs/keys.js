/** Keys for the graphs; off while somebody types, and with modifiers, which belong to the browser. */
import { moved, shifted, zoomed } from "./range.js";

const TYPING = "input, textarea, select, [contenteditable], [role=slider], [role=combobox]";

/** Listen until the returned function is called. */
export function listenToKeys(graphs) {
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) {
      return;
    }
    const act = acts(graphs, event)[event.key];
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  }
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

function acts(graphs, event) {
  const { clock, window } = graphs;
  const row = graphs.rows.find(({ canvas }) => canvas === event.target);
  const around = graphs.cursor ?? undefined;
  const common = {
    "+": () => graphs.setWindow(zoomed(window, 0.5, around)),
    "=": () => graphs.setWindow(zoomed(window, 0.5, around)),
    "-": () => graphs.setWindow(zoomed(window, 2, around)),
    "[": () => graphs.show({ window: shifted(window, -1, clock) }),
    "]": () => graphs.show({ window: shifted(window, 1, clock) }),
    t: () => {
      const today = clock.startOfDay(Date.now());
      graphs.show({ window: [today, clock.addDays(today, 1)] });
    },
    p: () => graphs.act("play"),
    s: () => graphs.act("stop"),
    n: () => graphs.act("step"),
    "?": () => graphs.act("keys"),
  };
  if (row === undefined) {
    return common;
  }
  return {
    ...common,
    ArrowLeft: () => step(graphs, row, event.shiftKey ? -10 : -1),
    ArrowRight: () => step(graphs, row, event.shiftKey ? 10 : 1),
    Home: () => step(graphs, row, -Infinity),
    End: () => step(graphs, row, Infinity),
    Escape: () => graphs.point(null, null),
  };
}

/** Move the cursor by so many values of the row's finest line, and say what is there. */
function step(graphs, row, by) {
  const [from, to] = graphs.window;
  const lengths = row.visibleLines.map((line) => line.length).filter((length) => length > 0);
  const length = Math.max(Math.min(...lengths, to - from), (to - from) / row.width);
  const held = graphs.cursor === null ? null : row.valuesAt(graphs.cursor)[0]?.start;
  const start = held ?? graphs.cursor ?? Math.max(from, Math.min(to, Date.now()));
  const at = Math.abs(by) === Infinity ? (by < 0 ? from : to - 1) : start + by * length;
  if (at < from || at > to) {
    graphs.setWindow(moved(graphs.window, at < from ? at - from - (to - from) / 4 : at - to + (to - from) / 4));
  }
  graphs.point(at, row);
  const values = row.valuesAt(at);
  const heading = values.length > 0 ? graphs.clock.interval(values[0].start, values[0].end) : graphs.clock.full(at);
  const told = values.map(({ line, value }) => `${line.label} ${row.text(value)}`);
  graphs.speak(`${heading}: ${told.join(", ") || graphs.querySelector(".graph-toolbar").dataset.nothing}`);
}
