"""Make a schedule: the job that reads, solves, and records.

It loads the solver, so it is imported where jobs are worked off, and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from wattloom.assets import asset_names
from wattloom.db import Database
from wattloom.jobs import Job, JobOutcome, ReportProgress
from wattloom.periods import to_us
from wattloom.scheduling.arguments import ScheduleArguments, load_sensors
from wattloom.scheduling.flexmodel import FlexConfig, Window
from wattloom.scheduling.inputs import ScheduleInputs, Timing, read_inputs
from wattloom.scheduling.outputs import RecordedSeries, recorded_series
from wattloom.scheduling.recorded import SCHEDULER, SOURCE
from wattloom.scheduling.report import contradiction, soc_report
from wattloom.scheduling.solver import Solution, Solver, solve_problem
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
        database: Where sensors stand.
        beliefs: Where their values stand.
        solver: Finds the schedule.
        solver_time_limit_s: Time for proving the optimum [s].
        multiplies_soc_prices: Whether SoC breach prices count per step instead of per hour, as in FlexMeasures,
            where a quarter of an hour makes them four times as high as documented.
    """

    database: Database
    beliefs: BeliefStore
    solver: Solver
    solver_time_limit_s: float = 10
    multiplies_soc_prices: bool = False

    def __call__(self, job: Job, report_progress: ReportProgress) -> ScheduleOutcome:
        """Read, solve, and return what is to be recorded.

        Raises:
            FlexModelError: What the job refers to has changed since.
            MissingDataError: A price, or the state of charge at the start, is unknown.
            InfeasibleError: The inputs contradict each other; names them.
            UnavailableError: No schedule was found in time.
        """
        arguments = ScheduleArguments.from_json(job.args)
        believed_at = job.belief_time or job.created
        timing = Timing(arguments.window, arguments.requested_start, believed_at)
        report_progress(0.1, "reading data")
        with self.database.read() as connection:
            sensors = load_sensors(connection, arguments.flex_model, arguments.flex_context)
            config = _named(connection, self._priced(arguments.config(sensors), timing.window))
            inputs = read_inputs(connection, self.beliefs, config, sensors, timing)
        report_progress(0.3, "finding the schedule")
        found = solve_problem(inputs.problem, self.solver, time_limit_s=self.solver_time_limit_s)
        if not isinstance(found, Solution):
            raise contradiction(found, inputs, config.site)
        series = recorded_series(inputs, config, found, sensors)
        return ScheduleOutcome(
            result=_result(inputs, config, found, series),
            beliefs=self.beliefs,
            belief_time_us=to_us(believed_at),
            series=tuple(series),
        )

    def _priced(self, config: FlexConfig, window: Window) -> FlexConfig:
        if not self.multiplies_soc_prices:
            return config
        prices = replace(config.site.breach_prices, soc_factor=1 / window.step_h)
        return replace(config, site=replace(config.site, breach_prices=prices))


def _named(connection: Connection, config: FlexConfig) -> FlexConfig:
    """Return the config with devices called by their assets: most power sensors have one and the same name."""
    names = asset_names(connection, {device.asset_id for device in config.devices if device.asset_id is not None})
    devices = (replace(device, name=names.get(device.asset_id or 0, device.name)) for device in config.devices)
    return replace(config, devices=tuple(devices))


def _result(
    inputs: ScheduleInputs, config: FlexConfig, solution: Solution, series: list[RecordedSeries]
) -> Mapping[str, Any]:
    return {
        **soc_report(inputs, solution.stock_mwh),
        "num-beliefs": sum(len(each.values) for each in series),
        "sensors": [each.sensor.id for each in series],
        "currency": config.site.currency,
        "notices": list(inputs.notices),
        "gap": solution.gap,
        "is-optimal": solution.is_optimal,
        "solve-s": solution.solve_s,
        "scheduler-info": {
            "scheduler": SCHEDULER,
            "commitment_costs": solution.costs,
            "notices": list(inputs.notices),
        },
    }
