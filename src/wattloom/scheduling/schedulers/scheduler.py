"""What a scheduler is: told a task, it says what is wrong with it, or what each sensor is to receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattloom.scheduling.flexmodel import Sensors, Variable, Window

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What a scheduler needs to know of an asset.

    Attributes:
        id: Its id.
        name: What people call it.
        kind: Name of its type, for example ``process``.
        attributes: Free JSON.
    """

    id: int
    name: str
    kind: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SchedulingTask:
    """What is to be planned.

    Attributes:
        window: The steps to plan, in UTC.
        calendar: Time zone of nominal durations.
        flex_model: An object for each device, as sent over what its asset stores.
        flex_context: As sent over what the assets store: one object, with those of several commodities in
            ``commodities``.
        sensors: All sensors that both name, as far as they exist, by id.
        assets: The assets of these sensors and of the devices, by id.
    """

    window: Window
    calendar: ZoneInfo
    flex_model: tuple[Mapping[str, Any], ...]
    flex_context: Mapping[str, Any]
    sensors: Sensors
    assets: Mapping[int, AssetFacts]


class SensorValues(Protocol):
    """Reads quantities on the steps of a task; sensors as they were believed at one moment."""

    @property
    def believed_at(self) -> datetime:
        """Only what was believed then counts."""

    def steps(self, variable: Variable) -> Floats:
        """Return values in the unit of the variable, NaN where unknown, shape (n_steps,).

        Args:
            variable: A fixed value, segments, or a reference such as ``SensorReference(3, unit="kW")``.

        Raises:
            FlexModelError: It refers to a sensor that the task does not name.
            InputError: The sensor's unit is another one, or a value is too large to calculate with.
        """

    def prices(self, variable: Variable, field: str) -> Floats:
        """Return values like :meth:`steps`, the first and last known one extended to the sides, 0 in gaps.

        Args:
            variable: A price.
            field: Where it was given, for what is said about missing ones.

        Raises:
            MissingDataError: No price is known in the window.
        """


@dataclass(frozen=True, slots=True)
class PlannedSeries:
    """What a sensor is to receive; it is brought to the sensor's resolution, unit and sign.

    Attributes:
        sensor_id: One of the task's sensors that schedules may be recorded on.
        values: Per step, shape (n_steps,), finite; of power and energy, consumption is positive.
        unit: Unit of the values.
    """

    sensor_id: int
    values: Floats
    unit: str


@dataclass(frozen=True, slots=True)
class SchedulerPlan:
    """What a scheduler has decided.

    Attributes:
        series: Each sensor at most once; none when nothing is to be recorded.
        costs: By name, in ``currency``.
        currency: Of the costs.
        info: Further facts for ``scheduler_info``, as JSON.
        notices: What people should know, in sentences.
    """

    series: tuple[PlannedSeries, ...]
    costs: Mapping[str, float] = field(default_factory=dict)
    currency: str = "EUR"
    info: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


class Scheduler(Protocol):
    """Plans devices in a way of its own.

    One object serves all requests of a process, from several threads.
    """

    @property
    def name(self) -> str:
        """The value of ``custom-scheduler`` that chooses it, and the model of its data source."""

    @property
    def version(self) -> str:
        """Version of its data source."""

    @property
    def author(self) -> str:
        """Name of its data source."""

    @property
    def fallback(self) -> str | None:
        """The scheduler that is to plan when this one finds no schedule that keeps all limits; None for none."""

    def check(self, task: SchedulingTask) -> None:
        """Find what can be found wrong without values of sensors, when a schedule is asked for.

        Raises:
            FlexModelError: Every problem with its field; the caller receives it as a 422.
        """

    def schedule(self, task: SchedulingTask, values: SensorValues) -> SchedulerPlan:
        """Plan, in a worker.

        Raises:
            MissingDataError: Values are unknown.
            InfeasibleError: No schedule keeps all limits.
        """
