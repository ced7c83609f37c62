"""Parsing units and quantities, and converting arrays."""

import subprocess
import sys

import numpy as np
import pytest

from wattloom.errors import UnitError
from wattloom.units import (
    Quantity,
    UnitClass,
    convert,
    currency_of,
    is_convertible,
    is_summable,
    parse_quantity,
    parse_unit,
    unit_class,
)

NO_UNITS = ["bananas", "100 km", "-W", "€/kWh", "kW/", "a" * 81, "__import__('os')", "\u0000", "x" * 10]
TOWERS = ["9**9**9", "m^9^9^9", "9⁹⁹⁹⁹", "m**(9**9)", "2**9**9 W", "9⁹^99"]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("kW", "kW"),
        (" EUR/kWh ", "EUR/kWh"),
        ("m^3/h", "m³/h"),
        ("m³/h", "m³/h"),
        ("°C", "°C"),
        ("dimensionless", ""),
        ("", ""),
        ("%", "%"),
        ("kilowatt", "kW"),
        ("s⁻¹", "1/s"),
    ],
)
def test_unit_keeps_its_text_and_has_a_canonical_form(text: str, canonical: str) -> None:
    unit = parse_unit(text)

    assert (unit.text, unit.canonical) == (text.strip(), canonical)


@pytest.mark.parametrize("text", [*NO_UNITS, *TOWERS, None, 5, ["kW"]])
def test_what_is_no_unit_is_refused_under_its_field(text: object) -> None:
    with pytest.raises(UnitError) as refused:
        parse_unit(text, field="power-unit")

    assert refused.value.problems[0].path == ("power-unit",)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("5 kW", Quantity(5, "kW")),
        ("-0.5kWh", Quantity(-0.5, "kWh")),
        ("1e3 EUR/MWh", Quantity(1000, "EUR/MWh")),
        ("20 °C", Quantity(20, "°C")),
        ("90 %", Quantity(90, "%")),
        ("4", Quantity(4, "")),
        ("10 kVA", Quantity(10, "kVA")),
        (".5 m³/h", Quantity(0.5, "m³/h")),
        ("2 kW * 3", Quantity(6, "kW")),
    ],
)
def test_quantity_is_a_number_with_its_unit(text: str, quantity: Quantity) -> None:
    assert parse_quantity(text, field="x") == quantity


def test_product_of_voltage_and_current_is_power() -> None:
    quantity = parse_quantity("3 * 230V * 16A", field="x")

    assert quantity.magnitude == 11_040
    assert convert(np.array([quantity.magnitude]), quantity.unit, "kW")[0] == pytest.approx(11.04)


@pytest.mark.parametrize("text", ["", "kW", "NaN kW", "inf", "1e999 kW", "5 bananas", "3,5 kW", 5, None, *TOWERS])
def test_what_is_no_quantity_is_refused_under_its_field(text: object) -> None:
    with pytest.raises(UnitError) as refused:
        parse_quantity(text, field=("soc-minima", 0, "value"))

    assert refused.value.problems[0].path == ("soc-minima", 0, "value")


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        (1, "kW", "W", 1000),
        (71, "EUR/MWh", "EUR/kWh", 0.071),
        (1, "J/s", "kW", 0.001),
        (1, "kVA", "kW", 1),
        (1500, "l/h", "m³/h", 1.5),
        (2, "kEUR", "EUR", 2000),
        (50, "%", "", 0.5),
        (5, "‰", "%", 0.5),
        (1, "", "dimensionless", 1),
        (100, "°C", "°F", 212),
        (-40, "°F", "°C", -40),
        (0, "°C", "K", 273.15),
        (36, "km/h", "m/s", 10),
    ],
)
def test_values_are_converted(value: float, from_unit: str, to_unit: str, expected: float) -> None:
    assert convert(np.array([value]), from_unit, to_unit)[0] == pytest.approx(expected, rel=1e-12)


def test_prefixes_convert_without_rounding_noise() -> None:
    assert convert(np.array([71.0]), "EUR/MWh", "EUR/kWh").tolist() == [71 * 0.001]


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "expected"), [("kWh", "kW", [2, 4]), ("kW", "kWh", [0.125, 0.25]), ("m³", "m³/h", [2, 4])]
)
def test_stocks_and_flows_convert_through_the_length_of_the_event(
    from_unit: str, to_unit: str, expected: list[float]
) -> None:
    values = np.array([0.5, 1])

    assert convert(values, from_unit, to_unit, event_h=0.25).tolist() == pytest.approx(expected)


def test_each_event_may_have_its_own_length() -> None:
    days_h = np.array([23.0, 24.0, 25.0])

    assert convert(np.full(3, 1.0), "kW", "kWh", event_h=days_h).tolist() == [23, 24, 25]


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "event_h"),
    [
        ("EUR", "USD", 1),
        ("kW", "°C", 1),
        ("kWh", "kW", None),
        ("kW", "kWh", 0),
        ("%", "kWh", 1),
        ("kW", "bananas", 1),
        ("EUR/kWh", "EUR/kW", None),
    ],
)
def test_what_does_not_fit_is_refused(from_unit: str, to_unit: str, event_h: float | None) -> None:
    assert not is_convertible(from_unit, to_unit, event_h=event_h)
    with pytest.raises(UnitError) as refused:
        convert(np.ones(1), from_unit, to_unit, event_h=event_h, field="unit")
    assert refused.value.problems[0].path == ("unit",)


def test_equal_units_are_convertible() -> None:
    values = np.ones(3)

    assert is_convertible("kW", "kW")
    assert convert(values, "kW", "kW") is values


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("MW", UnitClass.POWER),
        ("kVA", UnitClass.POWER),
        ("kWh", UnitClass.ENERGY),
        ("EUR/MWh", UnitClass.ENERGY_PRICE),
        ("EUR/kW", UnitClass.CAPACITY_PRICE),
        ("EUR/kg", UnitClass.PRICE),
        ("kEUR", UnitClass.CURRENCY),
        ("%", UnitClass.PERCENTAGE),
        ("°C", UnitClass.TEMPERATURE),
        ("m/s", UnitClass.SPEED),
        ("cm", UnitClass.LENGTH),
        ("m³", UnitClass.VOLUME),
        ("min", UnitClass.TIME),
        ("kg/MWh", UnitClass.OTHER),
        ("1/EUR", UnitClass.OTHER),
        ("", UnitClass.OTHER),
    ],
)
def test_unit_has_a_class(unit: str, kind: UnitClass) -> None:
    assert unit_class(unit) is kind


@pytest.mark.parametrize(("unit", "code"), [("kEUR/MWh", "EUR"), ("JPY", "JPY"), ("kW", None), ("EUR/USD", None)])
def test_currency_of_a_unit(unit: str, code: str | None) -> None:
    assert currency_of(unit) == code


@pytest.mark.parametrize(
    ("unit", "summable"), [("kWh", True), ("EUR", True), ("m³", True), ("kW", False), ("EUR/kWh", False), ("%", False)]
)
def test_energy_money_and_volume_add_up(unit: str, summable: bool) -> None:  # noqa: FBT001 - parametrised
    assert is_summable(unit) is summable


def test_pint_is_loaded_only_when_units_differ() -> None:
    program = (
        "import sys, numpy; from wattloom.units import convert;"
        "convert(numpy.ones(1), 'kW', 'kW'); assert 'pint' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
