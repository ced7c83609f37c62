"""Numbers as people read them in their language: three significant digits, a thin space before the unit."""

import math

from markupsafe import Markup

from wattloom.language import MINUS, format_number

THIN_SPACE = "\N{THIN SPACE}"
_SYMBOLS = {
    "AUD": "A$",
    "BRL": "R$",
    "CAD": "CA$",
    "CNY": "CN¥",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "ILS": "₪",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "MXN": "MX$",
    "NZD": "NZ$",
    "PHP": "₱",
    "TWD": "NT$",
    "USD": "$",
    "VND": "₫",
    "XCD": "EC$",
}
"""Signs that no two currencies share, as browsers know them for ``static/core/numbers.js``."""


def decimal(value: float, *, decimals: int | None = None) -> str:
    """Return a number with three significant digits, or with the given decimals; never ``−0``.

    A dash stands for what is no number any more, such as the sum of values that are too large.
    """
    if not math.isfinite(value):
        return "–"
    if decimals is None:
        decimals = max(0, 2 - math.floor(math.log10(max(abs(value), 1))))
    return format_number(value, decimals)


def quantity(value: float, unit: str, *, sign: bool = False) -> Markup:
    """Return a number with its unit in a lighter weight; a gain with its plus sign if wanted."""
    text = decimal(value)
    is_gain = sign and not text.startswith(MINUS)
    return Markup('{}{}<span class="unit">{}{}</span>').format("+" * is_gain, text, THIN_SPACE, unit)


def money(value: float, currency: str) -> Markup:
    """Return an amount with two decimals and its currency."""
    unit = _SYMBOLS.get(currency, currency)
    return Markup('{}<span class="unit">{}{}</span>').format(decimal(value, decimals=2), THIN_SPACE, unit)


def price(value: float, unit: str) -> Markup:
    """Return a price of energy with three decimals: per kWh it lies below one and differs in the third."""
    return Markup('{}<span class="unit">{}{}</span>').format(decimal(value, decimals=3), THIN_SPACE, unit_label(unit))


def unit_label(unit: str) -> str:
    """Return a unit as people write it: ``EUR/kWh`` as ``€/kWh``."""
    currency, slash, energy = unit.partition("/")
    return f"{_SYMBOLS.get(currency, currency)}{slash}{energy}"
