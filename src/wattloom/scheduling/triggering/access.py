"""Who may use the sensors that a flex-model and a flex-context name, and hear of what they are about."""

from typing import Any

from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import asset_resources, sensor_resources
from wattloom.scheduling.flexmodel import find_references, referenced_sensors


def check_usable(connection: Connection, user: User, flex_model: Any, flex_context: Any) -> None:
    """Let pass what names only sensors that the user may read, and records only where the user may record.

    Sensors that do not exist are left to the parser.

    Raises:
        PermissionDeniedError: Names the field, and nothing of the sensor.
    """
    _check(connection, user, flex_model, flex_context, writes=True)


def check_readable(connection: Connection, user: User, flex_model: Any, flex_context: Any) -> None:
    """Let pass what names only sensors that the user may read, as what an asset is to hold must.

    Raises:
        PermissionDeniedError: Names the field, and nothing of the sensor.
    """
    _check(connection, user, flex_model, flex_context, writes=False)


def check_nameable(connection: Connection, user: User, flex_model: Any, flex_context: Any) -> None:
    """Let pass what names only assets that the user may read: plans, and why there is none, call them by their names.

    Assets that do not exist are left to the parser.

    Raises:
        PermissionDeniedError: Names the field, and nothing of the asset.
    """
    references = [each for each in find_references(flex_model, flex_context) if each.kind == "asset"]
    owners = asset_resources(connection, {reference.item_id for reference in references})
    for reference in references:
        if reference.item_id in owners:
            policy.check(user, Action.READ, owners[reference.item_id], path=("json", *reference.path))


def _check(connection: Connection, user: User, flex_model: Any, flex_context: Any, *, writes: bool) -> None:
    references = referenced_sensors(flex_model, flex_context)
    owners = sensor_resources(connection, [reference.item_id for reference in references])
    for reference in references:
        if reference.item_id in owners:
            action = Action.CREATE_CHILDREN if writes and reference.is_written else Action.READ
            policy.check(user, action, owners[reference.item_id], path=("json", *reference.path))
