"""Let a scheduler other than the StorageScheduler plan, and hold what it returns to what was promised."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import orjson

from wattloom.errors import InfeasibleError, InternalError, UnitError, WattloomError
from wattloom.scheduling.flexmodel import MAX_MAGNITUDE, find_references, is_plausible
from wattloom.scheduling.inputs import StageValues
from wattloom.scheduling.planning.outputs import RecordedSeries, bring_to_sensor
from wattloom.scheduling.recorded import source_of
from wattloom.scheduling.schedulers import PlannedSeries, Scheduler, SchedulerPlan, SchedulingTask
from wattloom.timeseries import NewSource, Sensor


@dataclass(frozen=True, slots=True)
class DelegatedPlan:
    """What a scheduler has planned.

    Attributes:
        scheduler: Who planned it.
        told: What it returned.
        series: What sensors are to receive of it.
        notices: What people should know: of the values that it read, then what it says.
    """

    scheduler: Scheduler
    told: SchedulerPlan
    series: tuple[RecordedSeries, ...]
    notices: tuple[str, ...]

    @property
    def source(self) -> NewSource:
        """Who states the values."""
        return source_of(self.scheduler)

    @property
    def currency(self) -> str:
        """Of its costs."""
        return self.told.currency

    @property
    def costs(self) -> Mapping[str, float]:
        """What it costs, by name."""
        return self.told.costs

    def noticing(self, notice: str) -> "DelegatedPlan":
        """Return it with one notice more."""
        return replace(self, notices=(*self.notices, notice))


def plan_task(
    scheduler: Scheduler, task: SchedulingTask, values: StageValues, sensors: Mapping[int, Sensor]
) -> DelegatedPlan:
    """Let a scheduler plan a task.

    Args:
        scheduler: Who plans.
        task: What is to be planned.
        values: What it may read.
        sensors: Those of the task.

    Raises:
        InternalError: It fails, or returns what cannot be recorded; names it.
        InfeasibleError: It says that no schedule keeps all limits; names it.
        WattloomError: Whatever else it raises.
    """
    try:
        told = _checked(scheduler.schedule(task, values), task)
        recorded = [
            bring_to_sensor(sensors[each.sensor_id], each.values, task.window, unit=each.unit) for each in told.series
        ]
    except (InfeasibleError, UnitError) as error:
        raise error.about(scheduler.name) from error
    except WattloomError:
        raise
    except Exception as error:
        raise InternalError(f"{scheduler.name} failed: {type(error).__name__}: {error}") from error
    # By the ids of their sensors: two jobs that record in one order wait for each other.
    series = tuple(sorted(recorded, key=lambda each: each.sensor.id))
    return DelegatedPlan(scheduler, told, series, (*values.notices.all(), *told.notices))


def _checked(told: object, task: SchedulingTask) -> SchedulerPlan:
    """Return a plan that can be recorded, with numbers of numpy as plain ones.

    Raises:
        TypeError: It is no plan.
        ValueError: A part of it is not what was promised; names the sensor or the part.
    """
    if not isinstance(told, SchedulerPlan):
        raise TypeError(f"it returned {type(told).__name__} in the place of a SchedulerPlan")
    named = find_references([*task.flex_model], task.flex_context)
    recordable = {each.item_id for each in named if each.is_written} & task.sensors.keys()
    seen: set[int] = set()
    # Lists and numbers of other widths will do.
    told_series = [replace(each, values=np.asarray(each.values, dtype=np.float64)) for each in told.series]
    for series in told_series:
        _check_series(series, task)
        if series.sensor_id not in recordable:
            raise ValueError(f"sensor {series.sensor_id} is none that the request lets it record on")
        if series.sensor_id in seen:
            raise ValueError(f"it returned two series for sensor {series.sensor_id}")
        seen.add(series.sensor_id)
    costs = {name: float(cost) for name, cost in told.costs.items()}
    if not np.isfinite(list(costs.values())).all():
        raise ValueError("a cost is not a finite number")
    info = orjson.loads(orjson.dumps({**told.info}, option=orjson.OPT_SERIALIZE_NUMPY))
    return replace(told, series=tuple(told_series), costs=costs, info=info)


def _check_series(series: PlannedSeries, task: SchedulingTask) -> None:
    shape = series.values.shape
    if shape != (task.window.n_steps,):
        raise ValueError(f"values for sensor {series.sensor_id} have shape {shape}, not ({task.window.n_steps},)")
    if not np.isfinite(series.values).all() or not is_plausible(series.values):
        raise ValueError(f"values for sensor {series.sensor_id} are not finite numbers within ±{MAX_MAGNITUDE:g}")
