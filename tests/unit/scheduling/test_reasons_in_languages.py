"""Every reason has its sentence in every language, with all facts in their places."""

from datetime import UTC, datetime, timedelta

import pytest

from wattloom.language import LANGUAGES, using
from wattloom.scheduling.explanation import Period, futures_sentence, runs_sentence, sentence
from wattloom.scheduling.explanation.codes import Reason
from wattloom.scheduling.explanation.periods import LimitFact

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OTHERS = [code for code in LANGUAGES if code != "en"]
PRICES = {
    "cost": (0.05, 0.06),
    "income": (0.25, 0.25),
    "stored_value": (0.2, 0.2),
    "kept_value": (0.1, 0.1),
    "taken_value": (0.1, 0.1),
    "given_value": (0.3, 0.3),
    "tariff_cost": (0.04, 0.04),
}
LIMITS = [
    LimitFact("network", "electricity", "import-capacity", (17.0, 17.0), 0.02),
    LimitFact("network", "electricity", "export-capacity", (17.0, 17.0), 0.02),
    LimitFact("network", "electricity", "consumption peak", (17.0, 17.0), 0.02),
    LimitFact("network", "electricity", "my own limit", (17.0, 17.0), 0.02),
    LimitFact("group", "garage", "capacity", (11.0, 11.0), 0.04),
    LimitFact("device", "battery", "consumption-capacity", (5.0, 5.0), None),
    LimitFact("device", "battery", "ramp-up", (5.0, 5.0), None),
]
MODES = [{"lowest_kw": 1.0, "highest_kw": 2.0, "least_h": 1.0, "pause_h": 0.5, "start_cost": 0.5}] * 2


def period(reason: Reason, *, is_known: bool) -> Period:
    """Return a period with all facts that there can be, or with none."""
    return Period(
        first=0,
        last=3,
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=1),
        reason=reason,
        power_kw=(2.5, 3.5) if is_known else (0.0, 0.0),
        values=PRICES if is_known else {},
        selling=(-0.02, -0.01) if is_known else None,
        bound_at=NOON + timedelta(days=1) if is_known else None,
        bound_kwh=8.5 if is_known else None,
        used_at=NOON + timedelta(hours=6) if is_known else None,
        used_value=0.3 if is_known else None,
        limits=LIMITS if is_known else [],
        modes=MODES if is_known else [],
        ramp={"up_kw_per_h": 10.0, "down_kw_per_h": 5.0} if is_known else None,
    )


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("code", OTHERS)
def test_reason_is_told_in_the_language(code: str, reason: Reason, *, is_known: bool) -> None:
    english = sentence(period(reason, is_known=is_known), "EUR")

    with using(code):
        text = sentence(period(reason, is_known=is_known), "EUR")

    assert text != english
    assert "%" not in text
    assert not is_known or "2,5" in text or "2.5" not in english


@pytest.mark.parametrize("code", OTHERS)
def test_what_stands_beside_reasons_is_told_in_the_language(code: str) -> None:
    runs = [(NOON, NOON + timedelta(hours=2)), (NOON + timedelta(days=1), NOON + timedelta(days=1, hours=1))]
    futures = {"number": 3, "expected_cost": 1.25, "risk": 2.5}

    with using(code):
        texts = [
            futures_sentence(futures, "EUR"),
            runs_sentence("P", runs, NOON.date()),
            runs_sentence("P", [], NOON.date()),
        ]

    assert "1,25 EUR" in texts[0]
    assert not any("%" in text or " the " in text or " and " in text for text in texts)
