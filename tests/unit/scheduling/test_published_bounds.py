"""Published problems about what cannot or must not be: bounds out of reach, their cost, and what is said about them.

The numbers in the names are those of the problems.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.flexing import BATTERY, HOUR, at, make_window, plan, solve_inputs
from wattloom.errors import FlexModelError
from wattloom.scheduling.planning.report import contradiction, soc_report
from wattloom.scheduling.problem import retained_shares
from wattloom.scheduling.solver import Conflict, HighsSolver, solve_problem

START = datetime(2015, 1, 1, tzinfo=UTC) - timedelta(hours=1)
END = START + timedelta(hours=24)
DAY = make_window(start=START)
FLAT = {"consumption-price": "100 EUR/MWh", "site-power-capacity": None}
SMALL: dict[str, Any] = {
    "soc-at-start": "0.4 MWh",
    "soc-min": None,
    "soc-max": "1 MWh",
    "power-capacity": "0.01 MVA",
    "prefer-charging-sooner": False,
}


def at_end(field: str, mwh: float) -> dict[str, Any]:
    return {field: [{"datetime": END.isoformat(), "value": f"{mwh} MWh"}]}


@pytest.mark.parametrize(
    ("model", "context", "field", "violation"),
    [
        (at_end("soc-minima", 0.9), {"soc-minima-breach-price": "1 EUR/kWh"}, "soc-minima", "260.0 kWh"),
        (at_end("soc-targets", 0.9), {}, "soc-targets", "260.0 kWh"),
        ({**at_end("soc-maxima", 0.5), "soc-at-start": "0.9 MWh"}, {}, "soc-maxima", "160.0 kWh"),
    ],
)
def test_problem_16_unreachable_bounds_are_reported(
    model: dict[str, Any], context: dict[str, Any], field: str, violation: str
) -> None:
    """10 kW for 24 h move 240 kWh: 0.4 → 0.64 MWh of the wanted 0.9, and 0.9 → 0.66 MWh above the wanted 0.5."""
    inputs = plan({**SMALL, **model}, {**FLAT, **context}, window=DAY)

    report = soc_report(inputs, solve_inputs(inputs).stock_mwh)

    missed = [{"datetime": "2015-01-01T23:00:00+00:00", "violation": violation}]
    assert report == {"unresolved": [{"asset": 7, field: missed}], "resolved": []}


def test_problem_16_breaches_cost_what_the_documentation_says() -> None:
    """Energy 0.24 MWh · 100 = 24; height 260 kWh · 1 EUR/kWh = 260; area 260 kWh · 0.25 h · 1 EUR/kWh = 65."""
    inputs = plan({**SMALL, **at_end("soc-minima", 0.9)}, {**FLAT, "soc-minima-breach-price": "1 EUR/kWh"}, window=DAY)

    solution = solve_inputs(inputs)

    assert solution.costs["electricity net energy"] == pytest.approx(24)
    assert solution.costs["any soc minima"] == pytest.approx(260)
    assert solution.costs["all soc minima"] == pytest.approx(65)
    assert solution.objective == pytest.approx(349)


def test_problem_16_a_storage_without_power_sensor_and_asset_is_not_reported() -> None:
    """Its state of charge is nobody's."""
    ownerless = {**SMALL, **at_end("soc-minima", 0.9), "sensor": None}
    inputs = plan(ownerless, {**FLAT, "soc-minima-breach-price": "1 EUR/kWh"}, window=DAY)

    assert soc_report(inputs, solve_inputs(inputs).stock_mwh) == {"unresolved": [], "resolved": []}


def test_problem_16_reachable_minima_are_reported_with_their_margin() -> None:
    inputs = plan({**SMALL, **at_end("soc-minima", 0.5), "power-capacity": "2 MVA"}, FLAT, window=DAY)

    report = soc_report(inputs, solve_inputs(inputs).stock_mwh)

    assert report["unresolved"] == []
    assert [list(entry) for entry in report["resolved"]] == [["asset", "soc-minima"]]


@pytest.mark.parametrize(("limit_kw", "expected"), [("0.25 kW", (25.9358, 1212.5)), ("1 kW", (0, 0))])
def test_problem_44_a_soft_site_limit_is_exceeded_as_little_as_a_target_needs(
    limit_kw: str, expected: tuple[float, float]
) -> None:
    """12.9 kWh in 46.75 h are 0.276 kW, 0.025936 kW above the limit; 12.9 − 46.75 · 0.25 = 1.2125 kWh."""
    model = {
        **BATTERY,
        "soc-at-start": "12.1 kWh",
        "soc-min": None,
        "soc-max": "50 kWh",
        "prefer-charging-sooner": False,
        "soc-targets": [{"datetime": (START + timedelta(hours=46.75)).isoformat(), "value": "25 kWh"}],
    }
    context = {
        **FLAT,
        "site-consumption-capacity": limit_kw,
        "site-consumption-breach-price": "1000 EUR/kW",
        "site-peak-production": "20 kW",
        "site-peak-production-price": "260 EUR/MW",
    }

    solution = solve_inputs(plan(model, context, window=make_window(48, start=START)))

    found = (
        solution.costs["electricity any consumption breach"],
        solution.costs["electricity all consumption breaches"],
    )
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert solution.net_consumption_mw.max() * 1000 <= max(0.276, float(limit_kw.split(maxsplit=1)[0])) + 1e-4
    assert solution.net_consumption_mw.min() * 1000 >= -20 - 1e-6


