"""What people read, in their language: texts, numbers, dates.

:func:`gettext` and :func:`ngettext` translate into the language of the present
request, which the edge states with :func:`using`. English is the key of every
text and what is shown where a translation is missing. Compiled catalogues lie
in ``dist``; ``scripts/translate.py`` keeps their sources in ``catalogues``.

Knows nothing of HTTP but the two texts that a choice is made from.
"""

from wattloom.language.choice import LANGUAGE_COOKIE, choose_language
from wattloom.language.formats import MINUS, format_clock, format_date, format_day, format_number, format_weekday
from wattloom.language.languages import DEFAULT_LANGUAGE, LANGUAGES, Language
from wattloom.language.translation import current_language, gettext, ngettext, translatable, using

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "LANGUAGE_COOKIE",
    "MINUS",
    "Language",
    "choose_language",
    "current_language",
    "format_clock",
    "format_date",
    "format_day",
    "format_number",
    "format_weekday",
    "gettext",
    "ngettext",
    "translatable",
    "using",
]
