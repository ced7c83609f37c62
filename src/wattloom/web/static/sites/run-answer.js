/** What the panel says: the comparison as a table, refusals with the inputs behind them, what would be stored. */
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { SiteTime } from "../core/time.js";
import { whyWords } from "./plan-failure.js";

const TONES = { good: "is-better", bad: "is-worse" };

/** Return a table of two plans. @param {{title: string, before: string, after: string, difference: string, tone: string}[]} rows */
export function comparisonTable(rows, caption) {
  const heads = [t("Figure"), t("At present"), t("What if"), t("Difference")];
  const head = h("tr", {}, heads.map((text, place) => h("th", { scope: "col", class: place === 0 ? null : "number" }, text)));
  const body = rows.map(({ title, before, after, difference, tone }) =>
    h("tr", {},
      h("th", { scope: "row" }, title),
      h("td", { class: "number" }, before),
      h("td", { class: "number" }, after),
      h("td", { class: `number ${TONES[tone] ?? ""}`.trim() }, difference),
    ),
  );
  return h("table", {}, h("caption", { class: "caption" }, caption), h("thead", {}, head), h("tbody", {}, body));
}

/**
 * Return a refusal, with the way to what is missing, or to each of the inputs that contradict each other.
 *
 * @param {ApiError} error @param {object} facts of the site
 */
export function refusalWords(error, facts) {
  const clashes = error.content?.clashes ?? [];
  if (clashes.length === 0) {
    return whyWords(error, facts.site, document.querySelector("site-plan")?.plan ?? null);
  }
  return [
    h("p", {}, t("There is no plan: these limits cannot all be kept. Change one of them.")),
    h("ul", {}, clashes.map((clash) => h("li", {}, clashWords(clash, facts), " ", editorLink(clash, facts)))),
  ];
}

/** What a clash says, with its instant on the clock of the site. */
export function clashWords({ at, text }, { zone }) {
  return at === null ? text : text.replace(at, new SiteTime(zone).dayAndClock(Date.parse(at)));
}

/** Where the field of a clash is changed: on its device, or on the site. */
function editorLink({ field, device }, { site, devices }) {
  const asset = devices.find((each) => each.name === device)?.asset;
  const page = asset === undefined ? `/assets/${site}/properties/flex-context` : `/assets/${asset}/properties/flex-model`;
  return h("a", { href: `${page}#${field}`, "aria-label": t("Change %(field)s", { field: device ? `${field}, ${device}` : field }) }, t("Change"));
}

/** Return what differs from the present settings as items of a list. @param {Dial[]} dials */
export function changeItems(dials) {
  return dials.map((dial) => h("li", {}, `${dial.label}: ${dial.shown}`));
}
