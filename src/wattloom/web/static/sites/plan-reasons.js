/** Why a plan is as it is: explanations of schedules, fetched once each, asked by instant. */
import { api } from "../core/api.js";
import { language } from "../core/texts.js";
import { isDevice, stepFinder } from "./plan-compared.js";

/** What a kW more has to save in a step to be worth a word [money]. */
const LEAST_WORTH = 0.005;

/** The explanations that a page has asked for. */
export class Reasons {
  #known = new Map();
  #asked = new Map();

  /** What is known already about a schedule, undefined before it was loaded, null where there is none. */
  known(schedule) {
    return this.#known.get(schedule);
  }

  /** Fetch an explanation once; null where there is none, or where it may not be read. */
  load(schedule) {
    if (!this.#asked.has(schedule)) {
      this.#asked.set(schedule, this.#fetch(schedule));
    }
    return this.#asked.get(schedule);
  }

  /** The schedule that explains a step: of what lies ahead the newest, as far as it reaches; null without any. */
  scheduleOf(plan, step) {
    const newest = step < plan.nowStep ? null : (plan.newestSchedule?.schedule ?? null);
    const explanation = newest && this.known(newest);
    const isToldByNewest = newest !== null && (explanation === undefined || explanation?.covers(plan.start(step)));
    return isToldByNewest ? newest : plan.scheduleAt(step);
  }

  async #fetch(schedule) {
    try {
      const told = await api("GET", `/api/v4/schedules/${schedule}/explanation?language=${language}`);
      this.#known.set(schedule, new Explanation(told));
    } catch (error) {
      this.#known.set(schedule, null);
      if (error.status === 0) {
        this.#asked.delete(schedule);
      }
    }
    return this.#known.get(schedule) ?? null;
  }
}

/** One explained schedule. */
export class Explanation {
  #parts;

  constructor(told) {
    this.currency = told.currency;
    this.notices = told.notices;
    this.delegated = told.delegated;
    this.comparison = told.plans.length === 1 ? told.plans[0].comparison : null;
    this.#parts = told.plans.map((part) => ({ part, stepAt: stepFinder(part) }));
  }

  /** Whether it tells of an instant. */
  covers(at) {
    return this.delegated.length > 0 || this.#parts.some(({ stepAt }) => stepAt(at) >= 0);
  }

  /** The sentence that says why a device does what it does then; null where nothing is said. */
  reasonOf(series, at) {
    for (const { part, stepAt } of this.#parts) {
      const step = stepAt(at);
      const device = step < 0 ? undefined : part.devices.find((each) => isDevice(each, series));
      const period = device?.periods.find((each) => each.first_step <= step && step <= each.last_step);
      if (period) {
        return period.text;
      }
    }
    const found = this.delegated.flatMap((each) => each.series).find((each) => series.sensors.includes(each.sensor));
    return found?.text ?? null;
  }

  /** The limits that bind then, the dearest first: { code, name, level, saves } with what 1 kW (or kWh) more saves. */
  limitsAt(at) {
    const found = this.#parts.flatMap(({ part, stepAt }) => {
      const step = stepAt(at);
      const hours = (part.step_s[step] ?? 0) / 3600;
      return part.limits.flatMap((limit) => bindingAt(part, limit, step, hours));
    });
    return found.sort((a, b) => b.saves - a.saves);
  }
}

function bindingAt(part, limit, step, hours) {
  const place = limit.steps.indexOf(step);
  const price = place < 0 ? null : limit.price[place];
  // A limit of a storage is worth money per kWh, one of power per kW and hour.
  const isEnergy = limit.of === "stock";
  const saves = price === null ? 0 : isEnergy ? price : price * hours;
  if (saves < LEAST_WORTH) {
    return [];
  }
  return [{ code: limit.code, name: nameIn(part, limit), level: limit.level[place], unit: isEnergy ? "kWh" : "kW", saves }];
}

function nameIn(part, limit) {
  const lists = { device: part.devices, stock: part.stocks, group: part.groups };
  return lists[limit.of]?.[limit.index]?.name ?? "";
}
