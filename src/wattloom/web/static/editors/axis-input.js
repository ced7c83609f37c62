/** Where the y-axis of a graph begins and ends: "zero", "data", [min, max] or {min, max}. */
import { freshId, h } from "../core/dom.js";
import { t } from "../core/texts.js";

/** Make the input. @param {unknown} value @param {(value: unknown) => void} change */
export function axisInput(value, change) {
  const present = parts(value);
  const modes = [
    ["zero", t("from zero")],
    ["data", t("as the data need")],
    ["least", t("at least from … to")],
    ["hard", t("exactly from … to")],
  ];
  const modeId = freshId("axis");
  const mode = h(
    "select",
    { id: modeId, onchange: () => tell() },
    modes.map(([name, text]) => h("option", { value: name, selected: name === present.mode }, text)),
  );
  const number = (name, label) =>
    h("input", { type: "number", step: "any", "aria-label": label, value: present[name] ?? "", oninput: () => tell() });
  const min = number("min", t("Lower end of the axis"));
  const max = number("max", t("Upper end of the axis"));
  const range = h("div", { class: "axis-range" }, min, max);
  const tell = () => {
    const isRange = mode.value === "least" || mode.value === "hard";
    range.hidden = !isRange;
    const [low, high] = [min, max].map((input) => (input.value === "" ? null : Number(input.value)));
    change({ zero: "zero", data: "data", least: [low, high], hard: { min: low, max: high } }[mode.value]);
  };
  range.hidden = present.min === undefined;
  return h("div", { class: "field" }, h("label", { for: modeId }, t("Vertical axis")), mode, range);
}

function parts(value) {
  if (Array.isArray(value)) {
    return { mode: "least", min: value[0], max: value[1] };
  }
  return value !== null && typeof value === "object" ? { mode: "hard", ...value } : { mode: value };
}
