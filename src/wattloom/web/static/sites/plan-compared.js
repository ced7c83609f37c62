/**
 * A second plan beside the one that is shown.
 *
 * It comes as the answer of `GET /api/v4/assets/<id>/plan`, or of `POST /api/v4/schedules/what-if`.
 */
export class ComparedPlan {
  #values;

  /** @param {Plan} plan what is shown @param {object} answer the second plan @param {string} label what it is called */
  constructor(plan, answer, label) {
    this.answer = answer;
    this.label = label;
    const values = "series" in answer ? fromPlan(plan, answer) : fromExplanation(plan, answer);
    this.#values = new Map(plan.series.map((series) => [series, values(series)]));
  }

  /** Its values on the steps of the plan that is shown, null where it says nothing about a series. */
  valuesOf(series) {
    return this.#values.get(series) ?? null;
  }

  valueAt(series, step) {
    return this.valuesOf(series)?.[step] ?? null;
  }

  /** How much more it has than the present plan, null where one of both is not known. */
  differenceAt(series, step) {
    const [other, own] = [this.valueAt(series, step), series.values[step]];
    return other === null || own === null ? null : other - own;
  }
}

function fromPlan(plan, answer) {
  const from = Date.parse(answer.start);
  return (series) => {
    const other = answer.series.find((each) => isSame(each, series));
    return other ? onSteps(plan, other.values, (at) => Math.floor((at - from) / (answer.step_s * 1000))) : null;
  };
}

function fromExplanation(plan, answer) {
  const parts = answer.plans.map((part) => ({ part, stepAt: stepFinder(part) }));
  return (series) => {
    for (const { part, stepAt } of parts) {
      const values = toldBy(part, series);
      if (values) {
        return onSteps(plan, values, stepAt);
      }
    }
    return null;
  };
}

/** What an explained plan says about a series: columns of its own steps. */
function toldBy(part, series) {
  if (series.role === "net-power") {
    return part.networks.find((network) => !network.is_node && network.commodity === "electricity")?.net_kw;
  }
  const device = part.devices.find((each) => isDevice(each, series));
  if (series.role === "stock") {
    return device?.stock === null || device === undefined ? undefined : part.stocks[device.stock].energy_kwh.slice(0, -1);
  }
  return series.role === "power" ? device?.power_kw : undefined;
}

/** Whether a device of an explanation is what a series of the plan is about. */
export function isDevice(device, series) {
  const isMoved = series.state !== null || series.role === "stock";
  return isMoved && (device.asset === null ? series.sensors.includes(device.sensor) : device.asset === series.asset);
}

/** Return a function that finds the step of an explained plan in which an instant lies; −1 outside. */
export function stepFinder(part) {
  const edges = [Date.parse(part.start)];
  for (const length of part.step_s) {
    edges.push(edges.at(-1) + length * 1000);
  }
  return (at) => {
    const after = edges.findIndex((edge) => edge > at);
    return Math.max(after, 0) - 1;
  };
}

function isSame(one, other) {
  return one.role === other.role && one.asset === other.asset && one.name === other.name;
}

function onSteps(plan, values, stepAt) {
  return Array.from({ length: plan.n }, (_, step) => values[stepAt(plan.start(step))] ?? null);
}
