"""What a scheduling job is told: everything that it needs, as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from wattloom.db import in_batches
from wattloom.periods import MICROSECOND, to_us, zone
from wattloom.scheduling.flexmodel import FlexConfig, Window, parse_config, referenced_sensors, settle
from wattloom.timeseries import Sensor, list_sensors
from wattloom.timeseries.tables import sensor as sensor_table


@dataclass(frozen=True, slots=True)
class ScheduleArguments:
    """A schedule to be made.

    Attributes:
        window: The steps to plan.
        requested_start: When soc-at-start holds; the window may start earlier.
        timezone: Calendar of nominal durations, and of the answer.
        flex_model: Effective entries: the request's over the stored ones.
        flex_context: Effective context: the request's over the inherited one.
    """

    window: Window
    requested_start: datetime
    timezone: str
    flex_model: list[dict[str, Any]]
    flex_context: Any

    def to_json(self) -> dict[str, Any]:
        """Return what a job keeps."""
        return {
            "start": self.window.start.isoformat(),
            "end": self.window.end.isoformat(),
            "step_s": self.window.step.total_seconds(),
            "requested_start": self.requested_start.isoformat(),
            "timezone": self.timezone,
            "flex_model": self.flex_model,
            "flex_context": self.flex_context,
        }

    @classmethod
    def from_json(cls, args: Mapping[str, Any]) -> "ScheduleArguments":
        """Return what :meth:`to_json` wrote."""
        start, end = (to_us(datetime.fromisoformat(args[name])) for name in ("start", "end"))
        step_us = timedelta(seconds=args["step_s"]) // MICROSECOND
        return cls(
            window=Window(start, step_us, (end - start) // step_us),
            requested_start=datetime.fromisoformat(args["requested_start"]),
            timezone=args["timezone"],
            flex_model=args["flex_model"],
            flex_context=args["flex_context"],
        )

    def config(self, sensors: Mapping[int, Sensor]) -> FlexConfig:
        """Parse the flex-model and flex-context.

        Raises:
            FlexModelError: A sensor has changed or gone since the schedule was asked for.
        """
        return settle(parse_config(self.flex_model, self.flex_context, sensors, zone(self.timezone)), self.window)


def load_sensors(connection: Connection, flex_model: Any, flex_context: Any) -> dict[int, Sensor]:
    """Return the sensors that are named and exist, by id."""
    ids = {reference.sensor_id for reference in referenced_sensors(flex_model, flex_context)}
    found = (sensor for batch in in_batches(ids) for sensor in list_sensors(connection, sensor_table.c.id.in_(batch)))
    return {sensor.id: sensor for sensor in found}
