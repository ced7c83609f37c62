"""docs/explanations.md tells every reason, and every reason has words."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wattloom.scheduling.explanation import Period, Reason, sentence

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanations.md"
AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_the_page_tells_every_reason() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| `reason` |")[2].partition("\n\n")[0]
    told = [code for row in table.splitlines()[2:] for code in re.findall(r"`([\w-]+)`", row.split("|")[1])]

    assert sorted(told) == sorted(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_when_nothing_else_is_known(reason: Reason) -> None:
    period = Period(
        first=0,
        last=0,
        starts_at=AT,
        ends_at=AT,
        reason=reason,
        power_kw=(0.0, 0.0),
        values={},
        selling=None,
        bound_at=None,
        bound_kwh=None,
        used_at=None,
        used_value=None,
        limits=(),
    )

    assert sentence(period, "EUR").endswith(".")
