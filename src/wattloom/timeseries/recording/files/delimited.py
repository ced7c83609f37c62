"""Text files of values between delimiters: their encoding, their delimiter, their rows."""

import codecs
import csv
from collections.abc import Iterable

from wattloom.errors import InputError
from wattloom.timeseries.recording.files.cells import NumberedRows

_DELIMITERS = (";", "\t", "|", ",")
_LOOKED_AT = 20
_MAX_CELL = 1000
# With their marks; the longer one first, because one begins like the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or Latin-1.

    UTF-16 needs its mark, or a text whose every other byte is zero. What is not
    UTF-8 is Latin-1 if it has no control characters.

    Raises:
        InputError: None of these.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _guessed(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"The text cannot be read as {encoding.upper()} (byte {error.start}); save the file as UTF-8."
        ) from error
    if any(ord(character) < ord(" ") and character not in "\t\r\n" for character in set(text)):
        raise InputError("This is not a text file; save it as CSV in UTF-8.")
    return text


def delimiter_of(text: str) -> str:
    """Return the delimiter that stands in all of the first lines: ``;``, tab, ``|`` or else a comma."""
    lines = [line for line in text[: _LOOKED_AT * _MAX_CELL].splitlines()[:_LOOKED_AT] if line.strip()]
    return next((each for each in _DELIMITERS if lines and all(each in line for line in lines)), ",")


def rows_of_lines(lines: Iterable[str], delimiter: str) -> NumberedRows:
    """Return the rows of a text, with the numbers of the lines on which they end.

    Raises:
        InputError: A quote does not end, or a cell is longer than any number or time.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise InputError(f"Row {reader.line_num}: the quotes are not as they should be ({error}).") from error


def _guessed(content: bytes) -> str:
    sample = content[:_MAX_CELL]
    if b"\0" in sample:
        return "utf-16-le" if b"\0" not in sample[::2] else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"
