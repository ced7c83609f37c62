/** Texts of scripts in the language of the page; English is the key. */

/** Translate, and put values in the places of "%(name)s". */
export function t(text, values = {}) {
  const translated = globalThis.wattloomTexts?.[text] ?? text;
  return translated.replaceAll(/%\((\w+)\)s/g, (_, name) => values[name]);
}
