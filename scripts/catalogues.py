"""The sources of translations: which messages our code holds, and what the ``.po`` files make of them."""

import io
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "wattloom"
CATALOGUES = SOURCES / "language" / "catalogues"
_PLACEHOLDER = re.compile(r"%(?:\(\w+\)[a-z]|%)?")
_WORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "translatable": None}
_TABLE_WORDS = {"label", "description", "default"}
_TEXT = r'\s*("(?:[^"\\]|\\.)*")\s*([,)]|.)'
_IN_SCRIPT = re.compile(rf"(?<![\w.$#])(?:(?:t|translatable)\({_TEXT}|tn\({_TEXT}{_TEXT})", re.DOTALL)


def languages() -> list[str]:
    """Return the codes of all languages that there is a catalogue of."""
    return sorted(path.stem for path in CATALOGUES.glob("*.po"))


def messages_of_code(sources: Path = SOURCES) -> Catalog:
    """Return every message that our Python, templates, scripts and field table hold, with the files that hold it."""
    found = Catalog()
    for path in _files(sources):
        name = path.relative_to(sources).as_posix()
        for message in _messages_of(path):
            found.add(message, locations=[(name, 0)])
    return found


def read_catalogue(code: str) -> Catalog:
    """Return what the catalogue of a language holds now."""
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def updated(code: str, wanted: Catalog) -> str:
    """Return the text of a catalogue with all messages that are wanted and no others; translations are kept."""
    present = read_catalogue(code)
    catalogue = Catalog(locale=code)
    for message in _ordered(wanted):
        known = present.get(message.id)
        if known is None or known.id != message.id:  # the latter where a plural is new, or gone
            known = Message(message.id)
        catalogue.add(message.id, known.string, locations=sorted(set(message.locations)))
    text = io.BytesIO()
    write_po(text, catalogue, width=0, omit_header=True, include_lineno=False)
    # A header of our own: Babel's names dates and tools, which change with every run.
    header = f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return f'{header}"Plural-Forms: {catalogue.plural_forms}\\n"\n\n{text.getvalue().decode().strip()}\n'


def untranslated(catalogue: Catalog) -> list[Message]:
    """Return the messages that lack a translation, or one of its forms."""
    return [message for message in _ordered(catalogue) if not all(_texts(message.string))]


def unlike(catalogue: Catalog) -> list[Message]:
    """Return the messages whose translation has other placeholders than the English text."""
    return [
        message
        for message in _ordered(catalogue)
        for english, translation in zip(_texts(message.id), _texts(message.string), strict=True)
        if translation and set(_PLACEHOLDER.findall(english)) != set(_PLACEHOLDER.findall(translation))
    ]


def unfillable(catalogue: Catalog) -> list[Message]:
    """Return the messages of templates with a percent sign that stands for itself, and is not doubled."""
    return [
        message
        for message in _ordered(catalogue)
        if any(name.endswith(".html") for name, _line in message.locations)
        and any("%" in _PLACEHOLDER.findall(text) for text in _texts(message.id))
    ]


def _texts(text: Any) -> tuple[str, ...]:
    """Return the forms of a message; those without a plural have one."""
    return tuple(text) if isinstance(text, (tuple, list)) else (text,)


def _ordered(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages without the header: by file, then as they stand in it."""
    messages = [message for message in catalogue if message.id]
    return iter(sorted(messages, key=lambda message: min(message.locations)))


def _files(sources: Path) -> Iterator[Path]:
    web = sources / "web"
    yield from (path for path in sorted(sources.rglob("*.py")) if "wattloom.language" in path.read_text())
    yield from sources.glob("scheduling/flexmodel/fields.toml")
    yield from sorted((web / "templates").rglob("*.html"))
    yield from (path for path in sorted((web / "static").rglob("*.js")) if "dist" not in path.parts)


def _messages_of(path: Path) -> Iterator[str | tuple[str, ...]]:
    if path.suffix == ".js":
        yield from _messages_of_script(path)
        return
    if path.suffix == ".toml":
        yield from _messages_of_table(tomllib.loads(path.read_text()))
        return
    # An error in a template is one here, too: "silent" would leave its texts out.
    options = {"silent": "false", "trimmed": "true", "newstyle_gettext": "true"}
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    with path.open("rb") as file:
        for _line, message, _comments, _context in extract(method, file, keywords=_WORDS, options=options):
            yield message


def _messages_of_table(table: dict[str, Any]) -> Iterator[str]:
    """Yield what the table of fields, at any depth, tells people about them."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _messages_of_table(value)
        elif key in _TABLE_WORDS:
            yield value


def _messages_of_script(path: Path) -> Iterator[str | tuple[str, ...]]:
    """Yield the texts of calls, wherever they stand: Babel's reader gets lost in template strings.

    Raises:
        ValueError: A text is put together from parts.
    """
    for call in _IN_SCRIPT.finditer(path.read_text()):
        texts, ends = call.groups()[0::2], call.groups()[1::2]
        message = tuple(json.loads(text) for text in texts if text is not None)
        if not all(end in (None, ",", ")") for end in ends):
            raise ValueError(f"{path.name}: write this text as one: {message[0]}")
        yield message if len(message) > 1 else message[0]
