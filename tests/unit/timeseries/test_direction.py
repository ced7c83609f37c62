"""Which direction counts positive: as the sensor states, else by what it measures."""

from datetime import timedelta
from typing import Any

import pytest

from wattloom.periods import Resolution
from wattloom.timeseries import KnowledgeHorizon, Sensor, consumption_sign

QUARTER, MOMENT = timedelta(minutes=15), timedelta(0)
POSITIVE, NEGATIVE = {"consumption_is_positive": True}, {"consumption_is_positive": False}


@pytest.mark.parametrize(
    ("unit", "length", "attributes", "expected"),
    [
        ("kW", QUARTER, {}, -1),
        ("MVA", QUARTER, {}, -1),
        ("kW", MOMENT, {}, -1),
        ("kW", QUARTER, NEGATIVE, -1),
        ("kW", QUARTER, POSITIVE, 1),
        ("kWh", QUARTER, {}, 1),
        ("kWh", QUARTER, POSITIVE, 1),
        ("kWh", QUARTER, NEGATIVE, -1),
        ("kWh", MOMENT, {}, 1),
        ("kWh", MOMENT, NEGATIVE, 1),
        ("%", MOMENT, NEGATIVE, 1),
        ("EUR/kWh", QUARTER, NEGATIVE, 1),
    ],
)
def test_flows_have_the_sign_that_is_stated_or_usual(
    unit: str, length: timedelta, attributes: dict[str, Any], expected: int
) -> None:
    sensor = Sensor(1, "s", unit, "UTC", Resolution(time=length), KnowledgeHorizon(), attributes, 7)

    assert consumption_sign(sensor) == expected
