"""Data sources and sensors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy import Row, text

from wattloom.errors import InputError, PeriodError, UnitError
from wattloom.periods import Microseconds, Resolution, parse_zone, zone
from wattloom.timeseries import KnowledgeHorizon, hash_of
from wattloom.timeseries.tables import data_source, sensor
from wattloom.transfer.flexmeasures import layout
from wattloom.transfer.flexmeasures.copied import Copied, Values, unique_name
from wattloom.transfer.flexmeasures.findings import Findings
from wattloom.transfer.flexmeasures.source import FlexMeasures
from wattloom.units import parse_unit

_MAX_NAME = 120
_NO_TYPE = "other"
_MONTH_DAYS = range(28, 32)
_YEAR_DAYS = (365, 366)
_SAMPLE_US = np.array([1_709_164_800_000_000])  # 29 February 2024

_STARTS_ON_THE_FIRST = text("""
SELECT count(*), bool_and(date_trunc(:part, local_start) = local_start)
FROM (
    SELECT event_start AT TIME ZONE :timezone AS local_start FROM timed_belief WHERE sensor_id = :sensor_id
) AS events
""")


@dataclass(frozen=True, slots=True)
class FlexMeasuresSensor:
    """What turns the belief horizons of a sensor into belief times.

    Attributes:
        id: Id of the sensor.
        timezone: Its IANA name.
        event_length: How long FlexMeasures takes events to be, clock changes or not.
        knowledge_horizon: When events can be known.
    """

    id: int
    timezone: str
    event_length: timedelta
    knowledge_horizon: KnowledgeHorizon

    def knowledge_times_us(self, starts_us: Microseconds) -> Microseconds:
        """Return when events could first be known, as FlexMeasures reckoned when it stored the horizons [µs].

        Raises:
            InputError: The parameters of the function make no sense.
        """
        fixed = Resolution(time=self.event_length)
        return self.knowledge_horizon.knowledge_times_us(starts_us, fixed, zone(self.timezone))


def read_sources(flexmeasures: FlexMeasures, findings: Findings) -> Copied:
    """Return data sources, converted; those that nothing tells apart keep their ids."""
    first: dict[tuple[Any, ...], int] = {}
    rows: list[Values] = []
    for row in flexmeasures.rows(layout.SOURCES):
        values = row._asdict() | {
            "type": row.type or _NO_TYPE,
            "attributes": row.attributes or {},
            "attributes_hash": None if row.attributes_hash is None else bytes(row.attributes_hash),
        }
        if not row.type:
            findings.adjust("source", row.id, f"had no type; has '{_NO_TYPE}'")
        _tell_apart(values, first, findings)
        rows.append(values)
    return Copied(layout.SOURCES, data_source, rows)


def _tell_apart(values: Values, first: dict[tuple[Any, ...], int], findings: Findings) -> None:
    """Mark a source that says the same as an earlier one; both have their beliefs."""
    if values["user_id"] is not None:
        if (other := first.setdefault(("user", values["user_id"]), values["id"])) == values["id"]:
            return
        findings.adjust(
            "source", values["id"], f"belongs to user {values['user_id']} as source {other} does; it no longer does"
        )
        values["user_id"] = None
    described = ("name", "type", "model", "version", "account_id", "attributes_hash")
    other = first.setdefault(tuple(values[name] or None for name in described), values["id"])
    if other != values["id"]:
        values["attributes"] = values["attributes"] | {"same-as-source": other}
        values["attributes_hash"] = hash_of(values["attributes"])
        findings.adjust("source", values["id"], f"says the same as source {other}; its attributes now tell them apart")


def read_sensors(flexmeasures: FlexMeasures, findings: Findings) -> tuple[Copied, list[FlexMeasuresSensor]]:
    """Return sensors, converted, and what their belief horizons mean."""
    rows: list[Values] = []
    sensors: list[FlexMeasuresSensor] = []
    names: set[tuple[int, str]] = set()
    for row in flexmeasures.rows(layout.SENSORS):
        values, length = _sensor(flexmeasures, row, findings)
        if (row.generic_asset_id, row.name) in names:
            findings.adjust("sensor", row.id, f"another sensor of the asset is called '{row.name}'; the id was added")
            values["name"] = unique_name(row.name, row.id, _MAX_NAME)
        names.add((row.generic_asset_id, values["name"]))
        rows.append(values)
        sensors += _knowing(values, length, findings)
    return Copied(layout.SENSORS, sensor, rows), sensors


def _sensor(flexmeasures: FlexMeasures, row: Row[Any], findings: Findings) -> tuple[Values, timedelta]:
    attributes = dict(row.attributes or {})
    unit, timezone = row.unit, row.timezone
    try:
        parse_unit(unit)
    except UnitError:
        findings.adjust(
            "sensor", row.id, f"the unit '{unit}' is unknown; it has none, the attribute 'former-unit' names it"
        )
        attributes["former-unit"], unit = unit, ""
    try:
        parse_zone(timezone)
    except PeriodError:
        findings.adjust("sensor", row.id, f"the time zone '{timezone}' is unknown; UTC took its place")
        timezone = "UTC"
    length: timedelta = row.event_resolution
    values = {
        "id": row.id,
        "name": row.name,
        "unit": unit,
        "timezone": timezone,
        "event_resolution": _resolution(flexmeasures, row.id, timezone, length, findings),
        "knowledge_horizon_fnc": row.knowledge_horizon_fnc or "ex_post",
        "knowledge_horizon_par": row.knowledge_horizon_par or {},
        "attributes": attributes,
        "generic_asset_id": row.generic_asset_id,
    }
    return values, length


def _resolution(
    flexmeasures: FlexMeasures, sensor_id: int, timezone: str, length: timedelta, findings: Findings
) -> str:
    """Return the resolution as we store it: whole days, months and years follow the calendar."""
    if length < timedelta(0):
        findings.refuse("sensor", sensor_id, f"its resolution {length} is negative")
        return Resolution().iso()
    for part, days, resolution in (
        ("year", _YEAR_DAYS, Resolution(months=12)),
        ("month", _MONTH_DAYS, Resolution(months=1)),
    ):
        if length in {timedelta(days=n) for n in days}:
            where = {"part": part, "timezone": timezone, "sensor_id": sensor_id}
            n, on_the_first = flexmeasures.connection.execute(_STARTS_ON_THE_FIRST, where).one()
            if on_the_first or (not n and part == "year"):
                findings.adjust(
                    "sensor", sensor_id, f"its events of {length.days} days begin with the {part}, and last one"
                )
                return resolution.iso()
    stored = Resolution.of(length).iso()
    try:
        Resolution.parse(stored)
    except PeriodError:
        findings.adjust(
            "sensor", sensor_id, f"its resolution {stored} is no whole minutes; its values are instantaneous"
        )
        return Resolution().iso()
    return stored


def _knowing(values: Values, length: timedelta, findings: Findings) -> Iterator[FlexMeasuresSensor]:
    try:
        horizon = KnowledgeHorizon(values["knowledge_horizon_fnc"], values["knowledge_horizon_par"])
        found = FlexMeasuresSensor(values["id"], values["timezone"], length, horizon)
        found.knowledge_times_us(_SAMPLE_US)
    except InputError as error:
        text = f"its knowledge horizon {values['knowledge_horizon_fnc']} cannot be understood: {error.message}"
        findings.refuse("sensor", values["id"], text)
    else:
        yield found
