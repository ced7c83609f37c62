/** Keys for the graphs; off while somebody types, and with modifiers, which belong to the browser. */
import { moved, shifted, zoomed } from "./range.js";
import { lowerBound } from "./tiles.js";

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

/** The next place of the cursor where a line of the row begins to say something else, at least a pixel away. */
function nextStart(row, at, direction, [from, to]) {
  const pixel = (to - from) / row.width;
  const starts = row.visibleLines.flatMap(({ columns }) => {
    const k = direction > 0 ? lowerBound(columns.starts, at + pixel) : lowerBound(columns.starts, at - pixel + 1) - 1;
    return columns.starts[k] ?? [];
  });
  const nearest = direction > 0 ? Math.min(...starts) : Math.max(...starts);
  return Number.isFinite(nearest) ? nearest : at;
}

/** Move the cursor over so many values of the row, and say what is there. */
function step(graphs, row, by) {
  const [from, to] = graphs.window;
  let at = graphs.cursor ?? Math.max(from, Math.min(to, Date.now()));
  if (Math.abs(by) === Infinity) {
    at = by < 0 ? from : to - 1;
  } else {
    for (let n = 0; n < Math.abs(by); n++) {
      at = nextStart(row, at, Math.sign(by), graphs.window);
    }
  }
  if (at < from || at > to) {
    graphs.setWindow(moved(graphs.window, at < from ? at - from - (to - from) / 4 : at - to + (to - from) / 4));
  }
  graphs.tell(at, row);
}
