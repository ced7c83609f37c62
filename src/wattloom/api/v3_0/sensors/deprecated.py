"""The deprecated way to name a sensor: by an entity address instead of an id in the path."""

import re

from pydantic import Field
from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.api.v3_0.sensors.get_data import AskedData
from wattloom.api.v3_0.sensors.post_data import PostedData
from wattloom.assets import sensor_resource
from wattloom.db import MAX_ID
from wattloom.errors import AddressError, NotFoundError
from wattloom.timeseries import Sensor, get_sensor

# The authority is any: servers change their names, and sensors keep their addresses.
_ADDRESS = re.compile(r"ea1\.\d{4}-(0[1-9]|1[0-2])\.[^\s:]+(:\d+)?:fm1\.(?P<id>[0-9]{1,10})")
# RFC 9745 wants a date; ids in the path are older than this server [s since 1970].
_DEPRECATED_SINCE_S = 1_767_225_600


_SENSOR = "Entity address of the sensor, for example ea1.2021-01.io.flexmeasures:fm1.42."


class PostedToAddress(PostedData):
    """Values to record on the sensor at an address."""

    sensor: str = Field(description=_SENSOR)


class AskedOfAddress(AskedData):
    """Which values of the sensor at an address."""

    sensor: str = Field(description=_SENSOR)


def sensor_at(connection: Connection, address: str, user: User, action: Action) -> Sensor:
    """Return the sensor that an entity address names.

    Args:
        connection: Any transaction.
        address: For example ``ea1.2021-01.io.flexmeasures:fm1.42``.
        user: Who asks.
        action: What is to be done to it.

    Raises:
        AddressError: The address cannot be read, or there is no such sensor.
        PermissionDeniedError: The user may not do this to it.
    """
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        raise AddressError(
            "Not a valid entity address, for example 'ea1.2021-01.io.flexmeasures:fm1.42'.", field="sensor"
        )
    sensor_id = int(match["id"])
    try:
        sensor = get_sensor(connection, min(sensor_id, MAX_ID))
    except NotFoundError as error:
        raise AddressError(f"No sensor found with ID {sensor_id}.", field="sensor") from error
    policy.check(user, action, sensor_resource(connection, sensor.id))
    return sensor


def superseded_by(sensor: Sensor) -> dict[str, str]:
    """Return the headers that say what to call instead."""
    return {
        "Deprecation": f"@{_DEPRECATED_SINCE_S}",
        "Link": f'</api/v3_0/sensors/{sensor.id}/data>; rel="successor-version"',
    }
