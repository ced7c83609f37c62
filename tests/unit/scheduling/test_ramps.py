"""Ramps: how fast a device may rise and fall."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import Problem, make_device, make_network, make_problem, make_stock, solve
from wattloom.scheduling.problem import Ramp


def make_ramped(ramp: Ramp, *, n_steps: int = 4, step_h: float = 1.0) -> Problem:
    """A device that is paid to consume in all steps but the last, up to 2 MW."""
    prices = np.full(n_steps, -10.0)
    prices[-1] = 1000.0
    device = replace(make_device(n_steps, power=2.0, lowest=0.0), ramp=ramp)
    return make_problem(make_network(prices), [device], step_h=step_h)


def test_a_rise_takes_its_time() -> None:
    solution = solve(make_ramped(Ramp(0.5, np.inf, initial_mw=0.0)))

    assert solution.consumption_mw[0] == pytest.approx([0.5, 1.0, 1.5, 0.0])


def test_a_fall_takes_its_time_too() -> None:
    solution = solve(make_ramped(Ramp(np.inf, 0.8, initial_mw=0.0)))

    assert solution.consumption_mw[0] == pytest.approx([2.0, 1.6, 0.8, 0.0])


def test_without_a_known_power_before_it_the_first_step_is_free() -> None:
    solution = solve(make_ramped(Ramp(0.1, np.inf)))

    assert solution.consumption_mw[0] == pytest.approx([2.0, 2.0, 2.0, 0.0])


def test_limits_are_per_hour_not_per_step() -> None:
    solution = solve(make_ramped(Ramp(1.0, np.inf, initial_mw=0.0), step_h=0.25))

    assert solution.consumption_mw[0] == pytest.approx([0.25, 0.5, 0.75, 0.0])


def test_a_battery_ramps_through_zero() -> None:
    prices = np.array([10.0, 90.0])
    device = replace(make_device(2, stock=0), ramp=Ramp(0.6, 0.6, initial_mw=0.0))

    solution = solve(make_problem(make_network(prices), [device], [make_stock(2, start=0.3)], step_h=1.0))

    assert solution.consumption_mw[0] == pytest.approx([0.15, -0.45])
