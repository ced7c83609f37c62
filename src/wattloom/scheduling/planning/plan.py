"""Plan devices: read their sensors, find the schedule, and turn it into what each sensor is to receive.

Nothing is recorded here: who plans decides what becomes of it. It loads the
solver, so it is imported where jobs are worked off, and nowhere else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattloom.db import Database
from wattloom.errors import InfeasibleError, WattloomError
from wattloom.jobs import ReportProgress
from wattloom.scheduling.arguments import ScheduleArguments, Stage, load_assets, load_sensors
from wattloom.scheduling.flexmodel import FlexConfig, Window, as_id
from wattloom.scheduling.inputs import ScheduleInputs, StageValues, Timing, read_inputs
from wattloom.scheduling.own_schedulers import OWN_SCHEDULERS
from wattloom.scheduling.planning.delegate import DelegatedPlan, plan_task
from wattloom.scheduling.planning.outputs import RecordedSeries, recorded_series
from wattloom.scheduling.planning.previous import previous_consumption_mw
from wattloom.scheduling.planning.solve_inputs import solve_inputs
from wattloom.scheduling.recorded import STORAGE_SOURCE
from wattloom.scheduling.schedulers import STORAGE, AssetFacts, Schedulers
from wattloom.scheduling.solver import Incumbent, Preferences, ScenarioSolution, Solution, Solver, Starts
from wattloom.timeseries import BeliefStore, NewSource, Sensor


@dataclass(frozen=True, slots=True)
class Plan:
    """What the StorageScheduler has planned at once.

    Attributes:
        inputs: The devices and the site, called by their assets, and the problem that they make.
        solution: Its solution.
        series: What sensors are to receive of it.
        futures: The schedules of all scenarios; None when there are none.
    """

    inputs: ScheduleInputs
    solution: Solution
    series: tuple[RecordedSeries, ...]
    futures: ScenarioSolution | None = None

    @property
    def source(self) -> NewSource:
        """Who states the values."""
        return STORAGE_SOURCE

    @property
    def notices(self) -> tuple[str, ...]:
        """What people should know of it."""
        if self.solution.is_optimal:
            return self.inputs.notices
        much = f"at most {self.solution.gap:.1%} more than" if self.solution.gap < 1 else "perhaps much more than"
        notice = f"The time for planning was up before the best plan was known: this one costs {much} that."
        return (*self.inputs.notices, notice)

    @property
    def currency(self) -> str:
        """Of its costs."""
        return self.inputs.config.site.currency

    @property
    def costs(self) -> Mapping[str, float]:
        """What it costs, by name."""
        return self.solution.costs

    def noticing(self, notice: str) -> "Plan":
        """Return it with one notice more."""
        return replace(self, inputs=replace(self.inputs, notices=(*self.inputs.notices, notice)))


AnyPlan: TypeAlias = Plan | DelegatedPlan
"""What was planned at once, whoever planned it."""


@dataclass(frozen=True, slots=True)
class Named:
    """The sensors and assets that a schedule is about.

    Attributes:
        sensors: By id, as far as they exist.
        assets: By id, as far as they exist.
    """

    sensors: Mapping[int, Sensor]
    assets: Mapping[int, AssetFacts]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A stage whose turn it is, and what was planned before it."""

    stage: Stage
    timing: Timing
    calendar: ZoneInfo
    named: Named
    planned: Sequence[AnyPlan]
    tell: Callable[[str], None]


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
        starts: Where earlier solves ended; plans do not depend on it.
        schedulers: Who plans what the StorageScheduler does not.
    """

    database: Database
    beliefs: BeliefStore
    solver: Solver
    solver_time_limit_s: float = 10
    multiplies_soc_prices: bool = False
    starts: Starts = field(default_factory=Starts)
    schedulers: Schedulers = OWN_SCHEDULERS

    def plan(
        self, arguments: ScheduleArguments, *, believed_at: datetime, report_progress: ReportProgress
    ) -> list[AnyPlan]:
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
        plans: list[AnyPlan] = []
        n_stages = len(arguments.windows)
        for number, stage in enumerate(arguments.stages(named.sensors), start=1):
            report_progress((number - 0.8) / n_stages, "finding the schedule")
            timing = Timing(stage.window, arguments.requested_start, believed_at)
            try:
                tell = partial(report_progress, (number - 0.5) / n_stages)
                plans.append(self._plan_turn(_Turn(stage, timing, arguments.calendar, named, plans, tell)))
            except WattloomError as error:
                if n_stages == 1:
                    raise
                raise error.about(f"{_device_of(stage, named)}, device {number} of {n_stages}") from error
        return plans

    def _plan_turn(self, turn: _Turn) -> AnyPlan:
        """Plan a stage, by the fallback of its scheduler if that finds no schedule that keeps all limits."""
        name = self.schedulers.resolve(turn.stage.scheduler, by="the job")
        try:
            return self._plan_by(name, turn)
        except InfeasibleError as error:
            fallback = None if name == STORAGE else self.schedulers.table[name].fallback
            if fallback is None:
                raise
            return self._plan_by(fallback, turn).noticing(f"{error.message} {fallback} has planned instead.")

    def _plan_by(self, scheduler: str, turn: _Turn) -> AnyPlan:
        sensors, assets = turn.named.sensors, turn.named.assets
        if scheduler == STORAGE:
            names = {asset_id: asset.name for asset_id, asset in assets.items()}
            config = turn.stage.config(sensors, turn.calendar).named(names)
            return self.plan_stage(config, turn.timing, sensors, planned=turn.planned, tell=turn.tell)
        given = {series.sensor.id: series.events() for series in series_of(turn.planned)}
        values = StageValues(self.database, self.beliefs, sensors, turn.timing, given)
        task = turn.stage.task(sensors, assets, turn.calendar)
        return plan_task(self.schedulers.table[scheduler], task, values, sensors)

    def plan_stage(
        self,
        config: FlexConfig,
        timing: Timing,
        sensors: Mapping[int, Sensor],
        *,
        planned: Sequence[AnyPlan] = (),
        tell: Callable[[str], None],
    ) -> Plan:
        """Read, and solve.

        Args:
            config: The devices and the site.
            timing: When to plan for, and what is known.
            sensors: All sensors that the config refers to.
            planned: What was planned before counts as recorded.
            tell: Is told of every better schedule while the search goes on.

        Raises:
            MissingDataError: A price, or the state of charge at the start, is unknown.
            InfeasibleError: The inputs contradict each other; names them.
            UnavailableError: No schedule was found in time.
        """
        config = self._priced(config, timing.window)
        given = {series.sensor.id: series.events() for series in series_of(planned)}
        with self.database.read() as connection:
            inputs = read_inputs(connection, self.beliefs, config, sensors, timing, given)
            preferences = self._preferences(connection, inputs, sensors, timing)
        found = solve_inputs(
            inputs,
            self.solver,
            time_limit_s=self.solver_time_limit_s,
            on_incumbent=lambda best: tell(_told(best, config.site.currency)),
            starts=self.starts,
            preferences=preferences,
        )
        series = tuple(recorded_series(inputs, found.solution, sensors))
        return Plan(inputs, found.solution, series, found.futures)

    def _preferences(
        self, connection: Connection, inputs: ScheduleInputs, sensors: Mapping[int, Sensor], timing: Timing
    ) -> Preferences | None:
        """Return what decides among plans of equal cost, as the flex-context says."""
        site = inputs.config.site
        previous_mw = None
        if site.prefers_previous_schedule:
            previous_mw = previous_consumption_mw(connection, self.beliefs, inputs, sensors, timing.believed_at)
        if previous_mw is None and not site.prefers_smooth_power:
            return None
        return Preferences(site.prefers_smooth_power, previous_mw)

    def _named(self, arguments: ScheduleArguments) -> Named:
        with self.database.read() as connection:
            sensors = load_sensors(connection, arguments.flex_model, arguments.flex_context)
            return Named(sensors, load_assets(connection, arguments.flex_model, sensors))

    def _priced(self, config: FlexConfig, window: Window) -> FlexConfig:
        if not self.multiplies_soc_prices:
            return config
        prices = replace(config.site.breach_prices, soc_factor=1 / window.step_h)
        return replace(config, site=replace(config.site, breach_prices=prices))


def series_of(plans: Sequence[AnyPlan]) -> Iterator[RecordedSeries]:
    """Yield what each sensor is to receive: of sensors that several plans write to, what the last one says."""
    return iter({series.sensor.id: series for plan in plans for series in plan.series}.values())


def _told(best: Incumbent, currency: str) -> str:
    """Return in words how good the best known schedule is."""
    within = f"a plan within {best.gap:.1%} of the best" if best.gap < 1 else "a plan"
    return f"{within} is known ({best.objective:.2f} {currency}); improving"


def _device_of(stage: Stage, named: Named) -> str:
    stated = stage.flex_model[0]["sensor"]
    sensor = named.sensors.get(as_id(stated) or 0)
    return f"sensor {stated}" if sensor is None else f"'{named.assets[sensor.asset_id].name}'"
