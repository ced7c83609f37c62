"""Bounds on stocks: events between ticks (problem 23), hard and soft bounds, and the state at the start."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.flexing import BATTERY, LOAD, PERCENT, SOC, START, at, make_window, plan
from wattloom.errors import MissingDataError
from wattloom.scheduling.flexmodel import (
    Reach,
    Segment,
    TickBounds,
    project_maxima,
    project_minima,
    project_start,
    project_targets,
)
from wattloom.scheduling.inputs import ScheduleInputs

HARD = {"relax-constraints": False, "relax-soc-constraints": False}
WINDOW = make_window(1, start=START + timedelta(hours=16, minutes=45))  # ticks at 17:00, 17:15, 17:30, 17:45
AT_1712 = START + timedelta(hours=17, minutes=12)


def reach(*, up_mw: float = 0.04, down_mw: float = 0.0, charging: float = 1.0, discharging: float = 1.0) -> Reach:
    full = np.ones(WINDOW.n_steps)
    return Reach.of(up_mw * full, down_mw * full, charging * full, discharging * full)


def no_bounds() -> TickBounds:
    return TickBounds(*(np.full(WINDOW.n_steps, np.nan) for _ in range(3)))


def event(value: float) -> tuple[Segment, ...]:
    return (Segment(AT_1712, AT_1712, value),)


def test_problem_23_a_target_between_ticks_holds_at_the_next_and_is_in_reach_at_the_last() -> None:
    """The step from 17:00 to 17:15 is 12 + 3 minutes: 0.04 MW · 0.2 h = 0.008 MWh before the event."""
    bounds = no_bounds()

    project_targets(event(1.0), WINDOW, reach(), bounds)

    assert (bounds.minima[0], bounds.targets[1]) == pytest.approx((0.992, 1.0))
    assert bounds.maxima[0] == pytest.approx(1.0)


def test_problem_23_a_target_can_be_reached_from_both_sides() -> None:
    bounds = no_bounds()

    project_targets(event(0.5), WINDOW, reach(down_mw=0.04), bounds)

    assert (bounds.minima[0], bounds.maxima[0]) == pytest.approx((0.492, 0.508))


def test_problem_23_a_minimum_between_ticks() -> None:
    bounds = no_bounds()

    project_minima(event(1.0), WINDOW, reach(), bounds)

    assert bounds.minima[:2].tolist() == pytest.approx([0.992, 1.0])


def test_problem_23_a_minimum_counts_conversion_efficiencies() -> None:
    bounds = no_bounds()

    project_minima(event(1.0), WINDOW, reach(down_mw=0.04, charging=4, discharging=0.8), bounds)

    assert bounds.minima[:2].tolist() == pytest.approx([0.968, 0.9975])


def test_problem_23_a_maximum_between_ticks() -> None:
    bounds = no_bounds()

    project_maxima(event(0.5), WINDOW, reach(), bounds)

    assert bounds.maxima[:2].tolist() == pytest.approx([0.5, 0.502])


def test_problem_23_a_start_within_the_first_step_leaves_the_rest_of_the_step() -> None:
    known_at = START + timedelta(hours=16, minutes=47)

    low, high = project_start(known_at, 0.5, WINDOW, reach(down_mw=0.04, charging=0.9, discharging=0.8))

    assert (low, high) == pytest.approx((0.489167, 0.5078), abs=1e-6)


def test_problem_23_the_strictest_of_several_events_counts() -> None:
    events = tuple(
        Segment(moment, moment, value)
        for moment, value in ((AT_1712 - timedelta(minutes=8), 0.4), (AT_1712 - timedelta(minutes=4), 0.7))
    )
    bounds = no_bounds()

    project_minima(events, WINDOW, reach(up_mw=0), bounds)

    assert bounds.minima[:2].tolist() == [0.7, 0.7]


def test_what_cannot_be_discharged_reaches_any_depth() -> None:
    bounds = no_bounds()

    project_maxima(event(0.5), WINDOW, reach(down_mw=0.04, discharging=0), bounds)

    assert bounds.maxima[0] == np.inf


def soc(inputs: ScheduleInputs) -> dict[str, Any]:
    [stock] = inputs.problem.stocks
    return {"min": stock.min_mwh, "max": stock.max_mwh, "initial": stock.initial_mwh}


def test_hard_bounds_stay_within_soc_min_and_soc_max() -> None:
    minima = [{"datetime": at(1), "value": "50 kWh"}, {"datetime": at(2), "value": "5 kWh"}]

    bounds = soc(plan({"soc-minima": minima}, HARD))

    assert (bounds["min"][3], bounds["min"][7], bounds["min"][0]) == pytest.approx((0.05, 0.01, 0.01))
    assert (bounds["max"] == 0.1).all()


def test_a_hard_target_is_both_bounds() -> None:
    bounds = soc(plan({"soc-targets": [{"datetime": at(1), "value": "50 kWh"}]}, HARD))

    assert (bounds["min"][3], bounds["max"][3]) == pytest.approx((0.05, 0.05))


def test_a_target_is_hard_unless_both_directions_are_priced() -> None:
    context = {**HARD, "soc-minima-breach-price": "1 EUR/kWh"}

    bounds = soc(plan({"soc-targets": [{"datetime": at(1), "value": "50 kWh"}]}, context))

    assert bounds["min"][3] == bounds["max"][3] == pytest.approx(0.05)


def test_soft_minima_are_priced_per_breach_and_per_hour() -> None:
    inputs = plan({"soc-minima": [{"datetime": at(1), "value": "50 kWh"}]})

    height, area = (c for c in inputs.problem.commitments if "soc minima" in c.name)
    assert (height.name, height.down_price[3]) == ("any soc minima", pytest.approx(-1e6))
    assert (area.name, area.down_price[3]) == ("all soc minima", pytest.approx(-1e6 * 0.25))
    assert np.flatnonzero(~np.isnan(height.baseline)).tolist() == [3]


def test_a_sensor_event_bounds_the_stock_at_both_of_its_ends() -> None:
    readings = np.full(97, np.nan)
    readings[4] = 0.05

    bounds = soc(plan({"soc-minima": {"sensor": LOAD}} | {"sensor": None, "asset": 7}, HARD, readings={LOAD: readings}))

    assert np.flatnonzero(bounds["min"] > 0.01).tolist() == [3, 4]


def test_an_instantaneous_sensor_bounds_the_stock_at_its_moments() -> None:
    readings = np.full(97, np.nan)
    readings[4] = 0.05

    bounds = soc(plan({"soc-minima": {"sensor": SOC}}, HARD, readings={SOC: readings}))

    assert np.flatnonzero(bounds["min"] > 0.01).tolist() == [3]


def test_soc_min_is_zero_by_default_and_soc_max_unlimited_with_a_notice() -> None:
    inputs = plan({"soc-min": None, "soc-max": None})

    assert (soc(inputs)["min"] == 0).all()
    assert (soc(inputs)["max"] == np.inf).all()
    assert any("no soc-max is given" in notice for notice in inputs.notices)


@pytest.mark.parametrize(
    ("model", "measured", "expected_mwh"),
    [
        ({"soc-at-start": "30 kWh"}, {}, 0.03),
        ({"soc-at-start": "-1 kWh"}, {}, -0.001),
        ({"soc-at-start": None, "state-of-charge": {"sensor": SOC}}, {SOC: 0.04}, 0.04),
        ({"soc-at-start": None, "state-of-charge": {"sensor": PERCENT}}, {PERCENT: 0.5}, 0.05),
        ({"soc-at-start": "30 kWh", "state-of-charge": {"sensor": SOC}}, {SOC: 0.04}, 0.03),
        ({"soc-at-start": None, "state-of-charge": [{"datetime": at(0.5), "value": "60 kWh"}]}, {}, 0.06),
        (
            {"soc-at-start": None, "state-of-charge": [{"start": at(-1), "end": at(1), "value": "60 kWh"}]},
            {},
            0.06,
        ),
        ({"soc-at-start": None}, {}, 0.0),
    ],
)
def test_the_state_at_the_start(model: dict[str, Any], measured: dict[int, float], expected_mwh: float) -> None:
    assert soc(plan(model, measured_soc=measured))["initial"] == pytest.approx(expected_mwh)


def test_an_assumed_start_is_told() -> None:
    assert any("taken to start empty" in notice for notice in plan({"soc-at-start": None}).notices)


@pytest.mark.parametrize(
    "state_of_charge", [{"sensor": SOC}, [{"datetime": at(9), "value": "60 kWh"}]], ids=["sensor", "segments"]
)
def test_an_unknown_start_is_an_error(state_of_charge: Any) -> None:
    with pytest.raises(MissingDataError, match="within 1:00:00 of schedule start 2026-06-01"):
        plan({"soc-at-start": None, "state-of-charge": state_of_charge}, measured_soc={SOC: None})


def test_a_start_within_the_first_step_bounds_its_end() -> None:
    inputs = plan(requested_start=START + timedelta(minutes=9))

    bounds = soc(inputs)
    assert (bounds["min"][0], bounds["max"][0]) == pytest.approx((0.02 - 0.0025, 0.02 + 0.0025))


def test_decay_is_converted_from_its_own_resolution() -> None:
    inputs = plan({"storage-efficiency": "99%"}, window=make_window(24, step=timedelta(hours=1)))

    assert inputs.problem.stocks[0].retention[0] == pytest.approx(0.99**4)


@pytest.mark.parametrize(("efficiency", "expected"), [("110%", 1.0), (-1, 0.0)])
def test_decay_is_clipped(efficiency: Any, expected: float) -> None:
    assert plan({"storage-efficiency": efficiency}).problem.stocks[0].retention[0] == expected


@pytest.mark.parametrize(
    ("gains", "usages", "expected_mw"),
    [
        (["1 MW"], ["1MW"], 0),
        (["0.5 MW", "0.5 MW"], None, 1),
        (None, ["100 kW"], -0.1),
        (None, [{"sensor": LOAD}, "0.5 kW"], -0.0025),
    ],
)
def test_problem_43_gains_and_usages_act_on_the_stock(gains: Any, usages: Any, expected_mw: float) -> None:
    model = {"sensor": None, "asset": 7, "soc-gain": gains, "soc-usage": usages}

    inputs = plan(model, readings={LOAD: 0.002})

    assert inputs.problem.stocks[0].inflow_mw[0] == pytest.approx(expected_mw)


def test_only_a_known_soc_max_makes_early_filling_attractive() -> None:
    with_max, without = plan(), plan({**BATTERY, "prefer-charging-sooner": False})

    assert [c.name for c in with_max.problem.commitments if "prefer" in c.name] == ["prefer a full storage 0 sooner"]
    assert not any("prefer" in c.name for c in without.problem.commitments)
