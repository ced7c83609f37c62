"""Spreadsheets for tests, as bytes: XLSX with openpyxl, and the smallest XLS that there is."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SMALL_SECTOR, _SMALL_BELOW = 512, 64, 4096


def xlsx(*sheets: Iterable[Sequence[Any]]) -> bytes:
    """A workbook with these sheets, row by row."""
    workbook = openpyxl.Workbook(write_only=True)
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(list(row))
    found = io.BytesIO()
    workbook.save(found)
    return found.getvalue()


def repacked(workbook: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """The same workbook with other parts."""
    found = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = {name: old.read(name) for name in old.namelist()} | replaced
        for name, data in parts.items():
            new.writestr(name, data)
    return found.getvalue()


def xls(rows: Iterable[Sequence[str | float]], *, further: bytes = b"", is_small: bool = False) -> bytes:
    """A workbook of Excel 97 with one sheet of texts and numbers, and further records in it."""
    records = b"".join(_cell(y, x, cell) for y, row in enumerate(rows) for x, cell in enumerate(row))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + records + further + _record(0x000A)
    workbook = _globals(len(_globals(0))) + sheet
    return compound_file_of_small("Workbook", workbook) if is_small else compound_file({"Workbook": workbook})


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of a sheet."""
    return _record(kind, data)


def number_record(row: int, column: int, value: float) -> bytes:
    """The record of a number."""
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams, each long enough for sectors of its own."""
    table: list[int] = [_TABLE, _END]
    sectors = b""
    entries = [_entry("Root Entry", 5, _END, 0)]
    for name, content in streams.items():
        padded = content.ljust(max(_SMALL_BELOW, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
        entries.append(_entry(name, 2, len(table), len(padded)))
        table += _chain(len(table), len(padded) // _SECTOR)
        sectors += padded
    return _file(table, entries, sectors, small_table_at=_END)


def compound_file_of_small(name: str, content: bytes) -> bytes:
    """A compound file with one stream that is short, and therefore kept in sectors of 64 bytes."""
    padded = content.ljust(-(-len(content) // _SECTOR) * _SECTOR, b"\0")
    small_table = _chain(0, len(padded) // _SMALL_SECTOR)
    table = [_TABLE, _END, _END, *_chain(3, len(padded) // _SECTOR)]
    entries = [_entry("Root Entry", 5, 3, len(padded)), _entry(name, 2, 0, len(content))]
    return _file(table, entries, _table_sector(small_table) + padded, small_table_at=2)


def _file(table: list[int], entries: list[bytes], sectors: bytes, *, small_table_at: int) -> bytes:
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0),
        *(_SMALL_BELOW, small_table_at, int(small_table_at != _END), _END, 0, 0),
    )
    header += struct.pack("<108I", *[_FREE] * 108)
    return header + _table_sector(table) + b"".join(entries).ljust(_SECTOR, b"\0") + sectors


def _chain(start: int, n: int) -> list[int]:
    return [*range(start + 1, start + n), _END]


def _table_sector(table: list[int]) -> bytes:
    assert len(table) <= _SECTOR // 4
    return struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))


def _globals(sheet_at: int) -> bytes:
    name = b"Sheet1"
    bound = struct.pack("<IBBBB", sheet_at, 0, 0, len(name), 0) + name
    return (
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
        + _record(0x0042, struct.pack("<H", 1200))
        + _record(0x0085, bound)
        + _record(0x000A)
    )


def _cell(row: int, column: int, cell: str | float) -> bytes:
    if isinstance(cell, str):
        text = struct.pack("<HB", len(cell), 0) + cell.encode("latin-1")
        return _record(0x0204, struct.pack("<HHH", row, column, 0) + text)
    return number_record(row, column, cell)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _entry(name: str, kind: int, start: int, length: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sI16sIQ",
        encoded,
        len(encoded),
        kind,
        1,
        _FREE,
        _FREE,
        1 if kind == 5 else _FREE,
        b"",
        0,
        b"",
        start,
        length,
    )
