"""Factors that bring values to a common unit."""

import pytest

from wattloom.charts.scale import scale_factors


@pytest.mark.parametrize(
    ("units", "factors"),
    [
        ([], {}),
        (["kW"], {"kW": 1}),
        (["MW", "kW", "MW"], {"MW": 1000, "kW": 1}),
        (["kVA", "W"], {"kVA": 1000, "W": 1}),
        (["kW", "MW", "EUR/MWh"], {"kW": 1, "MW": 1, "EUR/MWh": 1}),
        (["kW", "kWh"], {"kW": 1, "kWh": 1}),
        (["%", ""], {"%": 1, "": 100}),
        (["°C", "K"], {"°C": 1, "K": 1}),
        (["no unit", "kW"], {"no unit": 1, "kW": 1}),
    ],
)
def test_values_are_brought_to_the_smallest_unit(units: list[str], factors: dict[str, float]) -> None:
    assert scale_factors(units) == factors
