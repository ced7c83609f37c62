"""Change an asset as a request says, once all of it has been judged."""

from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.api.v3_0.assets.schemas import AssetChanges
from wattloom.assets import Asset, update_asset
from wattloom.errors import InputError
from wattloom.scheduling import check_readable, check_stored_context, check_stored_model, load_sensors


def change_asset(connection: Connection, asset: Asset, body: AssetChanges, *, by: User, now: datetime) -> Asset:
    """Return the asset with the fields of the body.

    Args:
        connection: A write transaction.
        asset: The asset as it is; the user may update it.
        body: Fields to change, at least one.
        by: Who changes it.
        now: Time of the audit records.

    Raises:
        InputError: A field is wrong, or there is none; those of a flex-config are named directly.
        PermissionDeniedError: The user may not read a sensor that the flex-config names, or not extend the new parent.
        ConflictError: A concurrent request took the name.
    """
    changes = {name: getattr(body, name) for name in AssetChanges.model_fields if name in body.model_fields_set}
    if not changes:
        raise InputError("No fields to update.", field=())
    check_flex_config(connection, by, body)
    return update_asset(connection, asset, changes, by=by, now=now)


def check_flex_config(connection: Connection, user: User, body: AssetChanges) -> None:
    """Let pass what an asset may hold, and the user may name.

    Raises:
        FlexModelError: A field is wrong; named directly, as those of a trigger are.
        PermissionDeniedError: The user may not read a sensor that is named.
    """
    context, model = body.flex_context, body.flex_model
    check_readable(connection, user, model, context)
    if "flex_context" in body.model_fields_set:
        check_stored_context(context, load_sensors(connection, None, context))
    if "flex_model" in body.model_fields_set:
        check_stored_model(model, load_sensors(connection, model, None))
