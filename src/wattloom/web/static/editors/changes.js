/** What differs between two flex-configs, shown before it is saved. */
import { h } from "../core/dom.js";
import { t } from "../core/texts.js";
import { shortText } from "./values.js";

/** Whether two values are equal as JSON; the order of fields does not count. */
export function isEqual(one, other) {
  return sorted(one) === sorted(other);
}

function sorted(value) {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Fields that differ: [{ name, before, after }], undefined for none. */
export function differences(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !isEqual(before[name], after[name]))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

/** What is stored with the differences made in it, so that what somebody else changed meanwhile stays. */
export function onto(stored, found) {
  const made = { ...stored };
  for (const { name, after } of found) {
    if (after === undefined) {
      delete made[name];
    } else {
      made[name] = after;
    }
  }
  return made;
}

/**
 * Show what would be saved, and return whether to go on.
 * @param {{name: string, label: string, before: unknown, after: unknown}[]} found
 */
export async function confirmChanges(found) {
  const texts = await Promise.all(found.map(({ before, after }) => Promise.all([shortText(before), shortText(after)])));
  const rows = found.map(({ name, label }, n) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, label, " ", h("code", {}, name)),
      h("td", {}, h("del", {}, texts[n][0])),
      h("td", {}, h("ins", {}, texts[n][1])),
    ),
  );
  const head = [t("Field"), t("Before"), t("After")].map((text) => h("th", { scope: "col" }, text));
  const table = h("table", { class: "changes" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
  const dialog = h(
    "dialog",
    { class: "dialog wide", "aria-labelledby": "changes-title" },
    h("h2", { id: "changes-title" }, t("What will be saved")),
    h("div", { class: "changes-box" }, table),
    h(
      "form",
      { method: "dialog", class: "actions" },
      h("button", { class: "button", value: "cancel" }, t("Back")),
      h("button", { class: "button primary", value: "save" }, t("Save")),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[value=save]").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "save");
    });
  });
}
