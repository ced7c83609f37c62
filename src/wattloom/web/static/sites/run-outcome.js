/** What a plan comes to, and how two of them differ, in numbers and words. */
import { decimal, unitLabel, withUnit } from "../core/numbers.js";
import { t } from "../core/texts.js";

const LEAST_MONEY = 0.005;
const LEAST_AMOUNT = 0.005;
const TELLING_KWH = 0.5;
const THIN_SPACE = "\u2009";

/** The figures of an explained plan; energy in kWh, power in kW, what is not known is null. */
export function outcomeOf(answer) {
  const last = answer.plans.at(-1);
  const grid = last?.networks.find((network) => !network.is_node && network.commodity === "electricity");
  const bill = grid ? billOf(grid, last.step_s) : null;
  const whole = answer.plans.length === 1 ? last.comparison : null;
  return {
    currency: answer.currency,
    cost: whole?.cost_without_breaches ?? bill?.cost ?? null,
    saved: whole?.idle.saving_without_breaches ?? null,
    bought: bill?.bought ?? null,
    sold: bill?.sold ?? null,
    highest: bill?.highest ?? null,
    stored: whole?.stored_kwh ?? null,
    targets: targetsOf(answer),
    devices: answer.plans.flatMap((part) => part.devices.map((device) => ({ name: device.name, kwh: energyOf(device.power_kw, part.step_s) }))),
  };
}

function billOf({ net_kw: net, consumption_price: buying, production_price: selling }, steps) {
  const bill = { cost: 0, bought: 0, sold: 0, highest: Math.max(0, ...net) };
  for (const [step, kw] of net.entries()) {
    const kwh = (kw * steps[step]) / 3600;
    bill[kwh > 0 ? "bought" : "sold"] += Math.abs(kwh);
    bill.cost += kwh * ((kwh > 0 ? buying[step] : selling[step]) ?? 0);
  }
  return bill;
}

function energyOf(kw, steps) {
  return kw.reduce((sum, value, step) => sum + (value * steps[step]) / 3600, 0);
}

/** For each device with targets: by how much the worst of them is missed [kWh], zero where all are met. */
function targetsOf(answer) {
  const names = new Map(answer.plans.flatMap((part) => part.devices.map((device) => [device.asset, device.name])));
  const found = new Map();
  for (const { asset, ...fields } of [...answer.resolved, ...answer.unresolved]) {
    const missed = Object.values(fields).flat().map((tick) => Number.parseFloat(tick.violation ?? "0"));
    found.set(asset, { name: names.get(asset) ?? "", short: Math.max(found.get(asset)?.short ?? 0, ...missed) });
  }
  return [...found.values()];
}

/** One sentence for the most important difference, and what is not met. */
export function sumOf(before, after) {
  const short = after.targets.filter((target) => target.short >= LEAST_AMOUNT);
  const missed = short.map(({ name, short: kwh }) => t("%(device)s short by %(energy)s", { device: name, energy: withUnit(kwh, "kWh") }));
  const cost = before === null ? t("Costs %(money)s", { money: money(after.cost, after.currency) }) : costWords(before, after);
  return [cost, ...storedWords(before, after), ...missed].join(" · ");
}

/**
 * The rows of the comparison: { title, before, after, difference, tone } as texts; `tone` is "good", "bad" or "".
 *
 * @param {object | null} before null where the present settings give no plan
 */
