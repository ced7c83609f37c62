/** One field of a flex-config: what it is, its value, where the value comes from, and what is wrong with it. */
import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { t } from "../core/texts.js";
import { inputOf } from "./inputs.js";
import { shortText } from "./values.js";

const NOTHING = new Set(["none", "[]"]);

/**
 * Make the card of a field.
 *
 * @param {object} field of the table
 * @param {{value?: unknown, isOwn: boolean, inherited?: {value: unknown, asset: number, name: string}}} state
 * @param {{set: (value: unknown) => void, take: () => void, drop: () => void}} act what the buttons and the input do:
 *   `take` makes an own field of it, `drop` gives that up.
 */
export function flexCard(field, state, act, place) {
  const card = h("section", { class: "flex-card", "data-field": field.name, "aria-labelledby": `label-${field.name}` });
  const isHeld = state.isOwn || state.inherited !== undefined;
  card.classList.toggle("is-unset", !isHeld);
  card.append(heading(field, state, act));
  if (state.isOwn) {
    card.append(inputOf({ field, value: state.value, label: field.label, place, change: act.set }));
  } else if (state.inherited) {
    card.append(inheritedValue(state.inherited));
  }
  card.append(h("div", { class: "flex-said", role: "status" }), help(field));
  return card;
}

function heading(field, { isOwn, inherited }, act) {
  const button = (text, does, picture) =>
    h("button", { type: "button", class: "button small", onclick: does, "aria-describedby": `label-${field.name}` }, picture && icon(picture), text);
  let action = button(t("Set"), act.take, "plus");
  if (isOwn) {
    action = button(inherited ? t("Back to inherited") : t("Remove"), act.drop);
  } else if (inherited) {
    action = button(t("Override"), act.take);
  }
  return h(
    "div",
    { class: "flex-head" },
    h("h4", { id: `label-${field.name}` }, field.label, " ", h("code", {}, field.name)),
    origin(isOwn, inherited),
    action,
  );
}

function origin(isOwn, inherited) {
  if (!inherited) {
    return null;
  }
  const link = h("a", { href: `/assets/${inherited.asset}/properties/flex-context` }, inherited.name);
  return h("span", { class: "caption" }, isOwn ? t("instead of that of") : t("inherited from"), " ", link);
}

function inheritedValue({ value }) {
  const shown = h("p", { class: "inherited-value" });
  shortText(value).then((text) => (shown.textContent = text));
  return shown;
}

function help(field) {
  const parts = [field.description];
  if (field.default === "required") {
    parts.push(t("Needed for every schedule."));
  } else if (!NOTHING.has(field.default)) {
    parts.push(t("Without it: %(default)s.", { default: field.default }));
  }
  return h("p", { class: "caption" }, parts.join(" "));
}

/** Show under a card what the server says. @param {string[]} problems @param {string[]} warnings */
export function say(card, problems, warnings) {
  const lines = [
    ...problems.map((text) => h("p", { class: "problem" }, icon("bad"), text)),
    ...warnings.map((text) => h("p", { class: "warning" }, icon("warn"), text)),
  ];
  card.querySelector(".flex-said").replaceChildren(...lines);
  card.classList.toggle("has-problem", problems.length > 0);
  for (const control of card.querySelectorAll("input:not([type=radio]), select, textarea")) {
    control.toggleAttribute("aria-invalid", problems.length > 0);
    if (problems.length > 0) {
      control.setAttribute("aria-invalid", "true");
    }
  }
}
