"""How large the sheets of an XLS file are, found without building them.

An XLS file is a compound file: sectors, chained by a table, hold streams; the
stream ``Workbook`` is a sequence of records, each with its type and length
[MS-CFB, MS-XLS].
"""

import struct
from dataclasses import dataclass

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_LAST_SECTOR = 0xFFFFFFFA
_N_TABLES_IN_HEADER = 109
_WORKBOOKS = frozenset({"Workbook", "Book"})
_ENCRYPTED_PACKAGE = "EncryptedPackage"
_STREAM = 2
_SHEET_BEGIN, _DIMENSIONS, _PASSWORD = 0x0809, 0x0200, 0x002F
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_MULTIPLE = frozenset({0x00BD, 0x00BE})


@dataclass(frozen=True, slots=True)
class LegacySize:
    """What a parser would have to build.

    Attributes:
        n_cells: Cells of the rectangles that all sheets span together.
        is_encrypted: Whether the file is protected by a password.
    """

    n_cells: int
    is_encrypted: bool


def size_of(content: bytes) -> LegacySize | None:
    """Return the size of the sheets of a compound file, None if it is broken or no workbook."""
    try:
        file = _CompoundFile(content)
        if _ENCRYPTED_PACKAGE in file.streams:
            return LegacySize(0, is_encrypted=True)
        name = next((name for name in _WORKBOOKS if name in file.streams), None)
        return _size_of_records(file.read(name)) if name is not None else None
    except (struct.error, IndexError, ValueError):
        return None


class _CompoundFile:
    """The streams of a compound file.

    Attributes:
        streams: First sector and length of each, by name.
    """

    def __init__(self, content: bytes) -> None:
        sector_shift, small_shift = struct.unpack_from("<HH", content, 30)
        directory_at, _, self._cutoff, small_table_at, _, more_at, n_more = struct.unpack_from("<7I", content, 48)
        if sector_shift not in {9, 12} or small_shift != 6:  # noqa: PLR2004 - the values of the standard
            raise ValueError(sector_shift)
        self._sectors = _Sectors(content, 1 << sector_shift)
        self._sectors.table = self._sectors.read_table(more_at, n_more)
        directory = self._sectors.chain(directory_at)
        entries = [directory[at : at + _ENTRY_BYTES] for at in range(0, len(directory), _ENTRY_BYTES)]
        self.streams = dict(_stream_of(entry) for entry in entries if entry[66] == _STREAM)
        self._small = _Sectors(b"", 1 << small_shift)
        if small_table_at < _LAST_SECTOR:
            table = self._sectors.chain(small_table_at)
            root_at = struct.unpack_from("<I", entries[0], 116)[0]
            self._small = _Sectors(self._sectors.chain(root_at), 1 << small_shift, offset=0)
            self._small.table = list(struct.unpack(f"<{len(table) // 4}I", table))

    def read(self, name: str) -> bytes:
        """Return what is in a stream."""
        start, length = self.streams[name]
        return (self._small if length < self._cutoff else self._sectors).chain(start)[:length]


def _stream_of(entry: bytes) -> tuple[str, tuple[int, int]]:
    start, length = struct.unpack_from("<II", entry, 116)
    name_bytes = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(name_bytes - 2, 0)].decode("utf-16-le"), (start, length)


class _Sectors:
    """The sectors of a file and the table that chains them."""

    def __init__(self, content: bytes, size: int, *, offset: int = _HEADER_BYTES) -> None:
        self._content, self._size = content, size
        self._offset = offset and max(offset, size)
        self.table: list[int] = []

    def sector(self, number: int) -> bytes:
        start = self._offset + number * self._size
        return self._content[start : start + self._size]

    def read_table(self, more_at: int, n_more: int) -> list[int]:
        """Return the table: for each sector the one that follows it."""
        numbers = list(struct.unpack_from(f"<{_N_TABLES_IN_HEADER}I", self._content, 76))
        for _ in range(min(n_more, len(self._content) // self._size)):
            *further, more_at = struct.unpack(f"<{self._size // 4}I", self.sector(more_at))
            numbers += further
        data = b"".join(self.sector(number) for number in numbers if number < _LAST_SECTOR)
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def chain(self, start: int) -> bytes:
        """Return the sectors from ``start`` on, one after another."""
        found: list[bytes] = []
        while start < _LAST_SECTOR:
            if len(found) > len(self.table):
                raise ValueError("The chain of sectors is a ring.")
            found.append(self.sector(start))
            start = self.table[start]
        return b"".join(found)


def _size_of_records(workbook: bytes) -> LegacySize:
    n_cells = n_rows = n_columns = at = 0
    while at + 4 <= len(workbook):
        kind, length = struct.unpack_from("<HH", workbook, at)
        record = workbook[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _PASSWORD:
            return LegacySize(0, is_encrypted=True)
        if kind == _SHEET_BEGIN:
            n_cells += n_rows * n_columns
            n_rows = n_columns = 0
        elif kind in _CELLS and length >= 4:  # noqa: PLR2004 - row and column
            row, column = struct.unpack_from("<HH", record)
            if kind in _MULTIPLE:
                column = struct.unpack("<H", record[-2:])[0]
            n_rows, n_columns = max(n_rows, row + 1), max(n_columns, column + 1)
        elif kind == _DIMENSIONS and length >= 12:  # noqa: PLR2004 - first and last row and column
            _, last_row, _, last_column = struct.unpack_from("<IIHH", record)
            n_rows, n_columns = max(n_rows, last_row), max(n_columns, last_column)
    return LegacySize(n_cells + n_rows * n_columns, is_encrypted=False)
