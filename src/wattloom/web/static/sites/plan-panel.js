/** The panel of one step: what each series is, what each device does and why, which limits bind. */
import { h } from "../core/dom.js";
import { decimal, unitLabel, withUnit } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { SiteTime } from "../core/time.js";
import { classOf, inReadingOrder } from "./plan-data.js";
import { dayRanks } from "./plan-geometry.js";
import { ago, describe, limitName, nameOf, stateOf } from "./plan-words.js";

/** What the panel says about a step, as texts. @param {Reasons} reasons @param {ComparedPlan | null} compared */
export function tellStep(plan, step, reasons, compared) {
  const time = new SiteTime(plan.zone);
  const at = plan.start(step);
  const schedule = reasons.scheduleOf(plan, step);
  const explanation = schedule === null ? null : reasons.known(schedule);
  return {
    heading: time.interval(at, plan.start(step + 1)),
    rows: inReadingOrder(plan).map((series) => row(plan, series, step, compared)),
    rank: rankOf(plan, step, time),
    why: explanation ? whyOf(plan, at, explanation) : [],
    limits: explanation ? explanation.limitsAt(at).map((limit) => worth(limit, explanation.currency)) : [],
    sources: sourcesOf(plan, step),
    schedule,
    isWaiting: schedule !== null && explanation === undefined,
  };
}

function row(plan, series, step, compared) {
  const value = series.values[step];
  const notes = [];
  const planned = series.planned?.[step] ?? null;
  if (step < plan.nowStep && planned !== null && plan.isMeasured(series, step)) {
    notes.push(t("planned %(value)s", { value: describe(plan, series, planned) }));
  }
  if (series.low?.[step] !== undefined && series.low?.[step] !== null) {
    const ends = [series.low[step], series.high[step]].map((end) => Math.abs(end)).sort((a, b) => a - b);
    notes.push(t("%(low)s to %(high)s expected", { low: decimal(ends[0]), high: withUnit(ends[1], "kW") }));
  }
  const other = compared?.valueAt(series, step) ?? null;
  if (other !== null) {
    notes.push(`${compared.label}: ${describe(plan, series, other)}`);
  }
  const [name, text, state] = [nameOf(series), describe(plan, series, value), stateOf(series, step)];
  return { series, name, text, state, note: notes.join(" · ") };
}

/** Where the price of a step lies within its day. */
function rankOf(plan, step, time) {
  const [price] = plan.all("consumption-price");
  const rank = price ? dayRanks(plan, price.values, time)[step] : null;
  if (rank === null || rank === 0) {
    return "";
  }
  const share = `${Math.round(50 + 50 * Math.abs(rank))}\u2009%`;
  return rank < 0 ? t("Cheaper than %(share)s of the day", { share }) : t("Dearer than %(share)s of the day", { share });
}

function whyOf(plan, at, explanation) {
  return plan.devices.flatMap((series) => {
    const text = explanation.reasonOf(series, at);
    return text === null ? [] : [{ series, name: nameOf(series), text }];
  });
}

function worth(limit, currency) {
  const values = { unit: limit.unit, what: limitName(limit), money: `${decimal(limit.saves)}\u2009${unitLabel(currency)}` };
  return t("1 %(unit)s more %(what)s here would save %(money)s.", values);
}

/** Who states the values, each source once, with the age of its newest belief. */
function sourcesOf(plan, step) {
  const newest = new Map();
  for (const series of plan.series) {
    const origin = plan.originOf(series, step);
    if (origin?.source) {
      newest.set(origin.source.name, Math.max(origin.believed, newest.get(origin.source.name) ?? 0));
    }
  }
  return [...newest].map(([name, believed]) => `${name}, ${ago(believed, plan.now)}`);
}

/** The same as one text that is heard. */
export function spoken(told) {
  const values = told.rows.map(({ name, state, text, note }) => [name, state, text, note].filter(Boolean).join(" "));
  const why = told.why.map(({ name, text }) => `${name}: ${text}`);
  const sentences = [`${told.heading}: ${values.join(", ")}`, told.rank, ...why, ...told.limits].filter(Boolean);
  return sentences.map((sentence) => (sentence.endsWith(".") ? sentence : `${sentence}.`)).join(" ");
}

/** Fill the panel with what is told. */
export function fillPanel(panel, told) {
  const parts = [h("strong", {}, told.heading), h("dl", { class: "figures" }, told.rows.map(figure))];
  if (told.rank) {
    parts.push(h("p", { class: "caption" }, told.rank));
  }
  if (told.why.length > 0 || told.limits.length > 0 || told.isWaiting) {
    parts.push(whyPart(told));
  }
  if (told.sources.length > 0) {
    parts.push(h("p", { class: "caption plan-sources" }, told.sources.join(" · ")));
  }
  panel.replaceChildren(...parts);
}

function figure({ series, name, text, state, note }) {
  const values = [h("dd", { class: "state" }, state), h("dd", {}, text), note && h("dd", { class: "note" }, note)];
  return h("div", {}, h("dt", {}, swatch(series), name), values.filter(Boolean));
}

function whyPart(told) {
  return h(
    "div",
    { class: "plan-why" },
    h("h3", {}, t("Why")),
    told.isWaiting && h("p", { class: "caption" }, t("Loading…")),
    told.why.map(({ series, name, text }) => h("p", {}, swatch(series), h("b", {}, `${name}: `), text)),
    told.limits.map((text) => h("p", {}, text)),
  );
}

function swatch(series) {
  return h("span", { class: `swatch ${classOf(series)}` });
}
