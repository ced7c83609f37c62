"""Published problems from the words of the request to the schedule (numbers of the problems in the names)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.flexing import BATTERY, make_window, plan
from wattloom.scheduling.inputs import ScheduleInputs
from wattloom.scheduling.report import contradiction, soc_report
from wattloom.scheduling.solver import Conflict, HighsSolver, Solution, solve_problem

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


def solve(inputs: ScheduleInputs) -> Solution:
    found = solve_problem(inputs.problem, HighsSolver(), time_limit_s=10)
    assert isinstance(found, Solution)
    return found


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
def test_16_unreachable_bounds_are_reported(
    model: dict[str, Any], context: dict[str, Any], field: str, violation: str
) -> None:
    """10 kW for 24 h move 240 kWh: 0.4 → 0.64 MWh of the wanted 0.9, and 0.9 → 0.66 MWh above the wanted 0.5."""
    inputs = plan({**SMALL, **model}, {**FLAT, **context}, window=DAY)

    report = soc_report(inputs, solve(inputs).stock_mwh)

    missed = [{"datetime": "2015-01-01T23:00:00+00:00", "violation": violation}]
    assert report == {"unresolved": [{"asset": 7, field: missed}], "resolved": []}


def test_16_breaches_cost_what_the_documentation_says() -> None:
    """Energy 0.24 MWh · 100 = 24; height 260 kWh · 1 EUR/kWh = 260; area 260 kWh · 0.25 h · 1 EUR/kWh = 65."""
    inputs = plan({**SMALL, **at_end("soc-minima", 0.9)}, {**FLAT, "soc-minima-breach-price": "1 EUR/kWh"}, window=DAY)

    solution = solve(inputs)

    assert solution.costs["electricity net energy"] == pytest.approx(24)
    assert solution.costs["any soc minima"] == pytest.approx(260)
    assert solution.costs["all soc minima"] == pytest.approx(65)
    assert solution.objective == pytest.approx(349)


def test_16_reachable_minima_are_reported_with_their_margin() -> None:
    inputs = plan({**SMALL, **at_end("soc-minima", 0.5), "power-capacity": "2 MVA"}, FLAT, window=DAY)

    report = soc_report(inputs, solve(inputs).stock_mwh)

    assert report["unresolved"] == []
    assert [list(entry) for entry in report["resolved"]] == [["asset", "soc-minima"]]


@pytest.mark.parametrize(("limit_kw", "expected"), [("0.25 kW", (25.9358, 1212.5)), ("1 kW", (0, 0))])
def test_44_a_soft_site_limit_is_exceeded_as_little_as_a_target_needs(
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

    solution = solve(plan(model, context, window=make_window(48, start=START)))

    found = (
        solution.costs["electricity any consumption breach"],
        solution.costs["electricity all consumption breaches"],
    )
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert solution.net_consumption_mw.max() * 1000 <= max(0.276, float(limit_kw.split(maxsplit=1)[0])) + 1e-4
    assert solution.net_consumption_mw.min() * 1000 >= -20 - 1e-6


def test_18_states_of_charge_go_before_device_capacities() -> None:
    midday = {"start": (START + timedelta(hours=12)).isoformat(), "end": (START + timedelta(hours=18)).isoformat()}
    capacity = [{"start": START.isoformat(), "end": END.isoformat(), "value": "25 kW"}, {**midday, "value": "0 kW"}]
    model = {
        **SMALL,
        "soc-min": "0 MWh",
        "power-capacity": "0.025 MVA",
        "consumption-capacity": capacity,
        "soc-minima": [{**midday, "value": "0.8 MWh"}],
    }

    inputs = plan(model, {**FLAT, "consumption-breach-price": "100 EUR/kW"}, window=DAY)

    consumption_kw = solve(inputs).consumption_mw[0] * 1000
    assert consumption_kw[:48] == pytest.approx(25, abs=1e-4)
    assert np.round(consumption_kw[48:], 6).max() <= 25


def test_15_a_hard_target_out_of_reach_is_named_with_the_limit_in_its_way() -> None:
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
