"""Make a schedule: the job that plans, and records the plans.

It loads the solver, so it is imported where jobs are worked off, and nowhere else.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from wattloom.jobs import Job, JobOutcome, ReportProgress
from wattloom.periods import to_us
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.outputs import RecordedSeries
from wattloom.scheduling.plan import Planner, series_of
from wattloom.scheduling.recorded import SOURCE
from wattloom.scheduling.result import plan_result
from wattloom.timeseries import Beliefs, BeliefStore, get_or_create_source, record_beliefs


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOutcome(JobOutcome):
    """A schedule that is not recorded yet.

    Attributes:
        beliefs: Keeps what is recorded.
        belief_time_us: When the schedule counts as believed [µs].
        series: Values by sensor.
    """

    beliefs: BeliefStore
    belief_time_us: int
    series: tuple[RecordedSeries, ...]

    def store(self, connection: Connection) -> None:
        """Record all values, in place of those of an earlier attempt."""
        source = get_or_create_source(connection, SOURCE)
        # Sensors are locked in the order of their ids, so that two writers never wait for each other.
        for series in sorted(self.series, key=lambda each: each.sensor.id):
            points = Beliefs.points(
                sensor_id=series.sensor.id,
                source_id=source.id,
                event_start_us=series.starts_us,
                belief_time_us=self.belief_time_us,
                event_value=series.values,
            )
            record_beliefs(connection, self.beliefs, series.sensor, points, replace=True)


@dataclass(frozen=True, slots=True)
class MakeSchedule:
    """Handles jobs of kind :data:`~wattloom.scheduling.trigger.JOB_KIND`.

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
            beliefs=self.planner.beliefs,
            belief_time_us=to_us(believed_at),
            series=tuple(series_of(plans)),
        )
