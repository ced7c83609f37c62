"""Spreadsheets as columns, and what a server must not unpack."""

import io
import struct
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.workbooks import compound_file, number_record, record, repacked, xls, xlsx
from wattloom.errors import InputError
from wattloom.periods import from_us
from wattloom.timeseries import Rows
from wattloom.timeseries.recording.files import Layout, ValueKind, read_file

HEADER = ("event_start", "event_value")
MIDNIGHT = datetime(2026, 1, 1)  # noqa: DTZ001 - spreadsheets know no zones
SERIAL = 46023
"""Midnight of 1 January 2026, as spreadsheets count days."""


def read(content: bytes, **layout: Any) -> Rows:
    return read_file(content, ZoneInfo("UTC"), Layout(**layout))


def quarters(n: int) -> list[datetime]:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return [first + k * timedelta(minutes=15) for k in range(n)]


def starts_of(rows: Rows) -> list[datetime]:
    return [from_us(start) for start in rows.start_us.tolist()]


def test_dates_of_a_spreadsheet_are_exact() -> None:
    times = [each.replace(tzinfo=None) for each in quarters(500)]

    rows = read(xlsx([HEADER, *((each, 1.5) for each in times)]))

    assert starts_of(rows) == quarters(500)


def test_serial_days_dates_and_texts_are_times_too() -> None:
    rows = read(
        xlsx([HEADER, (SERIAL, 1), (SERIAL + 1 / 96, 2), ("2026-01-01T01:30:00+01:00", "3"), (date(2026, 1, 2), 4.5)])
    )

    assert starts_of(rows) == [*quarters(3), datetime(2026, 1, 2, tzinfo=UTC)]
    assert rows.value.tolist() == [1, 2, 3, 4.5]


@pytest.mark.parametrize("is_small", [False, True])
def test_the_old_format_is_read(*, is_small: bool) -> None:
    rows = read(xls([HEADER, (float(SERIAL), 1.5), (SERIAL + 1 / 96, "2,5")], is_small=is_small))

    assert starts_of(rows) == quarters(2)
    assert rows.value.tolist() == [1.5, 2.5]


def test_a_sheet_without_a_header_is_read() -> None:
    assert read(xlsx([(MIDNIGHT, 1), (MIDNIGHT + timedelta(hours=1), 2)])).number.tolist() == [1, 2]


def test_rows_count_from_the_top_of_the_sheet() -> None:
    assert read(xlsx([(), (), HEADER, (), (MIDNIGHT, 1)])).number.tolist() == [5]


def test_another_sheet_can_be_chosen() -> None:
    book = xlsx([("nothing", "here")], [HEADER, (MIDNIGHT, 7)])

    assert read(book, sheet=1).value.tolist() == [7]


def test_lengths_of_time_come_from_cells_of_times() -> None:
    book = xlsx([HEADER, (MIDNIGHT, time(1, 30)), (MIDNIGHT, timedelta(hours=30))])

    assert read(book, values=ValueKind.TIMEDELTA).value.tolist() == [5400, 108000]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "The sheet 'Sheet' is empty"),
        ([HEADER], "The file has no values"),
        ([HEADER, (MIDNIGHT, True)], "Row 2, column event_value: 'True' is not a number"),
        ([HEADER, (MIDNIGHT, MIDNIGHT)], "Row 2, column event_value: '2026-01-01' is not a number"),
        ([HEADER, (True, 1)], "Row 2, column event_start: 'True' is not a date"),
        ([HEADER, (0.25, 1)], "Row 2, column event_start: '0.25' is not a date"),
        ([HEADER, (1e300, 1)], "column event_start: '1e+300' is not a date"),
        (
            [HEADER, (MIDNIGHT, "=1+1")],
            "Row 2, column 2 is a formula that was never calculated; open and save the workbook",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(rows: list[tuple[Any, ...]], message: str) -> None:
    with pytest.raises(InputError) as error:
        read(xlsx(rows))

    assert message in str(error.value)


def test_a_sheet_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="no sheet 3: the file has 1"):
        read(xlsx([HEADER, (MIDNIGHT, 1)]), sheet=3)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 but no archive",
        xlsx([HEADER])[:-40],
        repacked(xlsx([HEADER]), {"xl/workbook.xml": b"<nothing/>"}),
        repacked(xlsx([HEADER, (1, 2)]), {"xl/worksheets/sheet1.xml": b"<sheetData><row><c r='A1'"}),
        repacked(xlsx([HEADER, (1, 2)]), {"xl/worksheets/sheet1.xml": "<sheetData/>".encode("utf-16")}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
        xls([HEADER, (1.0, 2.0)])[:700],
        compound_file({"WordDocument": b"text"}),
        compound_file({"Workbook": b"\xff" * 5000}),
    ],
)
def test_what_is_no_excel_file_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read(content)


