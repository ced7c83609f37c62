"""Create, change and delete the sensors of assets, with what the audit log says about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from wattloom.accounts import Action, AuditEvent, User, policy
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.deprecated_attributes import upgrade_attributes
from wattloom.assets.describe_changes import describe_flex_changes
from wattloom.assets.read import asset_resource
from wattloom.assets.references import Gone, prune_references
from wattloom.assets.tables import asset
from wattloom.timeseries import (
    NewSensor,
    Sensor,
    check_status_specs,
    create_sensor,
    delete_sensor,
    hold_sensor,
    update_sensor,
)

_CHANGEABLE = ("name", "unit", "timezone", "event_resolution", "attributes")


def add_sensor(connection: Connection, new: NewSensor, *, by: User | None, now: datetime) -> Sensor:
    """Create a sensor.

    Attributes with old names of flex-model fields become fields of the asset's flex-model.

    Args:
        connection: A write transaction.
        new: The sensor; its asset exists.
        by: Who creates it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The asset has a sensor of this name already, or an attribute makes no sense.
        PermissionDeniedError: An attribute would change the flex-model, which the user may not.
    """
    check_status_specs(new.attributes)
    new = replace(new, attributes=_upgraded(connection, new, by=by, now=now))
    sensor = create_sensor(connection, new)
    via = f": {sensor.id}" if by is not None else f" ({sensor.id}) via CLI."
    details = {"sensor": sensor.id, "name": sensor.name}
    event = AuditEvent(f"Created sensor '{sensor.name}'{via}", "sensor.created", details)
    record_asset_audit(connection, sensor.asset_id, event, by=by, now=now)
    return sensor


def _upgraded(connection: Connection, new: NewSensor, *, by: User | None, now: datetime) -> dict[str, Any]:
    """Return the attributes without those that have become fields of the flex-model, which get their values."""
    stored = select(asset.c.flex_model).where(asset.c.id == new.asset_id).with_for_update()
    flex_model = connection.execute(stored).scalar_one()
    upgraded = upgrade_attributes(new.attributes, flex_model)
    if upgraded.flex_model != flex_model:
        if by is not None:
            policy.check(by, Action.UPDATE, asset_resource(connection, new.asset_id), path=("attributes",))
        connection.execute(update(asset).where(asset.c.id == new.asset_id).values(flex_model=upgraded.flex_model))
        change = {"field": "flex_model", "from": flex_model, "to": upgraded.flex_model}
        text = describe_flex_changes("flex_model", flex_model, upgraded.flex_model)
        event = AuditEvent(text, "asset.updated", {"asset": new.asset_id, "changes": [change]})
        record_asset_audit(connection, new.asset_id, event, by=by, now=now)
    return upgraded.attributes


def change_sensor(connection: Connection, old: Sensor, changed: Sensor, *, by: User | None, now: datetime) -> None:
    """Store a changed sensor; what is recorded on it is not converted.

    Args:
        connection: A write transaction.
        old: The sensor as it is.
        changed: The sensor as it is to be; of the same id and asset.
        by: Who changes it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The asset has another sensor of this name, or an attribute makes no sense.
    """
    check_status_specs(changed.attributes, before=old.attributes)
    update_sensor(connection, old, changed)
    differences = list(_differences(old, changed))
    texts = (f"Field name: {field}, Old value: {before}, New value: {after}" for field, before, after in differences)
    event = AuditEvent(
        f"Updated sensor '{old.name}': {old.id}. Updated fields: {'; '.join(texts)}",
        "sensor.updated",
        {"sensor": old.id, "changes": [dict(zip(("field", "from", "to"), each, strict=True)) for each in differences]},
    )
    record_asset_audit(connection, old.asset_id, event, by=by, now=now)


def ensure_sensor_attribute(
    connection: Connection, sensor_id: int, name: str, value: Any, *, by: User | None, now: datetime
) -> Any:
    """Set an attribute of a sensor unless it is set; all others stay as they are.

    Args:
        connection: A write transaction; it holds the sensor until its end.
        sensor_id: An existing sensor.
        name: Name of the attribute.
        value: What it is to be.
        by: Who sets it and may do so; None for the command line.
        now: Time of the audit record.

    Returns:
        What the attribute is.
    """
    sensor = hold_sensor(connection, sensor_id)
    stated = sensor.attributes.get(name)
    if stated is not None:
        return stated
    changed = replace(sensor, attributes={**sensor.attributes, name: value})
    change_sensor(connection, sensor, changed, by=by, now=now)
    return value


def remove_sensor(connection: Connection, sensor: Sensor, *, by: User | None, now: datetime) -> None:
    """Delete a sensor, everything recorded on it, and all references to it.

    Args:
        connection: A write transaction.
        sensor: What to delete.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit records.
    """
    prune_references(connection, Gone(sensors={sensor.id: sensor.name}), by=by, now=now)
    delete_sensor(connection, sensor.id)
    details = {"sensor": sensor.id, "name": sensor.name}
    event = AuditEvent(f"Deleted sensor '{sensor.name}': {sensor.id}", "sensor.deleted", details)
    record_asset_audit(connection, sensor.asset_id, event, by=by, now=now)


def _differences(old: Sensor, changed: Sensor) -> Iterator[tuple[str, str, str]]:
    for field in _CHANGEABLE:
        before, after = (_shown(getattr(sensor, field)) for sensor in (old, changed))
        if before != after:
            yield field, before, after


def _shown(value: Any) -> str:
    return str(value.iso() if hasattr(value, "iso") else value)
