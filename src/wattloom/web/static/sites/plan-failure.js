/** Why there is no new plan: in words of people with the way to where that is mended, then in the words of the server. */
import { h } from "../core/dom.js";
import { t, translatable } from "../core/texts.js";

const LACKS_PRICE = /Prices unknown.*\(sensor (\d+)\)/;
const LACKS_CHARGE = /No recent state-of-charge value found for sensor (\d+)/;
const OF_DEVICE = /'(.+)' \(asset (\d+)\): /;
const OF_SITE = /^(site-|aggregate-|inflexible-|consumption-price|production-price|commodities|flex-context)/;
const SETTINGS = {
  "consumption-price": translatable("What electricity costs is not set, and without prices no plan can be made."),
  "state-of-charge": translatable("How full %(device)s is at present is not known."),
  "soc-max": translatable("How much %(device)s can hold is not set."),
  "power-capacity": translatable("How much power %(device)s can draw is not set."),
};

/**
 * Return what is wrong, as { text, link, href }; null where only the server's words say it.
 *
 * @param {{message: string, fields?: Record<string, string[]>}} refusal @param {number} site @param {Plan | null} plan
 */
export function reasonOf({ message, fields = {} }, site, plan) {
  const charge = message.match(LACKS_CHARGE);
  if (charge !== null) {
    return ofSensor(t(SETTINGS["state-of-charge"], { device: deviceOf(Number(charge[1]), plan) }), charge[1]);
  }
  const price = message.match(LACKS_PRICE);
  if (price !== null) {
    return ofSensor(t("For the time that is to be planned no prices are known."), price[1]);
  }
  const [, device, asset] = message.match(OF_DEVICE) ?? [];
  const field = Object.keys(fields)[0]?.split(".").find((part) => part in SETTINGS || OF_SITE.test(part));
  if (device === undefined && field === undefined) {
    return null;
  }
  const name = field ?? Object.keys(fields)[0]?.split(".").at(-1);
  const page = device === undefined ? `/assets/${site}/properties/flex-context` : `/assets/${asset}/properties/flex-model`;
  const text = name in SETTINGS ? t(SETTINGS[name], { device }) : settingOf(device);
  return { text, link: t("Change"), href: name && name !== "_schema" ? `${page}#${name}` : page };
}

/** Return paragraphs that say why there is no plan; `begin` leads from the reason to the whole sentence. */
export function whyWords(refusal, site, plan, begin = (reason) => reason) {
  const reason = reasonOf(refusal, site, plan);
  if (reason === null) {
    return [h("p", {}, begin(refusal.message))];
  }
  const { text, link, href } = reason;
  return [h("p", {}, begin(text), " ", h("a", { href }, link)), h("p", { class: "caption" }, refusal.message)];
}

/** The notice at the plan that the newest attempt to make one failed. */
export class PlanFailure {
  #place;
  #site;
  #refusal = null;

  /** @param {Element} place where it stands @param {number} site */
  constructor(place, site) {
    this.#place = place;
    this.#site = site;
  }

  /** A refused attempt leaves no job, so that this is told until there is a newer one. */
  refuse(error, plan) {
    this.#refusal = { error, after: plan?.lastJob?.id };
    this.show(plan);
  }

  show(plan) {
    const job = plan?.lastJob;
    if (this.#refusal?.after !== job?.id) {
      this.#refusal = null;
    }
    const failed = this.#refusal?.error ?? (job?.state === "failed" ? { message: job.message ?? "" } : null);
    this.#place.hidden = failed === null;
    const begin = (reason) => t("The last attempt to plan failed: %(reason)s", { reason });
    const words = failed === null ? [] : whyWords(failed, this.#site, plan, begin);
    this.#place.querySelector(".plan-failure-text").replaceChildren(...words);
  }
}

function ofSensor(text, sensor) {
  return { text, link: t("See its sensor"), href: `/sensors/${sensor}` };
}

function deviceOf(sensor, plan) {
  return plan?.series.find(({ sensors }) => sensors.includes(sensor))?.name ?? t("a battery or a car");
}

function settingOf(device) {
  return device === undefined ? t("A setting of the site stands in the way.") : t("A setting of %(device)s stands in the way.", { device });
}
