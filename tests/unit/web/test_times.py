from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wattloom.language import using
from wattloom.web.times import ago, moment, relative, span

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("age", "english", "dutch", "german"),
    [
        (timedelta(seconds=59), "just now", "zojuist", "gerade eben"),
        (timedelta(seconds=-59), "just now", "zojuist", "gerade eben"),
        (timedelta(minutes=59), "59 min ago", "59 min geleden", "vor 59 min"),
        (timedelta(hours=47), "47 h ago", "47 uur geleden", "vor 47 h"),
        (timedelta(days=2), "2 days ago", "2 dagen geleden", "vor 2 Tagen"),
        (timedelta(hours=-3), "in 3 h", "over 3 uur", "in 3 h"),
        (timedelta(days=-3), "in 3 days", "over 3 dagen", "in 3 Tagen"),
    ],
)
def test_ages_are_told_in_the_largest_unit_that_fits(age: timedelta, english: str, dutch: str, german: str) -> None:
    with using("nl"):
        in_dutch = relative(age)
    with using("de"):
        in_german = relative(age)

    assert (relative(age), in_dutch, in_german) == (english, dutch, german)


@pytest.mark.parametrize(
    ("length", "expected"),
    [(timedelta(minutes=15), "15 min"), (timedelta(hours=1), "1 h"), (timedelta(days=2, hours=3), "2 Tage")],
)
def test_lengths_are_told_in_the_largest_unit_that_fits(length: timedelta, expected: str) -> None:
    with using("de"):
        assert span(length) == expected


def test_moments_are_told_in_the_readers_zone_and_language() -> None:
    with using("de"):
        text = moment(NOW, AMSTERDAM)

    assert text == '<time datetime="2026-03-01T12:00:00+00:00">1. März 2026 13:00</time>'


def test_what_was_long_ago_is_told_by_its_date() -> None:
    with using("nl"):
        text = ago(NOW - timedelta(days=31), NOW, AMSTERDAM)

    assert text == '<time datetime="2026-01-29T12:00:00+00:00" title="29 jan 2026 13:00">29 jan 2026</time>'
