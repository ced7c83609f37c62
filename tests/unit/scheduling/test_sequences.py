"""What devices that are planned one after another find given of those before them."""

from typing import Any

import pytest

from tests.flexing import LOAD, POWER, SENSORS, FakeSensor
from wattloom.scheduling.sequential import context_after

ENTRY = {"sensor": POWER}
HEATER = {**ENTRY, "commodity": "heat"}
CONSUMER: Any = FakeSensor(POWER, "power", attributes={"consumption_is_positive": True})
PRODUCER: Any = SENSORS[POWER]
GIVEN = [{"sensor": POWER}]
HEAT = {"commodity": "heat", "consumption-price": "80 EUR/MWh"}


@pytest.mark.parametrize(
    ("entry", "before", "after"),
    [
        (ENTRY, {}, {"inflexible-consumption": GIVEN}),
        (ENTRY, {"inflexible-consumption": {"sensor": LOAD}}, {"inflexible-consumption": [{"sensor": LOAD}, *GIVEN]}),
        (ENTRY, {"inflexible-device-sensors": [LOAD]}, {"inflexible-device-sensors": [LOAD, POWER]}),
        (ENTRY, {"inflexible-device-sensors": [POWER]}, {"inflexible-device-sensors": [POWER]}),
        (ENTRY, {"commodities": [HEAT]}, {"commodities": [HEAT], "inflexible-consumption": GIVEN}),
        (ENTRY, {"commodities": [{}]}, {"commodities": [{"inflexible-consumption": GIVEN}]}),
        (
            HEATER,
            {"commodities": [{"commodity": "electricity"}, HEAT]},
            {"commodities": [{"commodity": "electricity"}, {**HEAT, "inflexible-consumption": GIVEN}]},
        ),
        (HEATER, {}, {"commodities": [{"commodity": "heat", "inflexible-consumption": GIVEN}]}),
        (
            HEATER,
            {"commodities": [{**HEAT, "inflexible-production": GIVEN}]},
            {"commodities": [{**HEAT, "inflexible-production": GIVEN}]},
        ),
    ],
)
def test_what_was_planned_is_given_in_the_context_of_its_commodity(
    entry: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert context_after(before, entry, CONSUMER) == after


def test_what_counts_production_positive_is_given_as_production() -> None:
    assert context_after({}, ENTRY, PRODUCER) == {"inflexible-production": GIVEN}


def test_the_context_before_stays_as_it_was() -> None:
    before = {"commodities": [HEAT], "inflexible-consumption": [{"sensor": LOAD}]}

    context_after(before, HEATER, CONSUMER)

    assert before == {"commodities": [HEAT], "inflexible-consumption": [{"sensor": LOAD}]}
