"""The languages that pages are written in, and how each writes numbers and dates."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        code: Names it in catalogues, cookies and queries.
        name: What its speakers call it.
        tag: What ``<html lang>`` and browsers call it.
        decimal_point: Between units and tenths.
        group_separator: Between thousands and hundreds.
        weekdays: Short names, Monday first.
        months: Short names, January first.
        day_form: How a day of a month is written, without its year.
    """

    code: str
    name: str
    tag: str
    decimal_point: str
    group_separator: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day_form: str


_ENGLISH = Language(
    code="en",
    name="English",
    tag="en-GB",
    decimal_point=".",
    group_separator=",",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    day_form="{day} {month}",
)
_DUTCH = Language(
    code="nl",
    name="Nederlands",
    tag="nl-NL",
    decimal_point=",",
    group_separator=".",
    weekdays=("ma", "di", "wo", "do", "vr", "za", "zo"),
    months=("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    day_form="{day} {month}",
)
_GERMAN = Language(
    code="de",
    name="Deutsch",
    tag="de-DE",
    decimal_point=",",
    group_separator=".",
    weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    day_form="{day}. {month}",
)

DEFAULT_LANGUAGE: Final = _ENGLISH.code
LANGUAGES: Final = {language.code: language for language in (_ENGLISH, _DUTCH, _GERMAN)}
"""By code, in the order in which they are offered."""
