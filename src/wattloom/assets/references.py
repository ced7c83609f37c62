"""Which sensors and assets the JSON of assets refers to, taking dead references out, and pointing them elsewhere.

The table ``asset_reference`` mirrors the references, so that a delete finds
the assets that it concerns without reading the JSON of all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, delete, false, func, insert, or_, select, update

from wattloom.accounts import AuditEvent, User
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.tables import asset, asset_reference
from wattloom.db import MAX_ID, in_batches
from wattloom.timeseries.tables import sensor

REFERRING_FIELDS = ("flex_context", "flex_model", "sensors_to_show", "sensors_to_show_as_kpis")

# Without one of these, what is left of a list item or of a nested object says something else or nothing.
_ESSENTIAL = frozenset({"sensor", "sensors", "plots", "group", "baseline", "value"})
_ID_LISTS = frozenset({"sensors", "inflexible-consumption", "inflexible-production"})
_GONE = object()

_owner = asset.alias()
_IS_TOLD = or_(_owner.c.account_id.is_(None), _owner.c.account_id == asset.c.account_id)
_REFERENCES = select(asset_reference, func.coalesce(_IS_TOLD, false()).label("is_told")).join(
    asset, asset.c.id == asset_reference.c.asset_id
)

Target: TypeAlias = Callable[[str, int], int | None]
"""Tells which id to put in the place of that of a ``sensor`` or ``asset``; None for none."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Sensors and assets that are about to be deleted: their names by id."""

    sensors: Mapping[int, str] = field(default_factory=dict)
    assets: Mapping[int, str] = field(default_factory=dict)

    def target(self, kind: str, item_id: int) -> int | None:
        """Return the id of a sensor or asset that stays, None for one that goes."""
        return None if item_id in (self.sensors if kind == "sensor" else self.assets) else item_id


def references_in(field_name: str, value: Any) -> set[tuple[str, int]]:
    """Return what a JSON column refers to, as pairs of ``sensor`` or ``asset`` and id."""
    found: set[tuple[str, int]] = set()

    def note(kind: str, item_id: int) -> int:
        found.add((kind, item_id))
        return item_id

    repointed(field_name, value, note)
    return found


def repointed(field_name: str, value: Any, target: Target) -> Any:
    """Return the value of a JSON column with its references pointing elsewhere.

    Args:
        field_name: The column.
        value: What it holds; is not changed.
        target: Returns the id to refer to in place of that of a ``sensor`` or ``asset``; None takes
            the reference out, and with it all that means nothing without.
    """
    if isinstance(value, Mapping):
        return _members(value, target)
    return _items(value, target, are_ids=field_name == "sensors_to_show")


def store_references(connection: Connection, asset_id: int, values: Mapping[str, Any]) -> None:
    """Mirror the references of JSON columns, given by name; those of other columns stay."""
    fields = [name for name in REFERRING_FIELDS if name in values]
    connection.execute(
        delete(asset_reference).where(asset_reference.c.asset_id == asset_id, asset_reference.c.field.in_(fields))
    )
    add_references(connection, {asset_id: {name: values[name] for name in fields}})


def add_references(connection: Connection, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Mirror the references of JSON columns that nothing is mirrored of yet: by asset id, and by name."""
    rows = [
        {
            "asset_id": asset_id,
            "field": name,
            "sensor_id": item_id if kind == "sensor" else None,
            "referenced_asset_id": item_id if kind == "asset" else None,
        }
        for asset_id, columns in values.items()
        for name, value in columns.items()
        for kind, item_id in sorted(references_in(name, value))
    ]
    if rows:
        connection.execute(insert(asset_reference), rows)


def prune_references(
    connection: Connection, gone: Gone, *, by: User | None, now: datetime, except_in: Collection[int] = ()
) -> None:
    """Take references to what is about to be deleted out of the JSON of all assets, and audit that.

    Assets of other accounts may refer to it, by a guessed id: their records tell neither its name nor who deleted it.

    Args:
        connection: A write transaction, in which the deletion follows.
        gone: What is about to be deleted.
        by: Who deletes it; None for the command line.
        now: Time of the audit records.
        except_in: Ids of assets that are deleted themselves.
    """
    affected = [row for row in _rows_about(connection, gone) if row.asset_id not in except_in]
    for asset_id, name in dict.fromkeys((row.asset_id, row.field) for row in affected):
        column = asset.c[name]
        value = connection.execute(select(column).where(asset.c.id == asset_id).with_for_update()).scalar_one()
        rest = repointed(name, value, gone.target)
        connection.execute(update(asset).where(asset.c.id == asset_id).values({name: rest}))
        store_references(connection, asset_id, {name: rest})
    for row in affected:
        kind, item_id = ("sensor", row.sensor_id) if row.sensor_id is not None else ("asset", row.referenced_asset_id)
        item_name = (gone.sensors if kind == "sensor" else gone.assets)[item_id]
        what = f"'{item_name}': {item_id}" if row.is_told else str(item_id)
        event = AuditEvent(
            f"Removed {kind} reference {what} from {row.field.replace('_', '-')} (because {kind} has been deleted).",
            "asset.reference-removed",
            {kind: item_id, **({"name": item_name} if row.is_told else {}), "field": row.field},
        )
        record_asset_audit(connection, row.asset_id, event, by=by if row.is_told else None, now=now)


def _rows_about(connection: Connection, gone: Gone) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for column, owner_id, items in (
        (asset_reference.c.sensor_id, sensor.c.generic_asset_id, gone.sensors),
        (asset_reference.c.referenced_asset_id, asset_reference.c.referenced_asset_id, gone.assets),
    ):
        found = (
            _REFERENCES.outerjoin(sensor, sensor.c.id == asset_reference.c.sensor_id)
            .join(_owner, _owner.c.id == owner_id)
            .where(column.in_(bindparam("ids", expanding=True)))
        )
        for ids in in_batches(items):
            rows += connection.execute(found, {"ids": ids})
    return sorted(rows, key=lambda row: (row.asset_id, row.id))


def _part(value: Any, target: Target, *, is_id: bool) -> Any:
    if isinstance(value, Mapping):
        rest: Any = _members(value, target)
        is_dead = any(name in value and name not in rest for name in _ESSENTIAL) or ("asset" in value) > (
            "asset" in rest
        )
        return _GONE if is_dead or (value and not rest) else rest
    if isinstance(value, list):
        rest = _items(value, target, are_ids=is_id)
        return _GONE if value and not rest else rest
    return _id("sensor", value, target) if is_id else value


def _members(value: Mapping[str, Any], target: Target) -> dict[str, Any]:
    rest = {}
    for name, part in value.items():
        if name == "asset" and _is_id(part):
            kept = _id("asset", part, target)
        else:
            kept = _part(part, target, is_id=_names_sensors(name))
        if kept is not _GONE:
            rest[name] = kept
    return rest


def _items(values: Iterable[Any], target: Target, *, are_ids: bool) -> list[Any]:
    kept = [_part(value, target, is_id=are_ids) for value in values]
    return [value for value in kept if value is not _GONE]


def _id(kind: str, value: Any, target: Target) -> Any:
    if not _is_id(value):
        return value
    item_id = target(kind, value)
    return _GONE if item_id is None else item_id


def _names_sensors(name: str) -> bool:
    return name == "sensor" or name in _ID_LISTS or name.endswith(("-sensor", "-sensors"))


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID
