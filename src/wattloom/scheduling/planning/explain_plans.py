"""Explain plans: the document that is kept with a schedule.

It loads the solver, so it is imported where jobs are worked off, and nowhere else.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from wattloom.jobs import JobOutcome
from wattloom.periods import from_us
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.explained import store_explanation
from wattloom.scheduling.explanation import packed
from wattloom.scheduling.explanation.explain import Planned, Subject, explain
from wattloom.scheduling.explanation.figures import number
from wattloom.scheduling.planning.delegate import DelegatedPlan
from wattloom.scheduling.planning.outputs import RecordedSeries
from wattloom.scheduling.planning.plan import AnyPlan, Plan, Planner
from wattloom.scheduling.planning.previous import previous_consumption_mw
from wattloom.timeseries import consumption_sign


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedOutcome(JobOutcome):
    """What was planned, with its explanation; neither is recorded yet.

    Attributes:
        job_id: The job that planned.
        explanation: The packed document; None if none could be made.
    """

    job_id: uuid.UUID
    explanation: bytes | None

    def store(self, connection: Connection) -> None:
        """Keep the explanation, if there is one."""
        if self.explanation is not None:
            store_explanation(connection, self.job_id, self.explanation)


def explained(planner: Planner, arguments: ScheduleArguments, plans: Sequence[AnyPlan], believed_at: datetime) -> bytes:
    """Return the packed explanation of all plans of a schedule.

    Args:
        planner: Knows where beliefs stand.
        arguments: What was planned.
        plans: The plans, in their order.
        believed_at: Belief time of the schedule.
    """
    own = [plan for plan in plans if isinstance(plan, Plan)]
    with planner.database.read() as connection:
        documents = [_explained(connection, planner, plan, believed_at) for plan in own]
    start = min(window.start for window in arguments.windows)
    delegated = [_delegated(plan, start) for plan in plans if not isinstance(plan, Plan)]
    return packed({"timezone": arguments.timezone, "plans": documents, "delegated": delegated})


def _explained(connection: Connection, planner: Planner, plan: Plan, believed_at: datetime) -> Mapping[str, Any]:
    inputs = plan.inputs
    sensors = {series.sensor.id: series.sensor for series in plan.series}
    subject = Subject(
        start=inputs.window.start.isoformat(),
        currency=inputs.config.site.currency,
        devices=[Planned(each.name, each.sensor_id, each.asset_id) for each in inputs.config.devices],
        previous_mw=previous_consumption_mw(connection, planner.beliefs, inputs, sensors, believed_at),
    )
    return explain(inputs.problem, plan.solution, subject) | {"futures": _futures(plan)}


def _futures(plan: Plan) -> Mapping[str, Any] | None:
    """Return what is expected of all futures, where several are planned for: the median one is explained."""
    if plan.futures is None:
        return None
    return {
        "number": len(plan.futures.scenarios),
        "expected_cost": number(plan.futures.expected_cost),
        "risk": number(plan.futures.risk),
    }


def _delegated(plan: DelegatedPlan, start: datetime) -> Mapping[str, Any]:
    """Return what another scheduler has planned; why is its own affair."""
    return {
        "scheduler": plan.scheduler.name,
        "currency": plan.currency,
        "start": start.isoformat(),
        "costs": dict(plan.costs),
        "series": [
            {
                "sensor": series.sensor.id,
                "name": series.sensor.name,
                "unit": series.sensor.unit,
                "runs": _runs(series),
            }
            for series in plan.series
        ],
    }


def _runs(series: RecordedSeries) -> list[Mapping[str, Any]]:
    """Return the spans of time in which values other than zero follow each other, consumption positive."""
    values = series.values * consumption_sign(series.sensor)
    is_on = np.concatenate([[False], values != 0, [False]])
    firsts, ends = np.flatnonzero(is_on[1:] & ~is_on[:-1]), np.flatnonzero(is_on[:-1] & ~is_on[1:])
    ends_us = series.sensor.ends_us(series.starts_us)
    return [
        {
            "start": from_us(int(series.starts_us[first])).isoformat(),
            "end": from_us(int(ends_us[end - 1])).isoformat(),
            "lowest": float(values[first:end].min()),
            "highest": float(values[first:end].max()),
        }
        for first, end in zip(firsts.tolist(), ends.tolist(), strict=True)
    ]
