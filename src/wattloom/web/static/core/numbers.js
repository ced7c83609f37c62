/** Numbers as people read them: three significant digits, a true minus sign, a thin space before the unit. */

import { locale } from "./texts.js";

const THIN_SPACE = "\u2009";
const symbols = new Map();

/** Format with as many decimals as three significant digits of `scale` need, so that a column lines up. */
export function decimal(value, scale = value) {
  const magnitude = Math.abs(scale);
  const decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
  const rounded = Number(value.toFixed(decimals)) || 0; // no "−0"
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return format.format(rounded).replace("-", "\u2212");
}

/** "EUR/kWh" as "€/kWh"; the same as unit_label of web/figures.py. */
export function unitLabel(unit) {
  return unit.replace(/^[A-Z]{3}(?=$|\/)/, symbolOf);
}

/** The sign of a currency that no other one shares, such as "€", "¥" and "CN¥"; without one its code. */
function symbolOf(code) {
  if (!symbols.has(code)) {
    const parts = new Intl.NumberFormat("en", { style: "currency", currency: code }).formatToParts(0);
    const { value } = parts.find(({ type }) => type === "currency");
    symbols.set(code, /\p{Sc}/u.test(value) ? value : code);
  }
  return symbols.get(code);
}

/** A price of energy: three decimals, since prices per kWh lie below one and differ in the third. */
export function price(value, unit) {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  return `${format.format(value || 0).replace("-", "\u2212")}${THIN_SPACE}${unitLabel(unit)}`;
}

export function withUnit(value, unit, scale = value) {
  return `${decimal(value, scale)}${THIN_SPACE}${unitLabel(unit)}`;
}
