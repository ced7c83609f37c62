from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattloom.language import (
    LANGUAGES,
    MINUS,
    current_language,
    format_clock,
    format_date,
    format_day,
    format_number,
    format_weekday,
    using,
)

SUNDAY = date(2026, 3, 1)


@pytest.mark.parametrize(("code", "expected"), [("en", "1,234,567.8"), ("nl", "1.234.567,8"), ("de", "1.234.567,8")])
def test_numbers_have_the_separators_of_the_language(code: str, expected: str) -> None:
    with using(code):
        text = format_number(1_234_567.84, 1)

    assert text == expected


def test_numbers_have_a_true_minus_and_no_negative_zero() -> None:
    assert format_number(-0.26, 1) == f"{MINUS}0.3"
    assert format_number(-0.04, 1) == "0.0"


@given(st.sampled_from(sorted(LANGUAGES)), st.floats(-1e12, 1e12), st.integers(0, 6))
def test_written_numbers_are_read_back(code: str, value: float, decimals: int) -> None:
    with using(code):
        text = format_number(value, decimals)
        language = current_language()

    plain = text.replace(language.group_separator, "").replace(language.decimal_point, ".").replace(MINUS, "-")

    assert float(plain) == round(value, decimals)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", ("Sun", "1 Mar", "1 Mar 2026")),
        ("nl", ("zo", "1 mrt", "1 mrt 2026")),
        ("de", ("So", "1. März", "1. März 2026")),
    ],
)
def test_days_are_named_in_the_language(code: str, expected: tuple[str, str, str]) -> None:
    with using(code):
        texts = format_weekday(SUNDAY), format_day(SUNDAY), format_date(SUNDAY)

    assert texts == expected


def test_days_have_24_hours() -> None:
    assert format_clock(datetime(2026, 3, 1, 19, 5, tzinfo=UTC)) == "19:05"


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_day_and_month_has_a_name_of_its_own(code: str) -> None:
    language = LANGUAGES[code]

    assert len(set(language.weekdays)) == 7
    assert len(set(language.months)) == 12
