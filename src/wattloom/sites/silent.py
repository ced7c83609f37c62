"""Which sensors that a site's plan relies on have fallen silent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wattloom.sites.plan import Role
from wattloom.sites.site import Site
from wattloom.timeseries import FORECASTER, SCHEDULER, BeliefStore, Freshness, Sensor, freshness_of_sensors

_PRICES = {Role.CONSUMPTION_PRICE, Role.PRODUCTION_PRICE}
_SAMPLE_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class SilentSensor:
    """A sensor whose data are too old, or do not reach far enough ahead.

    Attributes:
        sensor: The sensor.
        asset_name: Of the asset that it belongs to; empty for the site itself.
        since: What its newest data are about; None when there never were any.
        is_forecast: Whether it is a forecast that ends too soon.
    """

    sensor: Sensor
    asset_name: str
    since: datetime | None
    is_forecast: bool


def silent_sensors(
    connection: Connection, store: BeliefStore, sites: Sequence[Site], *, now: datetime
) -> list[tuple[SilentSensor, ...]]:
    """Return the silent sensors of several sites, in their order and with the same queries as for one.

    Prices are not among them, nor schedules: whoever asks knows both from the
    plan. A device need not say what it really does.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sites: In the order of the answer.
        now: The moment.
    """
    needed = [_needed(site) for site in sites]
    sensors = {sensor.id: sensor for each in needed for sensor, _name in each}
    found: dict[int, list[Freshness]] = {}
    for one in freshness_of_sensors(connection, store, list(sensors.values()), now=now):
        found.setdefault(one.sensor.id, []).append(one)
    optional = {term.sensor_id for site in sites for series in site.wanted if series.device for term in series.terms}
    return [
        tuple(
            silent
            for sensor, name in each
            if (silent := _judge(sensor, name, found[sensor.id], is_optional=sensor.id in optional)) is not None
        )
        for each in needed
    ]


def _is_stale(found: Freshness) -> bool:
    """Return whether data are too old; a sample may be as old as an event of ordinary length."""
    is_recent = found.staleness is not None and found.staleness <= _SAMPLE_LASTS
    return found.is_stale and not (found.sensor.event_resolution.is_instantaneous and is_recent)


def _needed(site: Site) -> list[tuple[Sensor, str]]:
    """Return the sensors that the plan relies on, each with the name of its device."""
    ids = dict.fromkeys(term.sensor_id for series in site.wanted if series.role not in _PRICES for term in series.terms)
    sensors = [site.sensors[sensor_id] for sensor_id in ids]
    return [(sensor, _name_of_device(site, sensor)) for sensor in sensors]


def _name_of_device(site: Site, sensor: Sensor) -> str:
    owner = site.devices.get(sensor.asset_id)
    return owner.name if owner is not None and owner.id != site.asset.id else ""


def _judge(sensor: Sensor, name: str, found: Iterable[Freshness], *, is_optional: bool) -> SilentSensor | None:
    stated = [one for one in found if SCHEDULER not in (one.source_type or "")]
    measured = [one for one in stated if one.source_type is not None and FORECASTER not in one.source_type]
    forecast = [one for one in stated if one.source_type is not None and FORECASTER in one.source_type]
    if measured and all(_is_stale(one) for one in measured):
        return SilentSensor(
            sensor, name, max((one.since for one in measured if one.since), default=None), is_forecast=False
        )
    if forecast and all(one.is_stale for one in forecast):
        return SilentSensor(
            sensor, name, max((one.since for one in forecast if one.since), default=None), is_forecast=True
        )
    has_none = any(one.source_type is None for one in stated)
    return SilentSensor(sensor, name, None, is_forecast=False) if has_none and not is_optional else None
