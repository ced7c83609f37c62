"""Plan devices: read their sensors, find the schedule, and turn it into what each sensor is to receive.

Nothing is recorded here: who plans decides what becomes of it. It loads the
solver, so it is imported where jobs are worked off, and nowhere else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wattloom.assets import asset_names
from wattloom.db import Database
from wattloom.errors import WattloomError
from wattloom.jobs import ReportProgress
from wattloom.scheduling.arguments import ScheduleArguments, Stage, load_sensors
from wattloom.scheduling.flexmodel import FlexConfig, Window, as_id, find_references
from wattloom.scheduling.inputs import ScheduleInputs, Timing, read_inputs
from wattloom.scheduling.outputs import RecordedSeries, recorded_series
from wattloom.scheduling.report import contradiction
from wattloom.scheduling.solver import Solution, Solver, solve_problem
from wattloom.timeseries import BeliefStore, Sensor


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned at once.

    Attributes:
        inputs: The devices and the site, called by their assets, and the problem that they make.
        solution: Its solution.
        series: What sensors are to receive of it.
    """

    inputs: ScheduleInputs
    solution: Solution
    series: tuple[RecordedSeries, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The sensors and assets that a schedule is about.

    Attributes:
        sensors: By id, as far as they exist.
        assets: Names of assets by id.
    """

    sensors: Mapping[int, Sensor]
    assets: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans what it is told to, one stage after another.

    Attributes:
        database: Where sensors stand.
        beliefs: Where their values stand.
        solver: Finds the schedule.
        solver_time_limit_s: Time for proving the optimum of a stage [s].
        multiplies_soc_prices: Whether SoC breach prices count per step instead of per hour, as in FlexMeasures,
            where a quarter of an hour makes them four times as high as documented.
    """

    database: Database
    beliefs: BeliefStore
    solver: Solver
    solver_time_limit_s: float = 10
    multiplies_soc_prices: bool = False

    def plan(
        self, arguments: ScheduleArguments, *, believed_at: datetime, report_progress: ReportProgress
    ) -> list[Plan]:
        """Plan all stages; each takes what those before it planned for recorded.

        Args:
            arguments: What is to be planned.
            believed_at: Only what was believed then counts.
            report_progress: Is told at each stage how far this is.

        Raises:
            FlexModelError: What the arguments refer to has changed since.
            MissingDataError: A price, or the state of charge at the start, is unknown.
            InfeasibleError: The inputs contradict each other; names them.
            UnavailableError: No schedule was found in time.
        """
        named = self._named(arguments)
        plans: list[Plan] = []
        n_stages = len(arguments.windows)
        for number, stage in enumerate(arguments.stages(named.sensors), start=1):
            report_progress((number - 0.8) / n_stages, "finding the schedule")
            timing = Timing(stage.window, arguments.requested_start, believed_at)
            try:
                config = stage.config(named.sensors, arguments.calendar).named(named.assets)
                plans.append(self.plan_stage(config, timing, named.sensors, planned=plans))
            except WattloomError as error:
                if n_stages == 1:
                    raise
                raise error.about(f"{_device_of(stage, named)}, device {number} of {n_stages}") from error
        return plans

    def plan_stage(
        self, config: FlexConfig, timing: Timing, sensors: Mapping[int, Sensor], *, planned: Sequence[Plan] = ()
    ) -> Plan:
        """Read, and solve.

        Args:
            config: The devices and the site.
            timing: When to plan for, and what is known.
            sensors: All sensors that the config refers to.
            planned: What was planned before counts as recorded.

        Raises:
            MissingDataError: A price, or the state of charge at the start, is unknown.
            InfeasibleError: The inputs contradict each other; names them.
            UnavailableError: No schedule was found in time.
        """
        config = self._priced(config, timing.window)
        given = {series.sensor.id: series.events() for series in series_of(planned)}
        with self.database.read() as connection:
            inputs = read_inputs(connection, self.beliefs, config, sensors, timing, given)
        found = solve_problem(inputs.problem, self.solver, time_limit_s=self.solver_time_limit_s)
        if not isinstance(found, Solution):
            raise contradiction(found, inputs)
        return Plan(inputs, found, tuple(recorded_series(inputs, found, sensors)))

    def _named(self, arguments: ScheduleArguments) -> Named:
        with self.database.read() as connection:
            sensors = load_sensors(connection, arguments.flex_model, arguments.flex_context)
            references = find_references(arguments.flex_model, None)
            stated = {each.item_id for each in references if each.kind == "asset"}
            return Named(sensors, asset_names(connection, {sensor.asset_id for sensor in sensors.values()} | stated))

    def _priced(self, config: FlexConfig, window: Window) -> FlexConfig:
        if not self.multiplies_soc_prices:
            return config
        prices = replace(config.site.breach_prices, soc_factor=1 / window.step_h)
        return replace(config, site=replace(config.site, breach_prices=prices))


def series_of(plans: Sequence[Plan]) -> Iterator[RecordedSeries]:
    """Yield what each sensor is to receive: of sensors that several plans write to, what the last one says."""
    return iter({series.sensor.id: series for plan in plans for series in plan.series}.values())


def _device_of(stage: Stage, named: Named) -> str:
    stated = stage.flex_model[0]["sensor"]
    sensor = named.sensors.get(as_id(stated) or 0)
    return f"sensor {stated}" if sensor is None else f"'{named.assets.get(sensor.asset_id, sensor.name)}'"
