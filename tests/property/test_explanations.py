"""What explanations of any problem hold to: they can be told, and the values in them are those of the optimum."""

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.problems import HighsSolver, solve_problem
from tests.property.problems_strategies import problems, starts_in_range
from wattloom.scheduling.explanation import Timeline, packed, periods_of, sentence, unpacked
from wattloom.scheduling.explanation.explain import Planned, Subject, explain
from wattloom.scheduling.explanation.worth import Worth, worth_of
from wattloom.scheduling.problem import DeviceFlow, Floats, GroupFlow, Grouping, Problem
from wattloom.scheduling.solver import Solution

FEW = settings(max_examples=50)
_INSIDE = 1e-3
_PRICE_SHARE = 2e-3
CHARGING = {"charge-for-use", "charge-for-target", "charge-before-full", "charge-for-end"}


def solved(problem: Problem) -> Solution:
    solution = solve_problem(problem, HighsSolver(), time_limit_s=20)
    assume(isinstance(solution, Solution))
    assert isinstance(solution, Solution)
    return solution


@given(problem=problems)
@FEW
def test_every_plan_can_be_told(problem: Problem) -> None:
    names = [Planned(f"device {d}", None, None) for d in range(len(problem.devices))]
    subject = Subject("2026-06-01T00:00:00+00:00", "EUR", names)

    document = unpacked(packed(explain(problem, solved(problem), subject)))

    timeline = Timeline(document, ZoneInfo("Europe/Amsterdam"))
    for index in range(len(names)):
        periods = periods_of(document, index, timeline)
        assert [period.first for period in periods[1:]] == [period.last + 1 for period in periods[:-1]]
        assert (periods[0].first, periods[-1].last) == (0, problem.n_steps - 1)
        assert all(sentence(period, "EUR").endswith(".") for period in periods)


@given(problem=problems)
@FEW
def test_no_reason_contradicts_its_own_figures(problem: Problem) -> None:
    names = [Planned(f"device {d}", None, None) for d in range(len(problem.devices))]
    document = unpacked(packed(explain(problem, solved(problem), Subject("2026-06-01T00:00:00+00:00", "EUR", names))))

    slack = _PRICE_SHARE * highest_price(document)
    for device in (each for each in document["devices"] if "stored_value" in each and document["has_values"]):
        income = device.get("income", device["cost"])
        columns = zip(
            device["reason"], device["cost"], income, device["stored_value"], device["kept_value"], strict=True
        )
        for reason, cost, earned, stored, kept in columns:
            assert reason not in CHARGING or cost <= stored + slack
            assert reason != "discharge-worth" or earned >= kept - slack


@given(problem=problems.filter(starts_in_range))
@FEW
def test_a_storage_between_its_limits_is_indifferent(problem: Problem) -> None:
    """Where nothing limits its power, a little more costs just what it is worth in the stock."""
    solution = solved(problem)
    assume(solution.duals is not None)
    worth = worth_of(problem, solution.consumption_mw, solution.net_consumption_mw, solution.duals)

    for d in plain_storages(problem):
        power, device = solution.consumption_mw[d], problem.devices[d]
        is_free = (power > device.consumption_min_mw + _INSIDE) & (power < device.consumption_max_mw - _INSIDE)
        charges, gives = is_free & (power > _INSIDE), is_free & (power < -_INSIDE)
        assert worth.cost[d][charges] == pytest.approx(worth.stored[d][charges], rel=1e-6, abs=tolerance(worth))
        assert worth.income[d][gives] == pytest.approx(worth.kept[d][gives], rel=1e-6, abs=tolerance(worth))


def plain_storages(problem: Problem) -> list[int]:
    """Return the storages that nothing holds but their power limits, prices around zero, and what they share."""
    coupled = {d for coupling in problem.couplings for d in coupling.devices}
    promised = {
        each.quantity.device
        for each in problem.commitments
        if isinstance(each.quantity, DeviceFlow)
        and (each.grouping is Grouping.ANY or np.nan_to_num(each.baseline, nan=1.0).any())
    } | {
        d
        for each in problem.commitments
        if isinstance(each.quantity, GroupFlow)
        for d in problem.groups[each.quantity.group].devices
    }
    return [
        d
        for d, device in enumerate(problem.devices)
        if device.stock is not None and not device.modes and device.ramp is None and d not in coupled | promised
    ]


def highest_price(document: dict[str, Any]) -> float:
    networks = document["networks"]
    prices = [abs(price) for each in networks for price in each["consumption_price"] + each["production_price"]]
    return max(prices, default=0.0) + 1e-6


def tolerance(worth: Worth) -> float:
    values: Floats = np.abs(np.concatenate([worth.cost, worth.income]))
    return 1e-5 * (1.0 + float(values.max(initial=0.0)))
