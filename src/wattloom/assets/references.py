"""Which sensors and assets the JSON of assets refers to, and taking dead references out.

The table ``asset_reference`` mirrors the references, so that a delete finds
the assets that it concerns without reading the JSON of all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from wattloom.accounts import AuditEvent, User
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.tables import asset, asset_reference
from wattloom.db import in_batches

REFERRING_FIELDS = ("flex_context", "flex_model", "sensors_to_show", "sensors_to_show_as_kpis")

# Without one of these, what is left of a list item or of a nested object says something else or nothing.
_ESSENTIAL = frozenset({"sensor", "sensors", "plots", "group", "baseline", "value"})
_ID_LISTS = frozenset({"sensors", "inflexible-consumption", "inflexible-production"})
_GONE = object()


@dataclass(frozen=True, slots=True)
class Gone:
    """Sensors and assets that are about to be deleted: their names by id."""

    sensors: Mapping[int, str] = field(default_factory=dict)
    assets: Mapping[int, str] = field(default_factory=dict)

    def holds(self, kind: str, item_id: int) -> bool:
        """Return whether this sensor or asset goes."""
        return item_id in (self.sensors if kind == "sensor" else self.assets)


def references_in(field_name: str, value: Any) -> set[tuple[str, int]]:
    """Return what a JSON column refers to, as pairs of ``sensor`` or ``asset`` and id."""
    found: set[tuple[str, int]] = set()

    def note(kind: str, item_id: int) -> bool:
        found.add((kind, item_id))
        return False

    _without(field_name, value, note)
    return found


def store_references(connection: Connection, asset_id: int, values: Mapping[str, Any]) -> None:
    """Mirror the references of JSON columns, given by name; those of other columns stay."""
    fields = [name for name in REFERRING_FIELDS if name in values]
    connection.execute(
        delete(asset_reference).where(asset_reference.c.asset_id == asset_id, asset_reference.c.field.in_(fields))
    )
    rows = [
        {
            "asset_id": asset_id,
            "field": name,
            "sensor_id": item_id if kind == "sensor" else None,
            "referenced_asset_id": item_id if kind == "asset" else None,
        }
        for name in fields
        for kind, item_id in sorted(references_in(name, values[name]))
    ]
    if rows:
        connection.execute(insert(asset_reference), rows)


def prune_references(
    connection: Connection, gone: Gone, *, by: User | None, now: datetime, except_in: Collection[int] = ()
) -> None:
    """Take references to what is about to be deleted out of the JSON of all assets, and audit that.

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
        rest = _without(name, value, gone.holds)
        connection.execute(update(asset).where(asset.c.id == asset_id).values({name: rest}))
        store_references(connection, asset_id, {name: rest})
    for row in affected:
        kind, item_id = ("sensor", row.sensor_id) if row.sensor_id is not None else ("asset", row.referenced_asset_id)
        item_name = (gone.sensors if kind == "sensor" else gone.assets)[item_id]
        event = AuditEvent(
            f"Removed {kind} reference '{item_name}': {item_id} from {row.field.replace('_', '-')}"
            f" (because {kind} has been deleted).",
            "asset.reference-removed",
            {kind: item_id, "name": item_name, "field": row.field},
        )
        record_asset_audit(connection, row.asset_id, event, by=by, now=now)


def _rows_about(connection: Connection, gone: Gone) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for column, items in (
        (asset_reference.c.sensor_id, gone.sensors),
        (asset_reference.c.referenced_asset_id, gone.assets),
    ):
        for ids in in_batches(items):
            rows += connection.execute(select(asset_reference).where(column.in_(ids)))
    return sorted(rows, key=lambda row: (row.asset_id, row.id))


def _without(field_name: str, value: Any, is_gone: Callable[[str, int], bool]) -> Any:
    """Return the value of a column without the references that are gone; the column itself stays."""
    if isinstance(value, Mapping):
        return _members(value, is_gone)
    return _items(value, is_gone, are_ids=field_name == "sensors_to_show")


def _part(value: Any, is_gone: Callable[[str, int], bool], *, is_id: bool) -> Any:
    if isinstance(value, Mapping):
        rest: Any = _members(value, is_gone)
        is_dead = any(name in value and name not in rest for name in _ESSENTIAL) or ("asset" in value) > (
            "asset" in rest
        )
        return _GONE if is_dead or (value and not rest) else rest
    if isinstance(value, list):
        rest = _items(value, is_gone, are_ids=is_id)
        return _GONE if value and not rest else rest
    if is_id and _is_id(value):
        return _GONE if is_gone("sensor", value) else value
    return value


def _members(value: Mapping[str, Any], is_gone: Callable[[str, int], bool]) -> dict[str, Any]:
    rest = {}
    for name, part in value.items():
        if name == "asset" and _is_id(part):
            kept = _GONE if is_gone("asset", part) else part
        else:
            kept = _part(part, is_gone, is_id=_names_sensors(name))
        if kept is not _GONE:
            rest[name] = kept
    return rest


def _items(values: Iterable[Any], is_gone: Callable[[str, int], bool], *, are_ids: bool) -> list[Any]:
    kept = [_part(value, is_gone, is_id=are_ids) for value in values]
    return [value for value in kept if value is not _GONE]


def _names_sensors(name: str) -> bool:
    return name == "sensor" or name in _ID_LISTS or name.endswith(("-sensor", "-sensors"))


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
