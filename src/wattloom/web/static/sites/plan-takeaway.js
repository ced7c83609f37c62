/** What people take along from a plan: a file, the clipboard, a picture, paper. */
import { csvFile, save } from "../core/files.js";
import { t } from "../core/texts.js";
import { toast } from "../core/toast.js";
import { fileName, picture, rowsOf, tabbed } from "./plan-files.js";

/**
 * Answer the buttons with `data-take`.
 *
 * @param {Element} element holds the buttons
 * @param {() => { plan, view, columns, chart, drawing, legend } | null} shown what is shown at the moment
 */
export function listenToTakers(element, shown) {
  const takers = {
    csv: ({ plan, view, columns }) => save(csvFile(rowsOf(plan, view, columns)), `${fileName(plan, view)}.csv`),
    copy: async ({ plan, view, columns }) => {
      await navigator.clipboard.writeText(tabbed(rowsOf(plan, view, columns)));
      toast("good", t("The table is in the clipboard."));
    },
    picture: async ({ plan, view, chart, drawing, legend }) => {
      save(await picture(chart, plan, view, drawing, legend), `${fileName(plan, view)}.png`);
    },
    print: () => print(),
  };
  closeWhenLeft(element.querySelector(".plan-take"));
  element.addEventListener("click", async (event) => {
    const taker = takers[event.target.closest("[data-take]")?.dataset.take];
    const now = taker ? shown() : null;
    if (now === null) {
      return;
    }
    event.target.closest("details")?.removeAttribute("open");
    try {
      await taker(now);
    } catch {
      toast("bad", t("Your browser does not allow that."));
    }
  });
}

/** A menu closes when something else is pressed, and by Escape. */
function closeWhenLeft(menu) {
  menu.addEventListener("toggle", () => {
    if (!menu.open) {
      return;
    }
    const closed = new AbortController();
    const close = () => {
      menu.open = false;
      closed.abort();
    };
    const isOutside = (event) => !menu.contains(event.target);
    document.addEventListener("pointerdown", (event) => isOutside(event) && close(), { signal: closed.signal });
    menu.addEventListener("keydown", (event) => event.key === "Escape" && close(), { signal: closed.signal });
  });
}