def test_parts_of_other_formats_are_left_alone() -> None:
    book = repacked(
        xlsx([HEADER, (MIDNIGHT, 1)]), {"content.xml": b"<table:table-row number-rows-repeated='9999999'/>"}
    )

    assert read(book).value.tolist() == [1]


def test_an_archive_of_anything_else_is_refused() -> None:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("content.xml", "<office:document-content/>")

    with pytest.raises(InputError, match="not an Excel file that can be read"):
        read(found.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        compound_file({"EncryptedPackage": b"secret", "EncryptionInfo": b"how"}),
        xls([HEADER, (1.0, 2.0)], further=record(0x002F, bytes(6))),
    ],
)
def test_an_encrypted_file_is_told(content: bytes) -> None:
    with pytest.raises(InputError, match="protected by a password"):
        read(content)


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    bomb = repacked(xlsx([HEADER, (MIDNIGHT, 1)]), {"xl/sharedStrings.xml": b" " * 100_000_001})

    assert len(bomb) < 200_000
    with pytest.raises(InputError, match="larger than 100 MB when unpacked"):
        read(bomb)


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(repacked(xlsx([HEADER, (MIDNIGHT, 1)]), {"xl/sharedStrings.xml": b" " * 30_000_000}))
    true_size, claimed = struct.pack("<I", 30_000_000), struct.pack("<I", 10)

    with pytest.raises(InputError, match="not an Excel file that can be read"):
        read(bytes(bomb).replace(true_size, claimed))


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "ZZ1048576"])
def test_a_cell_in_the_far_corner_does_not_make_a_sheet_of_gigabytes(reference: str) -> None:
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"/></row><row><c r="{reference}"/></row></sheetData></worksheet>'

    with pytest.raises(InputError, match="Delete empty rows and columns"):
        read(repacked(xlsx([HEADER]), {"xl/worksheets/sheet1.xml": sheet.encode()}))


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A3999999999999"><v>1</v></c></row>',
        '<row r="4000000000"><c><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>',
        '<row r="2"><c t="n"r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c x="r="r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>' + "<row><c><v>1</v></c></row>" * 1000,
        '<row r="1000000"><c r="A1000000"><v>1</v></c>' + "<c><v>1</v></c>" * 1000 + "</row>",
    ],
    ids=["long row", "row alone", "long column", "no blank", "in a value", "rows without place", "cells without place"],
)
def test_no_way_of_writing_a_far_corner_takes_the_memory_of_the_server(cells: str) -> None:
    sheet = f"<worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c></row>{cells}</sheetData></worksheet>"

    with pytest.raises(InputError, match=r"cells; at most|not an Excel file"):
        read(repacked(xlsx([HEADER]), {"xl/worksheets/sheet1.xml": sheet.encode()}))


def test_cells_need_not_say_where_they_are() -> None:
    sheet = "<worksheet><sheetData><row><c><v>46023</v></c><c><v>7</v></c></row></sheetData></worksheet>"

    assert read(repacked(xlsx([HEADER]), {"xl/worksheets/sheet1.xml": sheet.encode()})).value.tolist() == [7]


@pytest.mark.parametrize(
    "further",
    [
        number_record(65535, 255, 1.0),
        record(0x00BD, struct.pack("<HH6sH", 65535, 0, b"", 255)),
        record(0x0200, struct.pack("<IIHHH", 0, 4_000_000_000, 0, 200, 0)),
    ],
)
def test_a_far_corner_of_the_old_format_is_refused(further: bytes) -> None:
    with pytest.raises(InputError, match="Delete empty rows and columns"):
        read(xls([HEADER, (float(SERIAL), 1.0)], further=further))
