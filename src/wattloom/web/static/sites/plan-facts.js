/** Headline facts of a plan: what a person would look for in the chart, in words. */
import { decimal, price, unitLabel, withUnit } from "../core/numbers.js";
import { t } from "../core/texts.js";
import { SiteTime } from "../core/time.js";
import { limitAt } from "./plan-data.js";
import { dayRanks } from "./plan-geometry.js";
import { ago } from "./plan-words.js";

/** Of what a stock holds: nearer to a limit than this counts as full or empty. */
const NEAR = 0.01;
const AT_REST_KW = 0.05;
const DEAREST = 0.999;
const LEAST_MONEY = 0.005;

/**
 * What the summary over the chart says, most important first.
 *
 * @param {Explanation | null} explanation of the newest plan @param {ComparedPlan | null} compared a second plan
 */
export function factsOf(plan, explanation, compared) {
  const time = new SiteTime(plan.zone);
  return [
    ...(compared ? difference(plan, compared) : []),
    ...(explanation?.comparison ? savings(explanation) : []),
    ...plan.all("stock").flatMap((stock) => stockFacts(plan, stock, time)),
    ...dearestHour(plan, time),
    ...following(plan),
  ];
}

/** How old the newest schedule is, or what is wrong with the last attempt. */
export function ageOf(plan) {
  const newest = plan.newestSchedule;
  return newest === null ? t("No schedule stands behind this plan.") : t("Planned %(ago)s", { ago: ago(newest.believed, plan.now) });
}

/** What a second plan costs more or less than the present one, over the steps that both know. */
function difference(plan, compared) {
  const [net] = plan.all("net-power");
  const currency = plan.all("consumption-price")[0]?.unit.split("/")[0] ?? "";
  const costs = (net?.values ?? []).slice(plan.nowStep).map((_, i) => {
    const step = plan.nowStep + i;
    const [other, own] = [plan.costOf(compared.valueAt(net, step), step), plan.costAt(step)];
    return other === null || own === null ? null : other - own;
  });
  if (costs.every((cost) => cost === null)) {
    return [];
  }
  const total = costs.reduce((sum, cost) => sum + (cost ?? 0), 0);
  const values = { plan: compared.label, money: `${decimal(Math.abs(total), 1)}\u2009${unitLabel(currency)}` };
  if (Math.abs(total) < LEAST_MONEY) {
    return [t("%(plan)s: energy for the same money", values)];
  }
  return total < 0
    ? [t("%(plan)s: energy for %(money)s less", values)]
    : [t("%(plan)s: energy for %(money)s more", values)];
}

/** What the plan saves in real money: prices of broken limits are no bill. */
function savings({ comparison, currency }) {
  const money = (value) => `${decimal(value)}\u2009${unitLabel(currency)}`;
  const facts = [];
  const { idle, previous } = comparison;
  const saving = idle.saving_without_breaches;
  if (saving !== null && saving >= LEAST_MONEY) {
    facts.push(t("Saves %(money)s against doing nothing", { money: money(saving) }));
  } else if (idle.reason !== null) {
    facts.push(t("Doing nothing is no option: %(reason)s", { reason: idle.reason }));
  } else if (idle.breaches - comparison.breaches >= LEAST_MONEY) {
    facts.push(t("Keeps limits and targets that doing nothing would miss"));
  }
  const saved = previous?.saving_without_breaches ?? 0;
  if (saved >= LEAST_MONEY) {
    facts.push(t("Saves %(money)s against the plan before", { money: money(saved) }));
  } else if (saved <= -LEAST_MONEY) {
    facts.push(t("Costs %(money)s more than the plan before", { money: money(-saved) }));
  }
  return facts;
}

function stockFacts(plan, stock, time) {
  const first = plan.nowStep;
  const ahead = stock.values.slice(first);
  const bound = (code, step) => plan.limitsOf(code, stock.asset).map((limit) => limitAt(limit, step)).find((level) => level !== null);
  const room = (stock.capacity_kwh ?? 0) * NEAR;
  const find = (holds) => {
    const step = ahead.findIndex((value, i) => value !== null && holds(value, first + i));
    return step < 0 ? null : time.dayAndClock(plan.start(first + step));
  };
  const full = find((value, step) => value >= (bound("maximum", step) ?? stock.capacity_kwh ?? Infinity) - room);
  const empty = find((value, step) => value <= (bound("minimum", step) ?? 0) + room);
  const facts = [];
  if (full !== null) {
    facts.push(t("%(device)s full %(when)s", { device: stock.name, when: full }));
  }
  if (empty !== null) {
    facts.push(t("%(device)s empty %(when)s", { device: stock.name, when: empty }));
  }
  return facts.length ? facts : lowest(plan, stock, ahead, time);
}

function lowest(plan, stock, ahead, time) {
  const known = ahead.filter((value) => value !== null);
  if (known.length === 0) {
    return [];
  }
  const low = Math.min(...known);
  const when = time.dayAndClock(plan.start(plan.nowStep + ahead.indexOf(low)));
  return [t("%(device)s lowest %(when)s with %(energy)s", { device: stock.name, when, energy: withUnit(low, "kWh") })];
}

/** The dearest hour ahead, and what the site takes from the grid then. */
function dearestHour(plan, time) {
  const [buying] = plan.all("consumption-price");
  const [net] = plan.all("net-power");
  const ahead = (buying?.values ?? []).slice(plan.nowStep);
  const dearest = Math.max(...ahead.filter((value) => value !== null));
  const step = plan.nowStep + ahead.indexOf(dearest);
  const taken = net?.values[step] ?? null;
  if (!Number.isFinite(dearest) || taken === null || dayRanks(plan, buying.values, time)[step] < DEAREST) {
    return [];
  }
  const values = { when: time.dayAndClock(plan.start(step)), price: price(dearest, buying.unit), power: withUnit(taken, "kW") };
  return taken <= AT_REST_KW
    ? [t("Dearest hour %(when)s (%(price)s) avoided", values)]
    : [t("Dearest hour %(when)s (%(price)s): takes %(power)s", values)];
}

/** How the grid connection followed its plan: the energy error as a number. */
function following(plan) {
  const told = plan.all("net-power")[0]?.following ?? plan.devices.find((series) => series.following)?.following;
  if (!told) {
    return [];
  }
  const values = { energy: withUnit(told.missed_kwh, "kWh"), share: `${Math.round(100 * told.within)}\u2009%` };
  return [t("Followed its plan %(share)s of the time, %(energy)s off", values)];
}
