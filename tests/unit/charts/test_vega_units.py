"""Units of a row: one for all that convert into each other, each row for itself."""

import pytest

from wattloom.charts.vega.units import unit_scale


def test_the_smallest_unit_of_a_row_is_shown() -> None:
    scale = unit_scale(["kW", "MW", "kW"])

    assert scale.units == ["kW"]
    assert scale.factors == {"MW": 1000}
    assert scale.value_expression() == 'datum.event_value * ({"MW": 1000.0}[datum.sensor_unit] || 1)'
    assert scale.unit_expression() == '"kW"'


def test_values_of_one_unit_are_left_alone() -> None:
    scale = unit_scale(["EUR/kWh", "EUR/kWh"])

    assert scale.value_expression() == "datum.event_value"


def test_what_cannot_be_converted_keeps_its_unit_and_still_scales_among_itself() -> None:
    scale = unit_scale(["MW", "EUR/MWh", "kW", ""])

    assert scale.shown == {"MW": "kW", "kW": "kW", "EUR/MWh": "EUR/MWh", "": ""}
    assert scale.factors == {"MW": 1000}
    assert scale.unit_expression() == '({"MW": "kW"}[datum.sensor_unit] || datum.sensor_unit)'


@pytest.mark.parametrize(
    ("units", "shown", "offset"), [(["°C", "K"], "°C", {"K": -273.15}), (["K", "°C"], "K", {"°C": 273.15})]
)
def test_temperatures_move_to_the_other_zero(units: list[str], shown: str, offset: dict[str, float]) -> None:
    scale = unit_scale(units)

    assert scale.units == [shown]
    assert scale.offsets == pytest.approx(offset)
    assert scale.factors == {}


def test_moments_convert_into_nothing() -> None:
    assert unit_scale(["s", "min"]).factors == {}
    assert unit_scale(["s"]).shows_moments
    assert not unit_scale(["s", "min"]).shows_moments
