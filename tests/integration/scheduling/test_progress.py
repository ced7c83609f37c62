"""What is told of a schedule while it is searched for."""

import re

import pytest

from tests.planning import Planner
from wattloom.scheduling.planning import plan
from wattloom.scheduling.run import MakeSchedule
from wattloom.scheduling.solver import HighsSolver


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_how_good_the_best_known_plan_is_is_told(planner: Planner) -> None:
    """Selling at 200 what costs 50 or 150 to buy needs binaries: rounding finds a plan before the best is proven."""
    context = {**planner.context, "production-price": "200 EUR/MWh"}
    told: list[tuple[float, str]] = []
    job = planner.trigger(flex_context=context)
    finder = plan.Planner(planner.services.database, planner.services.beliefs, HighsSolver())

    MakeSchedule(finder)(job, lambda fraction, text: told.append((fraction, text)))

    texts = [text for _, text in told]
    assert texts[0] == "finding the schedule"
    assert re.fullmatch(r"a plan (within \d+\.\d% of the best )?is known \(-?\d+\.\d\d EUR\); improving", texts[-1])
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_plan_that_is_not_proven_best_says_how_far_it_may_be_from_it(planner: Planner) -> None:
    """Ten boilers, on or off, and a price of peaks: too much to prove in a moment."""
    modes = [{"consumption-range": ["0 kW", "0 kW"]}, {"consumption-range": ["9 kW", "9 kW"]}]
    model = {
        **planner.model,
        "power-capacity": "9 kW",
        "production-capacity": "0 kW",
        "soc-usage": ["2.3 kW"],
        "operation-modes": modes,
    }
    devices = [{**model, "sensor": planner.add_sensor(name=f"boiler {n}"), "state-of-charge": None} for n in range(10)]
    context = {**planner.context, "site-peak-consumption-price": "200 EUR/MW"}
    job = planner.trigger(flex_model=devices, flex_context=context)
    planner.work(solver_time_limit_s=0.5)

    result = planner.job(job.id).result
    assert result is not None
    assert not result["is-optimal"]
    assert any(notice.startswith("The time for planning was up") for notice in result["notices"])