export function comparedRows(before, after) {
  const paid = (title, key, isGain) => row(title, before?.[key] ?? null, after[key], {
    format: (value) => money(value, after.currency),
    words: isGain ? AMOUNT_WORDS : COST_WORDS,
    tone: isGain ? 1 : -1,
    least: LEAST_MONEY,
  });
  const amount = (title, key, unit) => row(title, before?.[key] ?? null, after[key], { format: (value) => withUnit(value, unit), words: AMOUNT_WORDS, tone: 0, least: LEAST_AMOUNT });
  const kwhOf = (name) => before?.devices.find((each) => each.name === name)?.kwh ?? null;
  return [
    paid(t("Cost"), "cost", false),
    paid(t("Saved against doing nothing"), "saved", true),
    amount(t("Bought"), "bought", "kWh"),
    amount(t("Sold"), "sold", "kWh"),
    amount(t("Highest import"), "highest", "kW"),
    ...after.targets.map((target) => targetRow(before?.targets.find((each) => each.name === target.name), target)),
    ...after.devices.map(({ name, kwh }) => amountRow(t("%(device)s, energy", { device: name }), kwhOf(name), kwh)),
    amount(t("In store at the end"), "stored", "kWh"),
  ].filter((each) => each.after !== "–");
}

const COST_WORDS = { more: (value) => t("%(amount)s dearer", { amount: value }), less: (value) => t("%(amount)s cheaper", { amount: value }) };
const AMOUNT_WORDS = { more: (value) => t("%(amount)s more", { amount: value }), less: (value) => t("%(amount)s less", { amount: value }) };

function amountRow(title, before, after) {
  return row(title, before, after, { format: (value) => withUnit(value, "kWh"), words: AMOUNT_WORDS, tone: 0, least: LEAST_AMOUNT });
}

function row(title, before, after, { format, words, tone, least }) {
  const told = (value) => (value === null ? "–" : format(value));
  const made = { title, before: told(before), after: told(after), difference: "–", tone: "" };
  if (before === null || after === null) {
    return made;
  }
  const more = rounded(after, least) - rounded(before, least);
  if (Math.abs(more) < least) {
    return { ...made, difference: t("the same") };
  }
  const isGood = more * tone > 0;
  return { ...made, difference: words[more > 0 ? "more" : "less"](format(Math.abs(more))), tone: tone === 0 ? "" : isGood ? "good" : "bad" };
}

function targetRow(before, after) {
  const told = (target) => (target === undefined ? "–" : target.short < LEAST_AMOUNT ? t("met") : t("short by %(energy)s", { energy: withUnit(target.short, "kWh") }));
  const more = after.short - (before?.short ?? after.short);
  const words = Math.abs(more) < LEAST_AMOUNT ? t("the same") : more > 0 ? t("%(energy)s shorter", { energy: withUnit(more, "kWh") }) : t("%(energy)s nearer", { energy: withUnit(-more, "kWh") });
  return {
    title: t("%(device)s, target", { device: after.name }),
    before: told(before),
    after: told(after),
    difference: before === undefined ? "–" : words,
    tone: Math.abs(more) < LEAST_AMOUNT ? "" : more > 0 ? "bad" : "good",
  };
}

function costWords(before, after) {
  const more = rounded(after.cost, LEAST_MONEY) - rounded(before.cost, LEAST_MONEY);
  if (Math.abs(more) < LEAST_MONEY) {
    return t("Costs the same: %(money)s", { money: money(after.cost, after.currency) });
  }
  const amount = money(Math.abs(more), after.currency);
  return more > 0 ? t("%(amount)s dearer than with the present settings", { amount }) : t("%(amount)s cheaper than with the present settings", { amount });
}

/** A plan that is dearer may have more to show for it. */
function storedWords(before, after) {
  const more = (after.stored ?? 0) - (before?.stored ?? after.stored ?? 0);
  if (Math.abs(more) < TELLING_KWH) {
    return [];
  }
  const energy = withUnit(Math.abs(more), "kWh");
  return [more > 0 ? t("%(energy)s more in store at the end", { energy }) : t("%(energy)s less in store at the end", { energy })];
}

/** As it is shown, so that what is shown adds up. */
function rounded(value, least) {
  return Math.round(value / (2 * least)) * 2 * least;
}

/** Amounts of a plan need cents, however large they are. */
function money(value, currency) {
  return value === null ? "–" : `${decimal(value, 1)}${THIN_SPACE}${unitLabel(currency)}`;
}
