"""CSV files as columns: encodings, delimiters, headers, numbers, and what is said of wrong ones."""

import codecs
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattloom.errors import InputError
from wattloom.periods import from_us, parse_instant, to_us
from wattloom.timeseries import Rows
from wattloom.timeseries.recording.files import USUAL_GAPS, Layout, NumberStyle, ValueKind, read_file

HEADER = "event_start,event_value\n"
TWO_ROWS = "2026-01-01T00:00:00+01:00,1.5\n2026-01-01T00:15:00+01:00,-2\n"


def read(text: str | bytes, **layout: Any) -> Rows:
    content = text.encode() if isinstance(text, str) else text
    return read_file(content, ZoneInfo("Europe/Amsterdam"), Layout(**layout))


def starts_of(rows: Rows) -> list[str]:
    return [from_us(start).isoformat() for start in rows.start_us.tolist()]


def with_values(*values: str, delimiter: str = ",") -> str:
    lines = [f"2026-01-01T{hour:02}:00:00+01:00{delimiter}{value}" for hour, value in enumerate(values)]
    return "\n".join([f"event_start{delimiter}event_value", *lines])


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + TWO_ROWS).encode(),
        codecs.BOM_UTF8 + (HEADER + TWO_ROWS).encode(),
        (HEADER + TWO_ROWS).encode("utf-16"),
        (HEADER + TWO_ROWS).encode("utf-16-le"),
        (HEADER + TWO_ROWS).encode("utf-16-be"),
        (HEADER + TWO_ROWS).encode("utf-32"),
        (HEADER + TWO_ROWS).replace("\n", "\r\n").encode(),
        (HEADER + TWO_ROWS).replace("\n", "\r").encode(),
        (HEADER + TWO_ROWS).replace("\n", "\n\n").encode(),
        (HEADER + TWO_ROWS).replace(",", ", ").encode(),
        (HEADER + TWO_ROWS).replace(",", "\t").encode(),
        (HEADER + TWO_ROWS).replace(",", "|").encode(),
        (HEADER + TWO_ROWS).replace(",", ";").replace(".", ",").encode(),
        (HEADER + TWO_ROWS).replace("\n", ",\n").encode(),
        TWO_ROWS.encode(),
        ("Zeit,Leistung für Tag\n" + TWO_ROWS).encode("latin-1"),
        (b"event_value,event_start\n1.5,2026-01-01T00:00:00+01:00\n-2,2026-01-01 00:15"),
        (b'"Event start","Event value"\n"2026-01-01 00:00","1.5"\n"2025-12-31T23:15Z","-2"'),
        (b",event_start,event_value\n0,2026-01-01,1.5\n1,20260101T001500,-2"),
    ],
)
def test_files_that_say_the_same_are_read_alike(content: bytes) -> None:
    rows = read(content)

    assert starts_of(rows) == ["2025-12-31T23:00:00+00:00", "2025-12-31T23:15:00+00:00"]
    assert rows.value.tolist() == [1.5, -2]


def test_rows_know_where_they_stand() -> None:
    rows = read("event_start,event_value\n\n2026-01-01,1\n,\n2026-01-02,2\n")

    assert rows.number.tolist() == [3, 5]


def test_an_empty_value_is_a_gap() -> None:
    rows = read(with_values("1", "", " "))

    assert np.isnan(rows.value).tolist() == [False, True, True]


