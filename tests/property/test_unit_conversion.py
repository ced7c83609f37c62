"""Units convert exactly, back and forth, to what a hand-written table of factors says; nothing else converts."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattloom.errors import UnitError
from wattloom.units import convert, is_convertible

# Factor to, and zero point in, the first unit of each family.
FAMILIES: dict[str, dict[str, tuple[str, str]]] = {
    "power": {
        "W": ("1", "0"),
        "kW": ("1000", "0"),
        "MW": ("1000000", "0"),
        "GW": ("1000000000", "0"),
        "mW": ("1/1000", "0"),
        "kVA": ("1000", "0"),
        "J/s": ("1", "0"),
        "kWh/h": ("1000", "0"),
        "Wh/min": ("60", "0"),
        "kWh/d": ("1000/24", "0"),
    },
    "energy": {
        "Wh": ("1", "0"),
        "kWh": ("1000", "0"),
        "MWh": ("1000000", "0"),
        "GWh": ("1000000000", "0"),
        "J": ("1/3600", "0"),
        "MJ": ("1000000/3600", "0"),
        "GJ": ("1000000000/3600", "0"),
        "kW*min": ("1000/60", "0"),
    },
    "price": {
        "EUR/MWh": ("1", "0"),
        "EUR/kWh": ("1000", "0"),
        "kEUR/MWh": ("1000", "0"),
        "cEUR/kWh": ("10", "0"),
        "EUR/GJ": ("3600/1000", "0"),
        "EUR/(MW*h)": ("1", "0"),
    },
    "dollar price": {"USD/MWh": ("1", "0"), "USD/kWh": ("1000", "0"), "cUSD/kWh": ("10", "0")},
    "capacity price": {"EUR/MW": ("1", "0"), "EUR/kW": ("1000", "0"), "kEUR/MW": ("1000", "0")},
    "money": {"EUR": ("1", "0"), "kEUR": ("1000", "0"), "MEUR": ("1000000", "0"), "cEUR": ("1/100", "0")},
    "other money": {"KRW": ("1", "0"), "kKRW": ("1000", "0")},
    "temperature": {"K": ("1", "0"), "°C": ("1", "273.15"), "°F": ("5/9", "45967/180")},
    "share": {"": ("1", "0"), "%": ("1/100", "0"), "‰": ("1/1000", "0"), "dimensionless": ("1", "0")},
    "volume flow": {
        "m³/h": ("1", "0"),
        "m**3/d": ("1/24", "0"),
        "l/s": ("36/10", "0"),
        "l/min": ("6/100", "0"),
        "l/h": ("1/1000", "0"),
    },
    "volume": {"m³": ("1", "0"), "l": ("1/1000", "0"), "ml": ("1/1000000", "0")},
    "speed": {"m/s": ("1", "0"), "km/h": ("1000/3600", "0")},
    "length": {"m": ("1", "0"), "km": ("1000", "0"), "mm": ("1/1000", "0")},
    "irradiance": {"W/m²": ("1", "0"), "kW/m²": ("1000", "0"), "W/m**2": ("1", "0")},
    "mass": {"kg": ("1", "0"), "t": ("1000", "0"), "g": ("1/1000", "0")},
}
FLOW_AND_STOCK = [
    ("kW", "kWh", "1"),
    ("kW", "MWh", "1/1000"),
    ("MW", "Wh", "1000000"),
    ("kW", "MJ", "36/10"),
    ("kVA", "kWh", "1"),
    ("m³/h", "m³", "1"),
    ("l/s", "m³", "36/10"),
    ("EUR/h", "EUR", "1"),
    ("kEUR/d", "EUR", "1000/24"),
    ("kg/h", "t", "1/1000"),
    ("m/s", "km", "36/10"),
]
PAIRS = [
    (one, other, family) for family, units in FAMILIES.items() for one, other in product(units, units) if one != other
]
# A flow and its stock are related by time, and so are prices of energy and of capacity.
RELATIVES = [{"power", "energy"}, {"volume", "volume flow"}, {"speed", "length"}, {"price", "capacity price"}]
STRANGERS = [
    (one, other) for one, other in product(FAMILIES, FAMILIES) if one != other and {one, other} not in RELATIVES
]
numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
columns = st.lists(numbers, min_size=1, max_size=20).map(np.array)


def literal(value: float, family: str, one: str, other: str) -> float:
    """Return a value in another unit of the family, by way of its first unit."""
    (factor, zero), (other_factor, other_zero) = (
        (Fraction(a), Fraction(b)) for a, b in (FAMILIES[family][one], FAMILIES[family][other])
    )
    return float((Fraction(value) * factor + zero - other_zero) / other_factor)


@given(pair=st.sampled_from(PAIRS), values=columns)
def test_values_are_those_of_the_table(pair: tuple[str, str, str], values: np.ndarray) -> None:
    one, other, family = pair

    converted = convert(values, one, other)

    expected = [literal(value, family, one, other) for value in values.tolist()]
    # Near their zero points temperatures lose digits to the offset.
    scale = 1000.0 if family == "temperature" else 0.0
    np.testing.assert_allclose(converted, expected, rtol=1e-13, atol=1e-13 * scale)


@pytest.mark.parametrize(("one", "other", "family"), PAIRS)
def test_each_pair_of_a_family_converts_and_returns(one: str, other: str, family: str) -> None:
    values = np.array([-12.5, 0.0, 0.1, 1.0, 97.3, 35_040.0])

    back = convert(convert(values, one, other), other, one)

    scale = 1000.0 if family == "temperature" else 0.0
    assert is_convertible(one, other)
    np.testing.assert_allclose(back, values, rtol=1e-13, atol=1e-12 * scale)


@pytest.mark.parametrize(("flow", "stock", "factor"), FLOW_AND_STOCK)
@given(data=st.data())
def test_flows_become_stocks_by_the_length_of_each_event(
    flow: str, stock: str, factor: str, data: st.DataObject
) -> None:
    values = data.draw(columns)
    hours = np.array(data.draw(st.lists(st.floats(0.01, 9000), min_size=len(values), max_size=len(values))))

    stocks = convert(values, flow, stock, event_h=hours)

    expected = [
        float(Fraction(value) * Fraction(length) * Fraction(factor))
        for value, length in zip(values.tolist(), hours.tolist(), strict=True)
    ]
    np.testing.assert_allclose(stocks, expected, rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(convert(stocks, stock, flow, event_h=hours), values, rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize(("flow", "stock", "factor"), FLOW_AND_STOCK)
def test_flow_and_stock_need_the_length_of_events(flow: str, stock: str, factor: str) -> None:
    del factor
    values = np.array([1.0])

    assert not is_convertible(flow, stock)
    assert not is_convertible(stock, flow)
    assert not is_convertible(stock, flow, event_h=0)
    assert is_convertible(flow, stock, event_h=0.25)
    with pytest.raises(UnitError, match="Cannot convert"):
        convert(values, flow, stock)
    with pytest.raises(UnitError, match="Cannot convert"):
        convert(values, stock, flow, event_h=np.array([0.0]))


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_families_never_convert_into_each_other(one: str, other: str) -> None:
    unit, foreign = (list(FAMILIES[family])[-1] for family in (one, other))

    assert not is_convertible(unit, foreign)
    assert not is_convertible(unit, foreign, event_h=1)
    with pytest.raises(UnitError, match="Cannot convert"):
        convert(np.array([1.0]), unit, foreign, event_h=1)


@given(
    codes=st.lists(st.sampled_from(["EUR", "USD", "GBP", "KRW", "JPY", "CHF"]), min_size=2, max_size=2, unique=True),
    prefixes=st.tuples(st.sampled_from(["", "k", "c", "M"]), st.sampled_from(["", "k", "c", "M"])),
    per=st.sampled_from(["", "/MWh", "/kW", "/kg", "/h"]),
)
def test_currencies_never_convert_into_each_other(codes: list[str], prefixes: tuple[str, str], per: str) -> None:
    one, other = (f"{prefix}{code}{per}" for prefix, code in zip(prefixes, codes, strict=True))

    assert not is_convertible(one, other, event_h=1)
    with pytest.raises(UnitError, match="Cannot convert"):
        convert(np.array([1.0]), one, other, event_h=1)


@given(pair=st.sampled_from(PAIRS), values=columns)
def test_conversion_leaves_its_input_alone(pair: tuple[str, str, str], values: np.ndarray) -> None:
    before = values.copy()

    convert(values, pair[0], pair[1])

    np.testing.assert_array_equal(values, before)


@given(pair=st.sampled_from(PAIRS), n=st.integers(0, 5))
def test_gaps_stay_gaps_in_any_unit(pair: tuple[str, str, str], n: int) -> None:
    assert np.isnan(convert(np.full(n, np.nan), pair[0], pair[1])).all()


@pytest.mark.parametrize("unit", ["flurbs", "kWhh", "100 km", "EUR/", "k W h ?", "**", "kW\x00"])
def test_what_is_no_unit_converts_to_nothing(unit: str) -> None:
    assert not is_convertible(unit, "kW", event_h=1)
    with pytest.raises(UnitError):
        convert(np.array([1.0]), unit, "kW", event_h=1)
