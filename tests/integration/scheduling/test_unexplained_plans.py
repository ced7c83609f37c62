"""A plan is kept even if nobody can say why it is as it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pytest

from tests.planning import Planner
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.planning import plan
from wattloom.scheduling.run import MakeSchedule
from wattloom.scheduling.solver import Duals, HighsSolver


@dataclass(frozen=True)
class Muddled(plan.Planner):
    """Plans well, and loses the marginal values on the way."""

    def plan(
        self, arguments: ScheduleArguments, *, believed_at: datetime, report_progress: Callable[[float, str], None]
    ) -> list[plan.AnyPlan]:
        [made] = super().plan(arguments, believed_at=believed_at, report_progress=report_progress)
        assert isinstance(made, plan.Plan)
        assert isinstance(made.solution.duals, Duals)
        lost = replace(made.solution.duals, balance=np.empty((0, 0)), stock=np.empty((0, 0)))
        return [replace(made, solution=replace(made.solution, duals=lost))]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_plan_is_kept_without_its_reasons(planner: Planner) -> None:
    job = planner.trigger()
    muddled = Muddled(planner.services.database, planner.services.beliefs, HighsSolver())

    outcome = MakeSchedule(muddled)(job, lambda *_: None)

    assert outcome.explanation is None
    assert outcome.series
    with planner.services.database.write() as connection:
        outcome.store(connection)
