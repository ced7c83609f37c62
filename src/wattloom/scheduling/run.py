"""Make a schedule: the job that reads, solves, and records.

It loads the solver, so it is imported where jobs are worked off, and nowhere else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from wattloom.assets import asset_names
from wattloom.db import Database
from wattloom.errors import WattloomError
from wattloom.jobs import Job, JobOutcome, ReportProgress
from wattloom.periods import to_us
from wattloom.scheduling.arguments import ScheduleArguments, load_sensors
from wattloom.scheduling.flexmodel import FlexConfig, Window, as_id
from wattloom.scheduling.inputs import ScheduleInputs, Timing, read_inputs
from wattloom.scheduling.outputs import RecordedSeries, recorded_series
from wattloom.scheduling.problem import NetFlow, all_commitments
from wattloom.scheduling.recorded import SCHEDULER, SOURCE
from wattloom.scheduling.report import contradiction, soc_report
from wattloom.scheduling.sequential import power_sensor
from wattloom.scheduling.solver import Solution, Solver, solve_problem
from wattloom.timeseries import Beliefs, BeliefStore, Sensor, get_or_create_source, record_beliefs


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
        with self.database.read() as connection:
            sensors = load_sensors(connection, arguments.flex_model, arguments.flex_context)
            names = asset_names(connection, _assets(arguments, sensors))
        plans: list[_Plan] = []
        recorded: dict[int, RecordedSeries] = {}
        n_stages = len(arguments.windows)
        for stage in arguments.stages(sensors):
            number = len(plans) + 1
            report_progress((number - 0.8) / n_stages, "finding the schedule")
            timing = Timing(stage.window, arguments.requested_start, believed_at)
            try:
                config = _named(self._priced(stage.config(sensors, arguments.calendar), stage.window), names)
                plans.append(self._plan(config, timing, sensors, recorded))
            except WattloomError as error:
                if n_stages > 1:
                    name = names.get(power_sensor(stage.flex_model[0], sensors).asset_id)
                    error.message = f"'{name}', device {number} of {n_stages}: {error.message}"
                raise
            recorded |= {series.sensor.id: series for series in plans[-1].series}
        return ScheduleOutcome(
            result=_result(plans, list(recorded.values())),
            beliefs=self.beliefs,
            belief_time_us=to_us(believed_at),
            series=tuple(recorded.values()),
        )

    def _plan(
        self,
        config: FlexConfig,
        timing: Timing,
        sensors: Mapping[int, Sensor],
        recorded: Mapping[int, RecordedSeries],
    ) -> "_Plan":
        planned = {key: series.events() for key, series in recorded.items()}
        with self.database.read() as connection:
            inputs = read_inputs(connection, self.beliefs, config, sensors, timing, planned)
        found = solve_problem(inputs.problem, self.solver, time_limit_s=self.solver_time_limit_s)
        if not isinstance(found, Solution):
            raise contradiction(found, inputs, config.site)
        return _Plan(inputs, config.site.currency, found, recorded_series(inputs, config, found, sensors))

    def _priced(self, config: FlexConfig, window: Window) -> FlexConfig:
        if not self.multiplies_soc_prices:
            return config
        prices = replace(config.site.breach_prices, soc_factor=1 / window.step_h)
        return replace(config, site=replace(config.site, breach_prices=prices))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was planned at once, and what is to be recorded of it."""

    inputs: ScheduleInputs
    currency: str
    solution: Solution
    series: list[RecordedSeries]


def _assets(arguments: ScheduleArguments, sensors: Mapping[int, Sensor]) -> set[int]:
    stated = {as_id(entry.get("asset")) for entry in arguments.flex_model}
    return {sensor.asset_id for sensor in sensors.values()} | {each for each in stated if each is not None}


def _named(config: FlexConfig, names: Mapping[int, str]) -> FlexConfig:
    """Return the config with devices called by their assets: most power sensors have one and the same name."""
    devices = (replace(device, name=names.get(device.asset_id or 0, device.name)) for device in config.devices)
    return replace(config, devices=tuple(devices))


def _result(plans: Sequence[_Plan], recorded: Sequence[RecordedSeries]) -> Mapping[str, Any]:
    reports = [soc_report(plan.inputs, plan.solution.stock_mwh) for plan in plans]
    notices = list(dict.fromkeys(notice for plan in plans for notice in plan.inputs.notices))
    return {
        **{name: [each for report in reports for each in report[name]] for name in ("unresolved", "resolved")},
        "num-beliefs": sum(len(each.values) for each in recorded),
        "sensors": [each.sensor.id for each in recorded],
        "currency": plans[-1].currency,
        "notices": notices,
        "gap": max(plan.solution.gap for plan in plans),
        "is-optimal": all(plan.solution.is_optimal for plan in plans),
        "solve-s": sum(plan.solution.solve_s for plan in plans),
        "scheduler-info": {
            "scheduler": SCHEDULER,
            "commitment_costs": _costs(plans),
            "notices": notices,
        },
    }


def _costs(plans: Sequence[_Plan]) -> dict[str, float]:
    """Return the costs by name: those of devices added up, and those of the site as the last device left them."""
    total: dict[str, float] = {}
    for index, plan in enumerate(plans):
        of_site = {each.name for each in all_commitments(plan.inputs.problem) if isinstance(each.quantity, NetFlow)}
        for name, cost in plan.solution.costs.items():
            # Alone in its problem, every device of a sequence is device 0 there.
            own_name = re.sub(r"\bdevice 0$", f"device {index}", name)
            is_new = name.removesuffix(" (custom)") in of_site or own_name not in total
            total[own_name] = cost if is_new else total[own_name] + cost
    return total
