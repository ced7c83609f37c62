/**
 * One input for each kind of field. Each maker takes { field, value, label, change, place, inputOf } and returns an
 * element; it calls `change` with the new value, undefined for none. `place` knows the table of fields, the account
 * whose sensors are offered and the assets of the site. A value that does not fit an input is edited as JSON.
 */
import "../core/sensor-picker.js";
import { freshId, h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { commitmentsInput, laterInput, quantitiesInput, scenariosInput } from "./nested-inputs.js";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Return the input of a field. */
export function inputOf(asked) {
  const [make, fits] = KINDS[asked.field.kind] ?? KINDS.any;
  return asked.value === undefined || fits(asked.value) ? make({ ...asked, inputOf }) : jsonInput(asked);
}

/** A fixed quantity or the values of a sensor. */
function quantityInput({ field, value, label, change, place }) {
  const canBeFixed = field.stored !== "sensor";
  const isFixed = canBeFixed && !isObject(value);
  const body = h("div", { class: "quantity-body" });
  const show = (fixed, present) => {
    body.replaceChildren(fixed ? fixedInput({ field, value: present, label, change }) : referenceInput({ field, value: present, label, change, place }));
  };
  show(isFixed, value);
  if (!canBeFixed) {
    return body;
  }
  const choice = segments(
    t("How %(name)s is given", { name: label }),
    [
      ["fixed", t("Value")],
      ["sensor", t("Sensor")],
    ],
    isFixed ? "fixed" : "sensor",
    (form) => {
      change(undefined);
      show(form === "fixed", undefined);
      body.querySelector("input")?.focus();
    },
  );
  return h("div", { class: "quantity" }, choice, body);
}

function fixedInput({ field, value, label, change }) {
  const units = freshId("units");
  const input = h("input", {
    type: "text",
    "aria-label": label,
    value: value ?? "",
    autocomplete: "off",
    placeholder: t("such as %(example)s", { example: field.example }),
    list: units,
    oninput: () => {
      const number = /^[\d.]+$/.exec(input.value.trim());
      list.replaceChildren(...(number ? field.units.map((unit) => h("option", { value: `${number[0]} ${unit}` })) : []));
      change(quantityOf(input.value));
    },
  });
  const list = h("datalist", { id: units });
  return h("div", {}, input, list);
}

/** A number stays a number: some fields know its unit. */
function quantityOf(text) {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : NUMBER.test(trimmed) ? Number(trimmed) : trimmed;
}

function referenceInput({ field, value, label, change, place }) {
  let rest = isObject(value) ? value : {};
  const picker = pickerFor(field, place, label, rest.sensor);
  const tell = () => change(picker.value === null ? undefined : { ...rest, sensor: picker.value });
  picker.addEventListener("change", tell);
  const fallback = h("input", {
    type: "text",
    value: rest.default ?? "",
    "aria-label": t("%(name)s where the sensor has no data", { name: label }),
    placeholder: t("such as %(example)s", { example: field.example }),
    oninput: () => {
      const { default: _old, ...others } = rest;
      const wanted = quantityOf(fallback.value);
      rest = wanted === undefined ? others : { ...others, default: wanted };
      tell();
    },
  });
  const further = h("details", { open: rest.default !== undefined }, h("summary", {}, t("Where the sensor has no data")), fallback);
  return h("div", {}, picker, further);
}

/** A picker of sensors that fit a field. */
function pickerFor(field, place, label, value, attributes = {}) {
  return h("sensor-picker", {
    "aria-label": label,
    unit: field.units.join(","),
    account: place.account,
    public: place.account === null,
    value: value ?? false,
    ...attributes,
  });
}

function outputInput({ field, value, label, change, place }) {
  const picker = pickerFor(field, place, label, value?.sensor);
  picker.addEventListener("change", () =>
    change(picker.value === null ? undefined : { ...(value ?? {}), sensor: picker.value }),
  );
  return picker;
}

function socInput(asked) {
  return outputInput({ ...asked, field: { ...asked.field, units: ["kWh", "%"] } });
}

function idInput({ field, value, label, change, place }) {
  const picker = pickerFor(field, place, label, value);
  picker.addEventListener("change", () => change(picker.value ?? undefined));
  return picker;
}

function idsInput({ field, value, label, change, place }) {
  const picker = pickerFor(field, place, label, value?.join(",") || undefined, { multiple: true });
  picker.addEventListener("change", () => change(picker.value.length > 0 ? picker.value : undefined));
  return picker;
}

/** Several references; what else stands in one of them stays. */
function referencesInput({ field, value, label, change, place }) {
  const known = new Map((value ?? []).map((reference) => [reference.sensor, reference]));
  const picker = pickerFor(field, place, label, [...known.keys()].join(",") || undefined, { multiple: true });
  picker.addEventListener("change", () => {
    const wanted = picker.value.map((id) => known.get(id) ?? { sensor: id });
    change(wanted.length > 0 ? wanted : undefined);
  });
  return picker;
}

function flagInput({ value, label, change }) {
  const options = [
    ["true", t("Yes")],
    ["false", t("No")],
  ];
  return segments(label, options, value === undefined ? null : String(value), (chosen) => change(chosen === "true"));
}

function textInput({ field, value, label, change }) {
  const input = h("input", {
    type: "text",
    "aria-label": label,
    value: value ?? "",
    placeholder: field.example ? t("such as %(example)s", { example: field.example }) : false,
    oninput: () => change(input.value.trim() || undefined),
  });
  return input;
}

function numberInput({ field, value, label, change }) {
  const input = h("input", {
    type: "number",
    step: "any",
    "aria-label": label,
    value: value ?? "",
    placeholder: t("such as %(example)s", { example: field.example }),
    oninput: () => change(input.value === "" ? undefined : Number(input.value)),
  });
  return input;
}

/** The group is called by an asset of the site, or by a sensor. */
function groupInput({ field, value, label, change, place }) {
  const body = h("div");
  const show = (kind) => body.replaceChildren(kind === "asset" ? assets : sensors);
  const options = place.assets.map(({ id, name }) => h("option", { value: id, selected: id === value?.asset }, name));
  const assets = h(
    "select",
    { "aria-label": label, onchange: () => change(assets.value === "" ? undefined : { asset: Number(assets.value) }) },
    h("option", { value: "" }, t("Choose an asset")),
    options,
  );
  const sensors = pickerFor({ ...field, units: ["kW"] }, place, label, value?.sensor);
  sensors.addEventListener("change", () => change(sensors.value === null ? undefined : { sensor: sensors.value }));
  const kind = value?.sensor === undefined ? "asset" : "sensor";
  show(kind);
  const kinds = [
    ["asset", t("Asset")],
    ["sensor", t("Sensor")],
  ];
  const choice = segments(t("What the group is called by"), kinds, kind, (chosen) => {
    change(undefined);
    show(chosen);
  });
  return h("div", { class: "quantity" }, choice, body);
}

/** What has no form of its own, or another shape than its form can show. */
function jsonInput({ value, label, change }) {
  const text = h("textarea", { "aria-label": label, rows: 4, spellcheck: "false" });
  text.value = value === undefined ? "" : JSON.stringify(value, null, 2);
  text.addEventListener("input", () => {
    try {
      change(text.value.trim() === "" ? undefined : JSON.parse(text.value));
      text.removeAttribute("aria-invalid");
    } catch {
      text.setAttribute("aria-invalid", "true");
    }
  });
  return text;
}

/** A few choices beside each other; `options` are pairs of value and text. */
export function segments(label, options, value, choose) {
  const name = freshId("choice");
  const choices = options.map(([option, text]) =>
    h(
      "label",
      {},
      h("input", { type: "radio", name, value: option, checked: option === value, onchange: () => choose(option) }),
      h("span", {}, text),
    ),
  );
  return h("div", { class: "segments", role: "radiogroup", "aria-label": label }, choices);
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

const isReference = (value) => isObject(value) && Number.isInteger(value.sensor);
const isPlain = (value) => ["string", "number"].includes(typeof value);
const isQuantity = (value) => isPlain(value) || isReference(value);
const isListOf = (fits) => (value) => Array.isArray(value) && value.every(fits);

const KINDS = {
  quantity: [quantityInput, isQuantity],
  quantities: [quantitiesInput, isListOf(isQuantity)],
  flag: [flagInput, (value) => typeof value === "boolean"],
  text: [textInput, (value) => typeof value === "string"],
  id: [idInput, Number.isInteger],
  ids: [idsInput, isListOf(Number.isInteger)],
  output: [outputInput, isReference],
  references: [referencesInput, isListOf(isReference)],
  reference: [outputInput, isReference],
  soc: [socInput, isReference],
  commitments: [commitmentsInput, isListOf(isObject)],
  scenarios: [scenariosInput, isObject],
  group: [groupInput, isObject],
  length: [textInput, (value) => typeof value === "string"],
  number: [numberInput, (value) => typeof value === "number"],
  later: [laterInput, isObject],
  any: [jsonInput, () => true],
};
