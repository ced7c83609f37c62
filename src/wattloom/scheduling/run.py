"""Make a schedule: the job that plans, and records the plans; and the one that only tells them.

It loads the solver, so it is imported where jobs are worked off, and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from wattloom.jobs import Job, ReportProgress
from wattloom.periods import to_us
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.planning.explain_plans import ExplainedOutcome, explained
from wattloom.scheduling.planning.outputs import RecordedSeries
from wattloom.scheduling.planning.plan import AnyPlan, Planner, series_of
from wattloom.scheduling.planning.result import plan_result
from wattloom.scheduling.triggering import TIME_LIMIT, PlanningLimits, ScheduleRequest, arrange, check_outputs, gather
from wattloom.timeseries import Beliefs, BeliefStore, NewSource, get_or_create_source, record_beliefs

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOutcome(ExplainedOutcome):
    """A schedule that is not recorded yet.

    Attributes:
        beliefs: Keeps what is recorded.
        belief_time_us: When the schedule counts as believed [µs].
        series: Values by sensor.
        sources: Who states them, by sensor.
    """

    beliefs: BeliefStore
    belief_time_us: int
    series: tuple[RecordedSeries, ...]
    sources: Mapping[int, NewSource]

    def store(self, connection: Connection) -> None:
        """Record all values, in place of those of an earlier attempt, and why they are as they are."""
        ExplainedOutcome.store(self, connection)
        named = {source.model: source for source in self.sources.values()}
        ids = {model: get_or_create_source(connection, source).id for model, source in named.items()}
        # Sensors are locked in the order of their ids, so that two writers never wait for each other.
        for series in sorted(self.series, key=lambda each: each.sensor.id):
            points = Beliefs.points(
                sensor_id=series.sensor.id,
                source_id=ids[self.sources[series.sensor.id].model],
                event_start_us=series.starts_us,
                belief_time_us=self.belief_time_us,
                event_value=series.values,
            )
            record_beliefs(connection, self.beliefs, series.sensor, points, replace=True)


@dataclass(frozen=True, slots=True)
class MakeSchedule:
    """Handles jobs of kind :data:`~wattloom.scheduling.JOB_KIND`.

    Attributes:
        planner: Finds what is to be recorded.
    """

    planner: Planner

    def __call__(self, job: Job, report_progress: ReportProgress) -> ScheduleOutcome:
        """Plan, and return what is to be recorded.

        Raises:
            FlexModelError: What the job refers to has changed since.
            MissingDataError: A price, or the state of charge at the start, is unknown.
            InfeasibleError: The inputs contradict each other; names them.
            UnavailableError: No schedule was found in time.
        """
        believed_at = job.belief_time or job.created
        arguments = ScheduleArguments.from_json(job.args)
        plans = self.planner.plan(arguments, believed_at=believed_at, report_progress=report_progress)
        return ScheduleOutcome(
            result=plan_result(plans),
            job_id=job.id,
            explanation=_explained(self.planner, arguments, plans, job),
            beliefs=self.planner.beliefs,
            belief_time_us=to_us(believed_at),
            series=tuple(series_of(plans)),
            sources={series.sensor.id: plan.source for plan in plans for series in plan.series},
        )


def _explained(planner: Planner, arguments: ScheduleArguments, plans: Sequence[AnyPlan], job: Job) -> bytes | None:
    """Return the explanation of plans, None if none can be made: they are kept all the same."""
    try:
        return explained(planner, arguments, plans, job.belief_time or job.created)
    except Exception as error:  # noqa: BLE001 - a plan is worth more than its reasons, and never lost with them
        _log.error("schedule not explained", job_id=str(job.id), exc_info=error)
        return None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would be recorded.

    Attributes:
        result: What a job would say of it.
        series: Values by sensor.
    """

    result: Mapping[str, Any]
    series: tuple[RecordedSeries, ...]


def rehearse(planner: Planner, request: ScheduleRequest, limits: PlanningLimits, *, now: datetime) -> Rehearsal:
    """Plan for the command line what a request asks for, and leave nothing behind: no job, and no values.

    Raises:
        NotFoundError: The asset or sensor does not exist.
        InputError: Times, entries or fields are wrong.
        MissingDataError: A price, or the state of charge at the start, is unknown.
        InfeasibleError: The inputs contradict each other; names them.
        UnavailableError: No schedule was found in time.
    """
    with planner.database.read() as connection:
        arranged = arrange(request, gather(connection, request, by=None), limits)
    check_outputs(arranged.configs, arranged.sensors)
    believed_at = request.prior or now
    plans = planner.plan(arranged.arguments, believed_at=believed_at, report_progress=lambda *_: None)
    return Rehearsal(plan_result(plans), tuple(series_of(plans)))


@dataclass(frozen=True, slots=True)
class TellWhatIf:
    """Handles jobs of kind :data:`~wattloom.scheduling.WHAT_IF_KIND`: plans, and records nothing.

    The answer is the job's result and explanation, which go with the job.

    Attributes:
        planner: Finds the plans.
    """

    planner: Planner

    def __call__(self, job: Job, report_progress: ReportProgress) -> ExplainedOutcome:
        """Plan, and return what is to be told.

        Raises:
            FlexModelError: What the job refers to has changed since.
            MissingDataError: A price, or the state of charge at the start, is unknown.
            InfeasibleError: The inputs contradict each other; names them.
            UnavailableError: No schedule was found in time.
        """
        believed_at = job.belief_time or job.created
        arguments = ScheduleArguments.from_json(job.args)
        limit_s = min(job.args[TIME_LIMIT] or self.planner.solver_time_limit_s, self.planner.solver_time_limit_s)
        planner = replace(self.planner, solver_time_limit_s=limit_s)
        plans = planner.plan(arguments, believed_at=believed_at, report_progress=report_progress)
        return ExplainedOutcome(
            result=plan_result(plans),
            job_id=job.id,
            explanation=explained(planner, arguments, plans, believed_at),
        )
