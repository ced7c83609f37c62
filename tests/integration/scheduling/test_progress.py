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
