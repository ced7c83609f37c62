"""What deletions call the things that go."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from wattloom.assets import asset_names
from wattloom.timeseries import get_sensors


def labels_of(names: Mapping[int, str]) -> dict[int, str]:
    """Return names with their ids: ``'Battery' (2)``."""
    return {item_id: f"'{name}' ({item_id})" for item_id, name in names.items()}


def sensor_labels(connection: Connection, sensor_ids: Iterable[int]) -> dict[int, str]:
    """Return names of sensors with their ids and assets, since many share a name: ``'power' (5) of 'Battery'``."""
    sensors = get_sensors(connection, sensor_ids)
    assets = asset_names(connection, {sensor.asset_id for sensor in sensors.values()})
    return {
        sensor_id: f"'{sensor.name}' ({sensor_id}) of '{assets[sensor.asset_id]}'"
        for sensor_id, sensor in sorted(sensors.items())
    }
