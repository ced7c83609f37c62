"""Figures of schedules as people read them: rounded, with their units, and coloured where they are good or bad news."""

from rich.text import Text

GOOD, BAD, WARNING = "green", "bold red", "yellow"
UNKNOWN = "–"

_SMALLEST_PERCENT = 1e-4
_SHORTEST_S = 0.01
_MANY = 100


def money(value: float | None, currency: str, *, is_gain: bool | None = None) -> Text:
    """Return an amount of money.

    Args:
        value: The amount; None when nobody knows.
        currency: Its currency.
        is_gain: Whether more of it is better: earnings and savings are good news, losses bad; a cost is neither.
    """
    if value is None:
        return _figure(UNKNOWN, "dim")
    shown = round(value, 2) + 0.0
    return _figure(f"{shown:.2f} {currency}", _news(shown, is_gain=is_gain))


def percent(share: float | None) -> Text:
    """Return how far a plan may be from the best one; 0 where that is proven."""
    if share is None:
        return _figure(UNKNOWN, "dim")
    if share * 100 < _SMALLEST_PERCENT:
        return _figure("0 %", GOOD)
    return _figure(f"{digits(share * 100)} %", WARNING)


def seconds(value: float | None) -> Text:
    """Return a duration."""
    return _figure(UNKNOWN, "dim") if value is None else _figure(duration(value))


def duration(length_s: float) -> str:
    """Return a length of time."""
    return f"{digits(length_s)} s" if length_s >= _SHORTEST_S or not length_s else f"<{_SHORTEST_S} s"


def amount(value: float | None, unit: str) -> Text:
    """Return an energy, a power or a price."""
    return _figure(UNKNOWN, "dim") if value is None else _figure(f"{digits(value)} {unit}")


def bad(text: str) -> Text:
    """Return a figure that is bad news."""
    return _figure(text, BAD)


def digits(value: float) -> str:
    """Return three significant digits, at least those before the point."""
    if abs(value) >= _MANY:
        return f"{value:.0f}"
    text = f"{value:.3g}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if "e" in text else text


def _news(value: float, *, is_gain: bool | None) -> str:
    if is_gain is None or not value:
        return ""
    if (value > 0) == is_gain:
        return GOOD
    return BAD if is_gain else ""


def _figure(text: str, style: str = "") -> Text:
    return Text(text.replace("-", "−"), style=style, justify="right")
