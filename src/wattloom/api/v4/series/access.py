"""Find the sensors that a request names, and hold the caller to what may be done to them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import sensor_resources
from wattloom.errors import FieldPath, FieldProblem, InputError
from wattloom.timeseries import Sensor, get_sensors


def permitted_sensors(
    connection: Connection, user: User, action: Action, named: Sequence[tuple[int, FieldPath]], *, location: str
) -> list[Sensor]:
    """Return sensors in the order in which they are named, in a constant number of queries.

    Args:
        connection: Any transaction.
        user: Who asks.
        action: What is to be done to each of them.
        named: Ids, each with the field that names it.
        location: Where the fields are, ``query`` or ``json``.

    Raises:
        PermissionDeniedError: The user may not do this to one of them; names the field and nothing of the sensor.
        InputError: Some do not exist.
    """
    owners = sensor_resources(connection, {sensor_id for sensor_id, _ in named})
    for sensor_id, path in named:
        if sensor_id in owners:
            policy.check(user, action, owners[sensor_id], path=(location, *path))
    unknown = [
        FieldProblem(path, f"No sensor found with ID {sensor_id}.")
        for sensor_id, path in named
        if sensor_id not in owners
    ]
    if unknown:
        raise InputError(unknown[0].message, problems=unknown)
    sensors = get_sensors(connection, owners)
    return [sensors[sensor_id] for sensor_id, _ in named]
