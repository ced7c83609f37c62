"""Sensors in paths: found, and allowed to the caller."""

from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import sensor_resource
from wattloom.timeseries import Sensor, get_sensor


def permitted_sensor(connection: Connection, user: User, action: Action, sensor_id: int) -> Sensor:
    """Return a sensor, if the caller may do this to it.

    Raises:
        NotFoundError: There is no such sensor.
        PermissionDeniedError: The caller may not do this.
    """
    policy.check(user, action, sensor_resource(connection, sensor_id))
    return get_sensor(connection, sensor_id)
