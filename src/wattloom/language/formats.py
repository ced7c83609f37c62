"""Numbers and dates as the readers of the present language write them. Times of day have 24 hours in all of them."""

from datetime import date, datetime
from typing import Final

from wattloom.language.translation import current_language

MINUS: Final = "\N{MINUS SIGN}"


def format_number(value: float, decimals: int, *, grouped: bool = True) -> str:
    """Return a number with so many decimals; never ``−0``.

    Args:
        value: The number.
        decimals: How many.
        grouped: Whether separators divide thousands.
    """
    rounded = round(value, decimals) + 0.0
    language = current_language()
    separators = str.maketrans({",": language.group_separator if grouped else "", ".": language.decimal_point})
    text = f"{abs(rounded):,.{decimals}f}".translate(separators)
    return f"{MINUS}{text}" if rounded < 0 else text


def format_weekday(day: date) -> str:
    """Return the short name of a weekday, for example ``Mon``."""
    return current_language().weekdays[day.weekday()]


def format_day(day: date) -> str:
    """Return a day without its year, for example ``23 Nov``."""
    language = current_language()
    return language.day_form.format(day=day.day, month=language.months[day.month - 1])


def format_date(day: date) -> str:
    """Return a day with its year, for example ``23 Nov 2026``."""
    return f"{format_day(day)} {day.year}"


def format_clock(at: datetime) -> str:
    """Return a time of day in its own time zone, for example ``07:30``."""
    return f"{at:%H:%M}"
