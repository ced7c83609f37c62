/** Inputs of fields that hold lists and objects; their parts are fields again. See inputs.js for what makers take. */
import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { t } from "../core/texts.js";

/** Several quantities, which are added up. */
export function quantitiesInput({ field, value, label, change, place, inputOf }) {
  const part = { ...field, kind: "quantity" };
  return listInput({
    items: value ?? [],
    change,
    addText: t("Add a quantity"),
    itemOf: (item, n, put) =>
      inputOf({ field: part, value: item, label: t("%(name)s, number %(n)s", { name: label, n: n + 1 }), change: put, place }),
  });
}

/** Promises, each with a name, a baseline and prices. */
export function commitmentsInput({ value, change, place, inputOf }) {
  const fields = place.table.fields("commitment");
  return listInput({
    items: value ?? [],
    change,
    addText: t("Add a promise"),
    itemOf: (item, n, put) => h("div", { class: "nested" }, objectInput({ fields, value: item ?? {}, change: put, place, inputOf })),
  });
}

/** Which futures to plan for; what is left empty has its default. */
export function scenariosInput({ value, change, place, inputOf }) {
  const fields = place.table.fields("scenarios");
  return h("div", { class: "nested" }, objectInput({ fields, value: value ?? {}, change: (made) => change(made ?? {}), place, inputOf }));
}

/** From when on steps are longer. */
export function laterInput({ value, change, place, inputOf }) {
  const part = (name, label, example) => ({
    name,
    label,
    kind: "length",
    example,
    units: [],
    forms: [],
    description: "",
    default: "",
  });
  const fields = [part("after", t("After"), "PT24H"), part("resolution", t("Length of steps"), "PT1H")];
  return h("div", { class: "nested" }, objectInput({ fields, value: value ?? {}, change, place, inputOf }));
}

/** An object whose fields all have an input; empty ones are left out. */
function objectInput({ fields, value, change, place, inputOf }) {
  let present = { ...value };
  return fields.map((field) =>
    h(
      "div",
      { class: "nested-field", "data-path": field.name },
      h("span", { class: "nested-label", title: field.description || false }, field.label, " ", h("code", {}, field.name)),
      inputOf({
        field,
        value: present[field.name],
        label: field.label,
        place,
        change: (part) => {
          present = { ...present };
          if (part === undefined) {
            delete present[field.name];
          } else {
            present[field.name] = part;
          }
          change(Object.keys(present).length > 0 ? present : undefined);
        },
      }),
    ),
  );
}

/** A list whose items can be added and removed; `itemOf(item, n, put)` makes the input of one. */
function listInput({ items, change, addText, itemOf }) {
  const present = [...items];
  const rows = h("div", { class: "list-items" });
  const tell = () => {
    const filled = present.filter((item) => item !== undefined);
    change(filled.length > 0 ? filled : undefined);
  };
  const show = () => {
    rows.replaceChildren(
      ...present.map((item, n) =>
        h(
          "div",
          { class: "list-item" },
          itemOf(item, n, (made) => {
            present[n] = made;
            tell();
          }),
          h(
            "button",
            {
              type: "button",
              class: "icon-button",
              "aria-label": t("Remove number %(n)s", { n: n + 1 }),
              onclick: () => {
                present.splice(n, 1);
                tell();
                show();
                add.focus();
              },
            },
            icon("trash"),
          ),
        ),
      ),
    );
  };
  const add = h(
    "button",
    {
      type: "button",
      class: "button small",
      onclick: () => {
        present.push(undefined);
        show();
        rows.lastElementChild.querySelector("input, select, textarea")?.focus();
      },
    },
    icon("plus"),
    addText,
  );
  if (present.length === 0) {
    present.push(undefined);
  }
  show();
  return h("div", { class: "list-input" }, rows, add);
}