def test_belief_times_and_probabilities_come_from_their_columns() -> None:
    rows = read(
        "event_start,belief_time,source,cumulative_probability,event_value\n"
        "2026-01-01,2025-12-31T12:00:00+01:00,somebody,0.1,5\n"
        "2026-01-01,2025-12-31 12:00,somebody,,6\n"
    )

    noon = to_us(parse_instant("2025-12-31T11:00:00Z", field="noon"))
    assert rows.belief_time_us.tolist() == [noon, noon]
    assert rows.cumulative_probability.tolist() == [0.1, 0.5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The file is empty"),
        ("\n \n", "The file is empty"),
        (HEADER, "The file has no values"),
        ("event_start\n2026-01-01\n", "columns event_start and event_value are needed; the header has: event_start"),
        ("2026-01-01\n", "two columns, event_start and event_value; this one has 1"),
        ("2026-01-01,1,2\n", "two columns, event_start and event_value; this one has 3"),
        ("event_start,event_value,colour\n2026-01-01,1,red", "Column 'colour' is unknown"),
        ("event_start,event_value,beleif_time\n2026-01-01,1,", "Did you mean 'belief_time'"),
        ("event_start,event_value,event_value\n2026-01-01,1,2", "Two columns are named 'event_value'"),
        ("belief_time,event_value\n2026-01-01,1", "event_start and event_value are needed"),
        (HEADER + "2026-01-01,1,2\n", "Row 2 has 3 columns instead of 2"),
        (HEADER + "2026-01-01\n", "Row 2 has 1 column instead of 2"),
        (HEADER + '2026-01-01,"1\n', "Row 2: the quotes are not as they should be"),
        (HEADER + "yesterday,1\n", "Row 2, column event_start: 'yesterday' is not a date and time in ISO 8601"),
        (HEADER + ",1\n", "Row 2, column event_start: '' is not a date and time"),
        (HEADER + "2026-02-30,1\n", "Row 2, column event_start: '2026-02-30' is not a date"),
        (HEADER + "1815-01-01,1\n", "Row 2, column event_start: '1815-01-01' must lie between"),
        (HEADER + "0001-01-01T00:00:00+14:00,1\n", "must lie between"),
        (HEADER + "9999-12-31T23:59:59-14:00,1\n", "must lie between"),
        ("31.02.2026,1\n", "Row 1, column 1: '31.02.2026' is not a date"),
        ("time,power\n12.31.2026,1\n", "Row 2, column time: '12.31.2026' is not a date"),
        (b"\xff\xfe\x00", "cannot be read as UTF-16"),
        (b"event_start,event_value\n2026-01-01,\x01", "not a text file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file"),
        ("event_start,event_value,cumulative_probability\n2026-01-01,1,1.5", "'1.5' must lie between 0 and 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(content: str | bytes, message: str) -> None:
    with pytest.raises(InputError) as error:
        read(content)

    assert message in str(error.value)


@pytest.mark.parametrize(
    "wrong",
    ["one", "1,5", "1_000", "١", "0x10", "nan", "NaN", "NA", "inf", "-Infinity", "1e999", "--1", "1.2.3", "True"],
)
def test_a_text_that_is_no_finite_number_is_named(wrong: str) -> None:
    with pytest.raises(InputError, match=r"^Row 3, column event_value: .* is (not a number|no finite number)"):
        read(with_values("1", f'"{wrong}"', "x"))


def test_a_formula_is_named() -> None:
    with pytest.raises(
        InputError, match=r"^Row 2, column event_value: '=1\+1' is a formula; save the file with values"
    ):
        read(with_values("=1+1"))


def test_a_long_wrong_text_is_shown_in_part() -> None:
    with pytest.raises(InputError, match=r"'x{40}…' is not a number"):
        read(with_values("x" * 5000))


def test_commas_in_numbers_are_decimal_where_they_do_not_separate_columns() -> None:
    assert read(with_values("1,5", "-0,25", "3", delimiter=";")).value.tolist() == [1.5, -0.25, 3]


@pytest.mark.parametrize("wrong", ["1.234,5", "1,234,567"])
def test_separators_of_thousands_are_not_guessed(wrong: str) -> None:
    with pytest.raises(InputError, match="is not a number"):
        read(with_values("1,5", wrong, delimiter=";"))


def test_separators_of_thousands_are_read_when_they_are_given() -> None:
    rows = read(with_values("1.234.567,5", "2", delimiter=";"), numbers=NumberStyle(decimal=",", thousands="."))

    assert rows.value.tolist() == [1234567.5, 2]


def test_a_point_is_no_decimal_comma() -> None:
    with pytest.raises(InputError, match=r"'1\.5' is not a number, for example 12,5"):
        read(with_values("1.5"), numbers=NumberStyle(decimal=","))


def test_separators_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(InputError, match="differ from the decimal mark"):
        NumberStyle(decimal=",", thousands=",")


def test_texts_can_stand_for_gaps() -> None:
    rows = read(with_values("1", "NA", "-", "missing"), numbers=NumberStyle(gaps=USUAL_GAPS | {"missing"}))

    assert np.isnan(rows.value).tolist() == [False, True, True, True]


def test_more_rows_than_wanted_are_refused_or_left_out() -> None:
    with pytest.raises(InputError, match="more than 2 rows"):
        read(with_values("1", "2", "3"), max_rows=2)

    assert len(read(with_values("1", "2", "3"), n_rows=2)) == 2


def test_columns_can_be_chosen_by_position_and_name() -> None:
    text = "export of today\nid,when,kind,amount\n7,2026-01-01,in,1\n7,2026-01-01,out,2\n7,2026-01-02,in,3\n"

    rows = read(
        text, n_skipped=2, columns={"event_start": 1, "event_value": "amount"}, filters=(("kind", "in"), (0, "7"))
    )

    assert rows.value.tolist() == [1, 3]


def test_an_unknown_column_is_named_with_the_closest() -> None:
    with pytest.raises(InputError, match=r"no column 'ammount'\. Did you mean 'amount'"):
        read("when,amount\n2026-01-01,1", n_skipped=1, columns={"event_start": 0, "event_value": "ammount"})


def test_a_column_behind_the_last_is_refused() -> None:
    with pytest.raises(InputError, match="Row 2 has 2 columns instead of 6"):
        read("when,amount\n2026-01-01,1", n_skipped=1, columns={"event_start": 0, "event_value": 5})


@pytest.mark.parametrize(
    ("kind", "texts", "seconds"),
    [
        (ValueKind.DATETIME, ["1970-01-01T00:01:00Z", "", "1970-01-01T01:00:00"], [60, np.nan, 0]),
        (ValueKind.DAYFIRST_DATETIME, ["02-01-1970 01:00", "02/01/1970 01:00:30", "02.01.1970"], [86400, 86430, 82800]),
        (
            ValueKind.TIMEDELTA,
            ["01:30", "-00:00:01", "1 day 00:00:00", "2 days, 0:00:00", "PT15M"],
            [5400, -1, 86400, 172800, 900],
        ),
    ],
)
def test_values_can_be_times_and_lengths_of_time(kind: ValueKind, texts: list[str], seconds: list[float]) -> None:
    quoted = [f'"{text}"' for text in texts]

    assert read(with_values(*quoted), values=kind).value.tolist() == pytest.approx(seconds, nan_ok=True)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (ValueKind.DATETIME, "ISO 8601"),
        (ValueKind.DAYFIRST_DATETIME, r"nor one like 01\.03\.2026"),
        (ValueKind.TIMEDELTA, "not a length of time"),
    ],
)
def test_wrong_times_as_values_are_named(kind: ValueKind, message: str) -> None:
    with pytest.raises(InputError, match=rf"^Row 2, column event_value: 'P1M' is .*{message}"):
        read(with_values("P1M"), values=kind)
