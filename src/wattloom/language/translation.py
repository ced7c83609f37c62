"""Texts in the language of the present request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from wattloom.errors import InternalError
from wattloom.language.languages import DEFAULT_LANGUAGE, LANGUAGES, Language

COMPILED: Final = Path(__file__).parent / "dist"
_present: ContextVar[str] = ContextVar("wattloom_language", default=DEFAULT_LANGUAGE)


@contextmanager
def using(code: str) -> Iterator[None]:
    """Answer in a language meanwhile; threads that are started for a request follow it."""
    assert code in LANGUAGES
    token = _present.set(code)
    try:
        yield
    finally:
        _present.reset(token)


def current_language() -> Language:
    """Return the language of the present request, English where none was stated."""
    return LANGUAGES[_present.get()]


def gettext(text: str, /, **values: object) -> str:
    """Return a text in the present language.

    Args:
        text: In English.
        values: What to put in the place of each ``%(name)s``; without any, all places stay as they are.
    """
    # The empty text is the key of a catalogue's own header.
    translated = _catalogue(_present.get()).gettext(text) if text else text
    return translated % values if values else translated


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a text that goes with a number, in the present language; filled as by :func:`gettext`."""
    translated = _catalogue(_present.get()).ngettext(one, many, n)
    return translated % values if values else translated


def translatable(text: str) -> str:
    """Return the text itself: marks what stands in a table, and goes through :func:`gettext` when it is used."""
    return text


@cache
def _catalogue(code: str) -> NullTranslations:
    if code == DEFAULT_LANGUAGE:
        return NullTranslations()
    try:
        with (COMPILED / f"{code}.mo").open("rb") as file:
            return GNUTranslations(file)
    except FileNotFoundError as error:
        raise InternalError("The translations are not built: run 'python scripts/build_frontend.py'.") from error
