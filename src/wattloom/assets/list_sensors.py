"""List the sensors of assets."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from wattloom.db import Listing, Page, in_batches
from wattloom.timeseries import Sensor, list_sensors
from wattloom.timeseries.tables import sensor as table

_ORDERS: Mapping[str | None, Callable[[Sensor], Any]] = {
    None: lambda sensor: sensor.id,
    "id": lambda sensor: sensor.id,
    "name": lambda sensor: (sensor.name.lower(), sensor.id),
    "resolution": lambda sensor: (sensor.event_resolution.nominal, sensor.id),
}


def list_asset_sensors(connection: Connection, asset_id: int, listing: Listing) -> Page[Sensor]:
    """Return the wanted part of an asset's own sensors; each matches one of the search terms."""
    sensors = list_sensors(connection, table.c.generic_asset_id == asset_id)
    found = [sensor for sensor in sensors if not listing.terms or any(_holds(sensor, term) for term in listing.terms)]
    found.sort(key=_ORDERS[listing.sort_by], reverse=listing.is_descending)
    first = 0 if listing.page is None else (listing.page - 1) * listing.per_page
    last = None if listing.page is None else first + listing.per_page
    return Page(found[first:last], len(sensors), len(found))


def sensors_of_assets(connection: Connection, asset_ids: Iterable[int]) -> list[Sensor]:
    """Return the own sensors of several assets, by id."""
    found = (list_sensors(connection, table.c.generic_asset_id.in_(ids)) for ids in in_batches(asset_ids))
    return sorted((sensor for sensors in found for sensor in sensors), key=lambda sensor: sensor.id)


def _holds(sensor: Sensor, term: str) -> bool:
    return term.lower() in sensor.name.lower() or (term.isdigit() and str(sensor.id).startswith(term))
