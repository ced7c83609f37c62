"""Explain plans: the document that is kept with a schedule.

It loads the solver, so it is imported where jobs are worked off, and nowhere else.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from wattloom.jobs import JobOutcome
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.explained import store_explanation
from wattloom.scheduling.explanation import packed
from wattloom.scheduling.explanation.explain import Planned, Subject, explain
from wattloom.scheduling.plan import AnyPlan, Plan, Planner
from wattloom.scheduling.previous import previous_consumption_mw


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedOutcome(JobOutcome):
    """What was planned, with its explanation; neither is recorded yet.

    Attributes:
        job_id: The job that planned.
        explanation: The packed document.
    """

    job_id: uuid.UUID
    explanation: bytes

    def store(self, connection: Connection) -> None:
        """Keep the explanation."""
        store_explanation(connection, self.job_id, self.explanation)


def explained(planner: Planner, arguments: ScheduleArguments, plans: Sequence[AnyPlan], believed_at: datetime) -> bytes:
    """Return the packed explanation of all plans of a schedule.

    Args:
        planner: Knows where beliefs stand.
        arguments: What was planned.
        plans: The plans, in their order.
        believed_at: Belief time of the schedule.
    """
    documents = []
    with planner.database.read() as connection:
        for plan in plans:
            if not isinstance(plan, Plan):
                continue
            inputs = plan.inputs
            sensors = {series.sensor.id: series.sensor for series in plan.series}
            subject = Subject(
                start=inputs.window.start.isoformat(),
                currency=inputs.config.site.currency,
                devices=[Planned(each.name, each.sensor_id, each.asset_id) for each in inputs.config.devices],
                previous_mw=previous_consumption_mw(connection, planner.beliefs, inputs, sensors, believed_at),
            )
            documents.append(explain(inputs.problem, plan.solution, subject))
    return packed({"timezone": arguments.timezone, "plans": documents})
