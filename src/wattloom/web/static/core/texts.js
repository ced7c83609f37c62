/**
 * Texts of scripts in the language of the page; English is the key.
 *
 * Before the scripts of a page a small one states the translations, in English none is needed:
 * a text, or a pair of texts where it depends on a number. Write each text as one literal, in double
 * quotes: `python -m scripts.translate` finds them by the calls of `t`, `tn` and `translatable`.
 */

/** What `Intl` calls the language of the page, such as "nl-NL". */
export const locale = document.documentElement.lang || "en";

/** What the API calls it, such as "nl". */
export const language = locale.slice(0, 2);

const texts = globalThis.wattloomTexts ?? {};

/** Translate, and put values in the places of "%(name)s". */
export function t(text, values = {}) {
  return filled(texts[text] ?? text, values);
}

/** Translate what depends on a number, which is also the value of "%(n)s". */
export function tn(one, many, n, values = {}) {
  const forms = texts[one] ?? [one, many];
  return filled(forms[n === 1 ? 0 : 1], { n, ...values });
}

/** Mark a text of a table, which `t` translates when it is shown. */
export function translatable(text) {
  return text;
}

function filled(text, values) {
  return text.replaceAll(/%\((\w+)\)s/g, (_, name) => values[name]);
}
