"""Spreadsheets: what is safe to unpack, and the rows of one sheet.

The parser keeps a sheet as a full rectangle, so that two cells in opposite
corners would cost gigabytes; and archives can hold a thousand times what was
sent. Both are measured first: an archive is unpacked within limits and handed
on as it was found to be.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from wattloom.errors import InputError
from wattloom.timeseries.recording.files import legacy_excel
from wattloom.timeseries.recording.files.cells import NumberedRows

_ARCHIVE = b"PK\3\4"
MAX_UNPACKED_BYTES = 100_000_000
MAX_CELLS = 2_500_000
_WORKBOOK = "xl/workbook.xml"
# The parser reads attributes without blanks between them, and columns and rows of any number of letters and digits.
_REFERENCE = re.compile(rb"""(?<=[\s"'])r\s*=\s*["'](?=([A-Za-z]*)\+?([0-9]*))""")
_MOST_LETTERS, _MOST_DIGITS = 3, 7
_ROW_OR_CELL = re.compile(rb"<(?!/)(?:[^\s<>:]*:)?(row|c)(?=[\s/>])")
_REFERENCED = re.compile(rb"""<(?:row|c) r=["']""")
# The lengths are limited, so that no text makes the search slow.
_UNCALCULATED = re.compile(
    rb"""<c\b[^<>]{0,200}?\sr=["']([A-Z]{1,3})(\d{1,7})["'][^<>]{0,200}>\s{0,9}"""
    rb"""<f\b[^<>]{0,500}(?:/>|>[^<]{0,9000}</f>)\s{0,9}(?:<v\s{0,9}/>|<v>\s{0,9}</v>)?\s{0,9}</c>"""
)
_UNREADABLE = "This is not an Excel file that can be read; save it as XLSX or CSV."
_UNCALCULATED_PROBLEM = "is a formula that was never calculated; open and save the workbook, or store values."
_ENCRYPTED = "The file is protected by a password; save it without."
_Result = TypeVar("_Result")


def is_spreadsheet(content: bytes) -> bool:
    """Whether a file begins like one of Excel, whatever its name."""
    return content.startswith((_ARCHIVE, legacy_excel.SIGNATURE))


def rows_of_sheet(content: bytes, index: int) -> NumberedRows:
    """Return the rows of one sheet with their numbers.

    Args:
        content: An XLS, XLSX or XLSM file.
        index: Which sheet, counted from 0.

    Raises:
        InputError: The file cannot be read, is protected or too large when unpacked, has no such
            sheet, or a formula in it was never calculated.
    """
    uncalculated: set[tuple[int, int]] = set()
    if content.startswith(_ARCHIVE):
        content, uncalculated = _unpacked(content)
    else:
        _check_legacy(content)
    workbook = _parse(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))
    sheet = _sheet(workbook, index)
    start = sheet.start
    if start is None:
        raise InputError(f"The sheet '{sheet.name}' is empty.")
    margin = [""] * start[1]
    for number, row in enumerate(_parse(sheet.iter_rows), start=1):
        cells = margin + row
        for position, cell in enumerate(cells, start=1) if uncalculated else ():
            if cell == "" and (number, position) in uncalculated:
                raise InputError(f"Row {number}, column {position} {_UNCALCULATED_PROBLEM}")
        yield number, cells


def _sheet(workbook: CalamineWorkbook, index: int) -> CalamineSheet:
    n_sheets = len(workbook.sheet_names)
    if not 0 <= index < n_sheets:
        raise InputError(f"There is no sheet {index}: the file has {n_sheets}, counted from 0.", field="sheet_number")
    try:
        return _parse(lambda: workbook.get_sheet_by_index(index))
    except WorksheetNotFound as error:
        raise InputError(f"'{workbook.sheet_names[index]}' is no sheet of cells.", field="sheet_number") from error


def _parse(run: Callable[[], _Result]) -> _Result:
    """Run the parser; whatever it finds wrong is wrong with the file."""
    try:
        return run()
    except PasswordError as error:
        raise InputError(_ENCRYPTED) from error
    except (KeyboardInterrupt, SystemExit, MemoryError, WorksheetNotFound):
        raise
    except BaseException as error:  # a panic of the parser, written in Rust, is no Exception
        raise InputError(_UNREADABLE) from error


def _unpacked(content: bytes) -> tuple[bytes, set[tuple[int, int]]]:
    """Return the parts that make a workbook, without compression, and where formulas have no values."""
    found = io.BytesIO()
    uncalculated: set[tuple[int, int]] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(found, "w") as plain:
            parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
            if _WORKBOOK not in {part.filename for part in parts}:
                raise InputError(_UNREADABLE)
            if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise InputError(f"The file is larger than {MAX_UNPACKED_BYTES // 10**6} MB when unpacked.")
            for part in parts:
                if part.filename == "content.xml":
                    continue  # of another format, whose repeated cells have no limits
                data = archive.read(part)
                uncalculated |= _checked_part(data)
                plain.writestr(part.filename, data)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise InputError(_UNREADABLE) from error
    return found.getvalue(), uncalculated


def _checked_part(data: bytes) -> set[tuple[int, int]]:
    """Return where formulas have no values, as row and column counted from 1."""
    if b"\0" in data:
        raise InputError(_UNREADABLE)
    if b"sheetData" not in data:
        return set()
    _check_size(*_extent(data))
    if b"<f" not in data:
        return set()
    return {(int(digits), _column_number(letters)) for letters, digits in _UNCALCULATED.findall(data)}


def _extent(data: bytes) -> tuple[int, int]:
    """Return how many rows and columns a sheet has at most."""
    columns: set[bytes] = set()
    n_rows = 0
    for letters, digits in _REFERENCE.findall(data):
        if len(letters) > _MOST_LETTERS or len(digits) > _MOST_DIGITS:
            raise InputError(_UNREADABLE)
        columns.add(letters)
        n_rows = max(n_rows, int(digits or 0))
    n_columns = max(map(_column_number, columns), default=0)
    found = _ROW_OR_CELL.findall(data)
    if len(found) > len(_REFERENCED.findall(data)):
        # What does not say where it is follows what stands before it.
        n_rows += found.count(b"row")
        n_columns += max(len(cells) for cells in b"".join(found).split(b"row"))
    return n_rows, n_columns


def _check_legacy(content: bytes) -> None:
    size = legacy_excel.size_of(content)
    if size is None:
        raise InputError(_UNREADABLE)
    if size.is_encrypted:
        raise InputError(_ENCRYPTED)
    _check_size(size.n_cells, 1)


def _check_size(n_rows: int, n_columns: int) -> None:
    if n_rows * n_columns > MAX_CELLS:
        raise InputError(
            f"The sheet reaches over {n_rows * n_columns} cells; at most {MAX_CELLS} are read. "
            "Delete empty rows and columns behind the data."
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
