import math

import pytest

from wattloom.web.figures import decimal, money, quantity


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (0.1234, "0.12"),
        (-0.001, "0.00"),
        (3.456, "3.46"),
        (-3.456, "−3.46"),
        (34.56, "34.6"),
        (345.6, "346"),
        (34567.8, "34,568"),
    ],
)
def test_numbers_have_three_significant_digits(value: float, text: str) -> None:
    assert decimal(value) == text


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("decimals", [None, 2])
def test_a_dash_stands_for_what_is_no_number(value: float, decimals: int | None) -> None:
    assert decimal(value, decimals=decimals) == "–"


def test_unit_stands_apart_in_a_lighter_weight() -> None:
    assert quantity(3.4, "kW") == '3.40<span class="unit">\N{THIN SPACE}kW</span>'


@pytest.mark.parametrize(("value", "text"), [(2, "+2.00"), (-2, "−2.00"), (0, "+0.00")])
def test_gains_have_a_sign_where_wanted(value: float, text: str) -> None:
    assert quantity(value, "kWh", sign=True).startswith(f"{text}<span")


@pytest.mark.parametrize(("currency", "symbol"), [("EUR", "€"), ("CHF", "CHF")])
def test_money_has_two_decimals_and_its_currency(currency: str, symbol: str) -> None:
    assert money(-1.2, currency) == f'−1.20<span class="unit">\N{THIN SPACE}{symbol}</span>'


def test_units_are_escaped() -> None:
    assert "<b>" not in quantity(1, "<b>")