def test_problem_15_a_hard_target_out_of_reach_is_named_with_the_limit_in_its_way() -> None:
    targets = [{"datetime": (START + timedelta(hours=2)).isoformat(), "value": "90 kWh"}]
    inputs = plan({"soc-targets": targets}, {**FLAT, "relax-constraints": False}, window=DAY)

    found = solve_problem(inputs.problem, HighsSolver(), time_limit_s=10)

    assert isinstance(found, Conflict)
    error = contradiction(found, inputs)
    assert {(clash.field, clash.device) for clash in error.clashes} == {
        ("soc-targets", "power"),
        ("power-capacity", "power"),
    }
    assert "state of charge of power at least 90 kWh at 2015-01-01T01:00:00+00:00" in error.message


LARGE: dict[str, Any] = {
    "soc-at-start": "2.5 MWh",
    "soc-min": "0.5 MWh",
    "soc-max": "4.5 MWh",
    "power-capacity": "2 MW",
    "soc-targets": [{"datetime": at(16), "value": "8 MWh"}],
}


def test_problem_17_a_soft_target_above_soc_max_fills_the_storage() -> None:
    solution = solve_inputs(plan(LARGE, FLAT, window=make_window(step=HOUR)))

    assert solution.stock_mwh[0, 16] == pytest.approx(4.5)


def test_problem_17_a_hard_target_above_soc_max_is_refused() -> None:
    with pytest.raises(FlexModelError, match="The input data yields an infeasible problem") as caught:
        plan(LARGE, {**FLAT, "relax-constraints": False}, window=make_window(step=HOUR))

    assert "t=2026-06-01T16:00:00+00:00 | soc-targets 8000 kWh <= soc-max 4500 kWh" in caught.value.message


def test_problem_24_losses_act_on_what_flows_in_during_a_step() -> None:
    """The published left-handed recursion is for bookkeeping only; a plan uses the mean over the step."""
    _, shares = retained_shares(np.array([0.99, 0.9, 0.5, 1.0, 0.0]))

    assert shares == pytest.approx([0.994992, 0.949122, 0.721348, 1, 0], abs=5e-7)


Bounds = tuple[float | None, float | None, float | None]


def bounded(start: float, *ticks: Bounds) -> dict[str, Any]:
    """Return a storage of 1 MW and 10 MWh with hard (minimum, target, maximum) after one hour, two hours…"""
    named = zip(("soc-minima", "soc-targets", "soc-maxima"), zip(*ticks, strict=True), strict=True)
    return {
        "soc-at-start": f"{start} MWh",
        "soc-min": 0,
        "soc-max": "10 MWh",
        "power-capacity": "1 MW",
        **{
            name: [
                {"datetime": at(hour), "value": f"{value:.7f} MWh"}
                for hour, value in enumerate(values, 1)
                if value is not None
            ]
            for name, values in named
        },
    }


@pytest.mark.parametrize(
    ("start", "first", "second", "is_possible"),
    [
        (2, (1, None, 3), (4, None, 5), True),
        (2, (1, None, 3), (5, None, 7), False),
        (4, (3, None, 5), (1, None, 1), False),
        (4, (1, 4, 9), (1, 6, 9), False),
        (6, (1, 6, 9), (1, 4, 9), False),
    ],
)
def test_problem_38_bounds_further_apart_than_the_power_reaches_contradict_it(
    start: float,
    first: Bounds,
    second: Bounds,
    is_possible: bool,  # noqa: FBT001 - a table
) -> None:
    """Efficiencies, gains and losses decide what is in reach, so that the solver tells it, not a comparison beforehand."""
    model = bounded(start, first, second)
    inputs = plan(model, {**FLAT, "relax-constraints": False}, window=make_window(2, step=HOUR))

    found = solve_problem(inputs.problem, HighsSolver(), time_limit_s=10)

    assert isinstance(found, Conflict) is not is_possible


@pytest.mark.parametrize(("excess_mwh", "is_refused"), [(5e-7, False), (1e-5, True)])
def test_problem_38_bounds_are_compared_in_six_decimals(excess_mwh: float, is_refused: bool) -> None:  # noqa: FBT001 - a table
    model = bounded(10, (10 + excess_mwh, None, None))
    refused = []

    try:
        plan(model, {**FLAT, "relax-constraints": False}, window=make_window(1, step=HOUR))
    except FlexModelError as error:
        refused.append(error.message)

    assert bool(refused) is is_refused
