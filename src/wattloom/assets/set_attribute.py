"""Set single attributes of accounts, assets and sensors, with what the audit logs say about it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from wattloom.accounts import AuditEvent, User, record_audit
from wattloom.accounts.tables import account as account_table
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.fields import check_references
from wattloom.assets.tables import asset as asset_table
from wattloom.errors import NotFoundError
from wattloom.timeseries import check_status_specs, hold_sensor, update_sensor


def set_account_attribute(
    connection: Connection, account_id: int, name: str, value: Any, *, by: User | None, now: datetime
) -> Any:
    """Set an attribute of an account; all others stay as they are.

    Args:
        connection: A write transaction.
        account_id: Whose attribute.
        name: Name of the attribute.
        value: Anything that JSON can say.
        by: Who sets it and may do so; None for the command line.
        now: Time of the audit record.

    Returns:
        What the attribute was; None if it was not set.

    Raises:
        NotFoundError: There is no such account.
    """
    table = account_table.c
    columns = select(table.name, table.attributes).where(table.id == account_id).with_for_update()
    row = connection.execute(columns).one_or_none()
    if row is None:
        raise NotFoundError("account", account_id)
    changed = {**row.attributes, name: value}
    connection.execute(update(account_table).where(table.id == account_id).values(attributes=changed))
    event = _event("account", account_id, row.name, (name, row.attributes.get(name), value))
    record_audit(connection, event, by=by, now=now, account_id=account_id)
    return row.attributes.get(name)


def set_asset_attribute(
    connection: Connection, asset_id: int, name: str, value: Any, *, by: User | None, now: datetime
) -> Any:
    """Do for an asset what :func:`set_account_attribute` does for an account.

    Raises:
        NotFoundError: There is no such asset.
        InputError: The value is not what the attribute may hold.
    """
    table = asset_table.c
    columns = select(table.name, table.attributes).where(table.id == asset_id).with_for_update()
    row = connection.execute(columns).one_or_none()
    if row is None:
        raise NotFoundError("asset", asset_id)
    changed = {**row.attributes, name: value}
    check_references(connection, {"attributes": changed})
    connection.execute(update(asset_table).where(table.id == asset_id).values(attributes=changed))
    event = _event("asset", asset_id, row.name, (name, row.attributes.get(name), value))
    record_asset_audit(connection, asset_id, event, by=by, now=now)
    return row.attributes.get(name)


def set_sensor_attribute(
    connection: Connection, sensor_id: int, name: str, value: Any, *, by: User | None, now: datetime
) -> Any:
    """Do for a sensor what :func:`set_account_attribute` does for an account.

    Raises:
        NotFoundError: There is no such sensor.
        InputError: The attribute makes no sense.
    """
    sensor = hold_sensor(connection, sensor_id)
    old, changed = sensor.attributes.get(name), {**sensor.attributes, name: value}
    check_status_specs(changed, before=sensor.attributes)
    update_sensor(connection, sensor, replace(sensor, attributes=changed))
    event = _event("sensor", sensor.id, sensor.name, (name, old, value))
    record_asset_audit(connection, sensor.asset_id, event, by=by, now=now)
    return old


def _event(kind: str, whose_id: int, whose: str, change: tuple[str, Any, Any]) -> AuditEvent:
    name, old, new = change
    return AuditEvent(
        f"Updated {kind} '{whose}': {whose_id}; Attr '{name}' To {new} From {old}",
        f"{kind}.updated",
        {kind: whose_id, "changes": [{"field": f"attributes.{name}", "from": old, "to": new}]},
    )
