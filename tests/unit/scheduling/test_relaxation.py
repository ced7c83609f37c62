"""Which limits may be broken, and at what price (problem 48)."""

from typing import Any

import pytest

from tests.flexing import at, make_window, parse, plan
from wattloom.scheduling.flexmodel import Fixed, settle

OFF = {"relax-constraints": False}


@pytest.mark.parametrize(
    ("flags", "is_soft"),
    [
        ({}, (True, True, False)),
        ({"relax-constraints": True}, (True, True, False)),
        (OFF, (False, False, False)),
        ({**OFF, "relax-soc-constraints": True}, (True, False, False)),
        ({"relax-soc-constraints": False}, (False, True, False)),
        ({**OFF, "relax-site-capacity-constraints": True}, (False, True, False)),
        ({"relax-site-capacity-constraints": False}, (True, False, False)),
        ({"relax-capacity-constraints": True}, (True, True, True)),
        ({**OFF, "relax-capacity-constraints": True}, (False, False, True)),
    ],
)
def test_problem_48_flags_fill_in_default_breach_prices(
    flags: dict[str, bool], is_soft: tuple[bool, bool, bool]
) -> None:
    prices = parse(context=flags).site.breach_prices
    soc, site, device = is_soft

    assert (prices.soc_minima, prices.soc_maxima) == (Fixed(1e6) if soc else None,) * 2
    assert (prices.site_consumption, prices.site_production) == (Fixed(1e7) if site else None,) * 2
    assert (prices.device_consumption, prices.device_production) == (Fixed(1e5) if device else None,) * 2


def test_problem_48_pricing_one_soc_direction_keeps_the_default_of_the_other() -> None:
    prices = parse(context={"soc-minima-breach-price": "5 EUR/kWh"}).site.breach_prices

    assert (prices.soc_minima, prices.soc_maxima) == (Fixed(pytest.approx(5000)), Fixed(1e6))


def test_a_stated_price_softens_its_direction_whatever_the_flags() -> None:
    prices = parse(context={**OFF, "site-production-breach-price": "1 EUR/kW"}).site.breach_prices

    assert (prices.site_consumption, prices.site_production) == (None, Fixed(pytest.approx(1000)))


def test_pricing_one_device_direction_leaves_the_other_hard() -> None:
    context = {"relax-capacity-constraints": True, "consumption-breach-price": "1 EUR/kW"}

    prices = parse(context=context).site.breach_prices

    assert (prices.device_consumption, prices.device_production) == (Fixed(pytest.approx(1000)), None)


@pytest.mark.parametrize(
    ("context", "is_soft", "is_limited"),
    [(OFF, True, True), ({}, True, False), ({**OFF, "relax-soc-constraints": False}, False, False)],
)
def test_events_between_ticks_soften_their_stock(context: dict[str, Any], is_soft: bool, is_limited: bool) -> None:  # noqa: FBT001 - a table
    config = parse({"soc-minima": [{"datetime": at(1.1), "value": "50 kWh"}]}, context)

    prices = settle(config, make_window()).site.breach_prices

    assert (prices.soc_minima is not None, prices.is_soc_for_off_tick_only) == (is_soft, is_limited)


def test_events_between_ticks_soften_both_directions_where_one_is_priced() -> None:
    event = {"soc-maxima": [{"datetime": at(1.1), "value": "50 kWh"}]}
    config = parse(event, {**OFF, "soc-minima-breach-price": "5 EUR/kWh"})

    prices = settle(config, make_window()).site.breach_prices

    assert (prices.soc_minima, prices.soc_maxima) == (Fixed(pytest.approx(5000)), Fixed(1e6))
    assert not prices.is_soc_for_off_tick_only


@pytest.mark.parametrize(("context", "is_told"), [(OFF, True), ({}, False)])
def test_constraints_that_events_between_ticks_soften_are_told(context: dict[str, Any], is_told: bool) -> None:  # noqa: FBT001 - a table
    inputs = plan({"soc-minima": [{"datetime": at(1.1), "value": "50 kWh"}]}, context)

    assert any("events between ticks are estimated" in notice for notice in inputs.notices) == is_told


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ({"soc-min": "200 kWh"}, "soc-min 200 kWh <= soc-max 100 kWh"),
        ({"soc-targets": [{"datetime": at(1), "value": "500 kWh"}]}, "soc-targets 500 kWh <= soc-max 100 kWh"),
        ({"soc-minima": [{"datetime": at(1), "value": "500 kWh"}]}, "soc-minima 500 kWh <= soc-max 100 kWh"),
        ({"soc-maxima": [{"datetime": at(1), "value": "1 kWh"}]}, "soc-min 10 kWh <= soc-maxima 1 kWh"),
        (
            {
                "soc-minima": [{"datetime": at(1), "value": "60 kWh"}],
                "soc-maxima": [{"start": at(0), "end": at(2), "value": "50 kWh"}],
            },
            "t=2026-06-01T01:00:00+00:00 | soc-minima 60 kWh <= soc-maxima 50 kWh",
        ),
    ],
)
def test_contradictions_are_found_when_a_schedule_is_asked_for(model: dict[str, Any], text: str) -> None:
    with pytest.raises(Exception, match="infeasible problem") as caught:
        settle(parse(model, OFF), make_window())

    assert text in str(caught.value)


def test_soft_bounds_may_contradict_hard_ones() -> None:
    settle(parse({"soc-targets": [{"datetime": at(1), "value": "500 kWh"}]}), make_window())
