"""What a scheduling job is told: everything that it needs, as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattloom.assets import assets_by_id
from wattloom.db import in_batches
from wattloom.periods import MICROSECOND, to_us, zone
from wattloom.scheduling.flexmodel import (
    FlexConfig,
    LaterSteps,
    Window,
    find_references,
    parse_config,
    referenced_sensors,
    settle,
)
from wattloom.scheduling.schedulers import STORAGE, AssetFacts, SchedulingTask
from wattloom.scheduling.sequential import context_after, power_sensor
from wattloom.timeseries import Sensor, list_sensors
from wattloom.timeseries.tables import sensor as sensor_table


@dataclass(frozen=True, slots=True)
class Stage:
    """What is planned at once.

    Attributes:
        scheduler: Name of who plans it.
        window: The steps to plan.
        flex_model: Effective entries of the devices.
        flex_context: Effective context; what was planned before is inflexible in it.
    """

    scheduler: str
    window: Window
    flex_model: list[dict[str, Any]]
    flex_context: Mapping[str, Any]

    def config(self, sensors: Mapping[int, Sensor], calendar: ZoneInfo) -> FlexConfig:
        """Parse the flex-model and flex-context.

        Raises:
            FlexModelError: A sensor has changed or gone since the schedule was asked for.
        """
        return settle(parse_config(self.flex_model, self.flex_context, sensors, calendar), self.window)

    def task(
        self, sensors: Mapping[int, Sensor], assets: Mapping[int, AssetFacts], calendar: ZoneInfo
    ) -> SchedulingTask:
        """Return what a scheduler other than the StorageScheduler is told."""
        return SchedulingTask(self.window, calendar, tuple(self.flex_model), self.flex_context, sensors, assets)


@dataclass(frozen=True, slots=True)
class ScheduleArguments:
    """A schedule to be made.

    Attributes:
        schedulers: Who plans, for each window.
        windows: One for all devices, which are planned together then; or one for each, one after another.
        requested_start: When soc-at-start holds; windows may start earlier.
        timezone: Calendar of nominal durations, and of the answer.
        flex_model: Effective entries: the request's over the stored ones.
        flex_context: Effective context: the request's over the inherited one.
    """

    schedulers: tuple[str, ...]
    windows: tuple[Window, ...]
    requested_start: datetime
    timezone: str
    flex_model: list[dict[str, Any]]
    flex_context: Mapping[str, Any]

    @property
    def calendar(self) -> ZoneInfo:
        """The time zone."""
        return zone(self.timezone)

    def stages(self, sensors: Mapping[int, Sensor]) -> Iterator[Stage]:
        """Yield what is planned at once, in order.

        Raises:
            FlexModelError: A power sensor has gone since the schedule was asked for.
        """
        if len(self.windows) == 1:
            yield Stage(self.schedulers[0], self.windows[0], self.flex_model, self.flex_context)
            return
        context = self.flex_context
        for scheduler, window, entry in zip(self.schedulers, self.windows, self.flex_model, strict=True):
            yield Stage(scheduler, window, [entry], context)
            context = context_after(context, entry, power_sensor(entry, sensors))

    def window_of(self, sensor_id: int) -> Window:
        """Return the window of the device that records on a sensor; of the last one for sensors of the site."""
        for window, entry in zip(self.windows, self.flex_model, strict=False):
            if any(each.is_written and each.item_id == sensor_id for each in referenced_sensors([entry], None)):
                return window
        return self.windows[-1]

    def to_json(self) -> dict[str, Any]:
        """Return what a job keeps."""
        return {
            "schedulers": list(self.schedulers),
            "windows": [_window_json(window) for window in self.windows],
            "requested_start": self.requested_start.isoformat(),
            "timezone": self.timezone,
            "flex_model": self.flex_model,
            "flex_context": self.flex_context,
        }

    @classmethod
    def from_json(cls, args: Mapping[str, Any]) -> "ScheduleArguments":
        """Return what :meth:`to_json` wrote."""
        return cls(
            # Jobs that were written when there was one scheduler only name none.
            schedulers=tuple(args.get("schedulers", [STORAGE] * len(args["windows"]))),
            windows=tuple(_window(each) for each in args["windows"]),
            requested_start=datetime.fromisoformat(args["requested_start"]),
            timezone=args["timezone"],
            flex_model=args["flex_model"],
            flex_context=args["flex_context"],
        )


def _window_json(window: Window) -> dict[str, Any]:
    start, end = window.start.isoformat(), window.end.isoformat()
    args = {"start": start, "end": end, "step_s": window.step.total_seconds()}
    if window.later is None:
        return args
    later_s = timedelta(microseconds=window.later.step_us).total_seconds()
    return args | {"n_steps": window.n_steps, "first_later": window.later.first, "later_step_s": later_s}


def _window(args: Mapping[str, Any]) -> Window:
    start, end = (to_us(datetime.fromisoformat(args[name])) for name in ("start", "end"))
    step_us = timedelta(seconds=args["step_s"]) // MICROSECOND
    if "later_step_s" not in args:
        return Window(start, step_us, (end - start) // step_us)
    later_us = timedelta(seconds=args["later_step_s"]) // MICROSECOND
    return Window(start, step_us, args["n_steps"], LaterSteps(args["first_later"], later_us, end))


def load_sensors(connection: Connection, flex_model: Any, flex_context: Any) -> dict[int, Sensor]:
    """Return the sensors that are named and exist, by id."""
    ids = {reference.item_id for reference in referenced_sensors(flex_model, flex_context)}
    found = (sensor for batch in in_batches(ids) for sensor in list_sensors(connection, sensor_table.c.id.in_(batch)))
    return {sensor.id: sensor for sensor in found}


def load_assets(
    connection: Connection, flex_model: Any, sensors: Mapping[int, Sensor], *more: int
) -> dict[int, AssetFacts]:
    """Return the assets that a flex-model names, those of sensors, and ``more``, by id, as far as they exist."""
    named = {each.item_id for each in find_references(flex_model, None) if each.kind == "asset"}
    ids = {*more, *named, *(sensor.asset_id for sensor in sensors.values())}
    return {
        asset.id: AssetFacts(asset.id, asset.name, asset.asset_type.name, asset.attributes)
        for asset in assets_by_id(connection, ids).values()
    }
