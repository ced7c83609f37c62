/** What is asked of the scheduler: the fields of a trigger, from what somebody has set on the panel. */

/**
 * Return the request for a plan.
 *
 * @param {object} facts what the server says of the site, see web/sites/run.py
 * @param {Record<string, number | string>} values what was set, by key; the horizon [h] is always there
 * @param {number} start when the plan starts [ms since 1970]
 * @param {object | null} prices those that hold, as `pricesOf` returns them; needed where they are to be scaled
 */
export function requestFor(facts, values, start, prices) {
  const end = start + values.horizon * 3_600_000;
  const models = facts.devices.map((device) => modelOf(device, values, end)).filter((model) => Object.keys(model).length > 1);
  const context = contextOf(facts, values, prices);
  return {
    start: new Date(start).toISOString(),
    duration: `PT${Math.round(values.horizon * 60)}M`,
    ...(models.length > 0 && { "flex-model": models }),
    ...(Object.keys(context).length > 0 && { "flex-context": inCommodities(facts, context) }),
  };
}

/** The prices that hold in each step of an explained plan, null where it has no grid connection. */
export function pricesOf(answer) {
  const part = answer.plans.at(-1);
  const grid = part?.networks.find((network) => !network.is_node && network.commodity === "electricity");
  return grid ? { unit: `${part.currency}/kWh`, from: Date.parse(part.start), steps: part.step_s, buying: grid.consumption_price, selling: grid.production_price } : null;
}

const CONNECTION = { import: "site-consumption-capacity", export: "site-production-capacity" };
const PRICES = { buying: "consumption-price", selling: "production-price" };

function contextOf(facts, values, prices) {
  const context = {};
  const most = Math.max(values.import ?? 0, values.export ?? 0);
  const isWider = facts.connectionKw !== null && most > facts.connectionKw;
  for (const [key, field] of Object.entries(CONNECTION)) {
    const level = values[key] ?? (isWider ? facts.present[key] : undefined);
    if (level !== undefined) {
      context[field] = `${level} kW`;
    }
  }
  if (isWider) {
    context["site-power-capacity"] = `${most} kW`;
  }
  for (const [key, field] of Object.entries(PRICES)) {
    if (values[`${key}-fixed`] !== undefined) {
      context[field] = `${values[`${key}-fixed`]} ${facts.units[`${key}-fixed`]}`;
    } else if (values[key] !== undefined) {
      context[field] = scaled(prices, prices[key], 1 + values[key] / 100);
    }
  }
  return context;
}

/** Where each commodity has a context of its own, these are those of electricity. */
function inCommodities({ commodities }, context) {
  const isElectric = (each) => (each.commodity ?? "electricity") === "electricity";
  return commodities ? { commodities: commodities.map((each) => (isElectric(each) ? { ...each, ...context } : each)) } : context;
}

/** Prices times a factor, as segments in which they are the same. */
function scaled({ unit, from, steps }, values, factor) {
  const segments = [];
  let at = from;
  for (const [step, length] of steps.entries()) {
    const value = values[step];
    const end = at + length * 1000;
    if (value !== null && step > 0 && values[step - 1] === value) {
      segments.at(-1).end = iso(end);
    } else if (value !== null) {
      segments.push({ start: iso(at), end: iso(end), value: `${Number((value * factor).toPrecision(9))} ${unit}` });
    }
    at = end;
  }
  return segments;
}

function modelOf(device, values, end) {
  const set = (name) => values[`${device.asset}.${name}`];
  const model = { asset: device.asset };
  for (const [name, fields, unit] of [
    ["charge", ["soc-at-start"], "kWh"],
    ["least", ["soc-min"], "kWh"],
    ["most", ["soc-max"], "kWh"],
    ["power", device.powerFields, "kW"],
  ]) {
    for (const field of set(name) === undefined ? [] : fields) {
      model[field] = `${set(name)} ${unit}`;
    }
  }
  if (set("target") !== undefined || set("by") !== undefined) {
    const [[oldBy, oldTarget] = [undefined, 0], ...later] = device.targets;
    const by = set("by") ?? oldBy ?? device.by;
    const wanted = [[by, set("target") ?? oldTarget], ...later.filter(([at]) => Date.parse(at) > Date.parse(by))];
    model[device.targetField] = wanted.filter(([at]) => Date.parse(at) <= end).map(([at, kwh]) => ({ datetime: at, value: `${kwh} kWh` }));
    if (set("by") !== undefined && oldBy !== undefined && device.available.length > 0) {
      model["consumption-capacity"] = available(device.available, Date.parse(oldBy), Date.parse(by));
    }
  }
  return model;
}

/** What a vehicle can draw that leaves at another time: nothing once it has left, as always before. */
function available(runs, oldBy, by) {
  const [from, to] = [Math.min(oldBy, by), Math.max(oldBy, by)];
  const level = by < oldBy ? 0 : Math.max(...runs.map(([, , kw]) => kw));
  const around = runs.flatMap(([start, end, kw]) => [
    [Date.parse(start), Math.min(Date.parse(end), from), kw],
    [Math.max(Date.parse(start), to), Date.parse(end), kw],
  ]);
  return [...around, [from, to, level]]
    .filter(([start, end]) => start < end)
    .sort(([one], [other]) => one - other)
    .map(([start, end, kw]) => ({ start: iso(start), end: iso(end), value: `${kw} kW` }));
}

function iso(at) {
  return new Date(at).toISOString();
}
