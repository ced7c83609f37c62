"""Asset types and assets."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from wattloom.assets.tables import asset, asset_type
from wattloom.transfer.flexmeasures import layout
from wattloom.transfer.flexmeasures.copied import Copied, Values, same_columns, unique_name
from wattloom.transfer.flexmeasures.findings import Findings, listed
from wattloom.transfer.flexmeasures.source import FlexMeasures

_MAX_NAME = 80
_LISTS = ("sensors_to_show", "sensors_to_show_as_kpis")
_OBJECTS = ("attributes", "flex_context", "flex_model")
_RANGES = {"latitude": 90, "longitude": 180}


def read_assets(flexmeasures: FlexMeasures, findings: Findings) -> tuple[Copied, Copied]:
    """Return asset types, and assets with parents before their children, converted."""
    rows: dict[int, Values] = {}
    with_secrets = []
    names: set[tuple[Any, ...]] = set()
    for row in flexmeasures.rows(layout.ASSETS):
        rows[row.id] = _asset(row, names, findings)
        if row.secrets:
            with_secrets.append(row.id)
    if with_secrets:
        findings.leave_out(f"connection secrets of assets {listed(with_secrets)}: enter them anew where they are used")
    types = same_columns(flexmeasures, layout.ASSET_TYPES, asset_type)
    return types, Copied(layout.ASSETS, asset, _parents_first(rows, findings))


def _asset(row: Row[Any], names: set[tuple[Any, ...]], findings: Findings) -> Values:
    values: Values = {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "account_id": row.account_id,
        "parent_asset_id": row.parent_asset_id,
        "asset_type_id": row.generic_asset_type_id,
        "external_id": (row.external_id or "").strip() or None,
        **{name: getattr(row, name) or [] for name in _LISTS},
        **{name: getattr(row, name) or {} for name in _OBJECTS},
        **{name: getattr(row, name) for name in _RANGES},
    }
    for name, limit in _RANGES.items():
        if values[name] is not None and not -limit <= values[name] <= limit:
            findings.adjust("asset", row.id, f"the {name} {values[name]} is not on Earth; left empty")
            values[name] = None
    # The names of children are unique below their parent, those of others in their account.
    place = (row.parent_asset_id,) if row.parent_asset_id is not None else (None, row.account_id)
    if (*place, row.name) in names:
        findings.adjust("asset", row.id, f"another asset beside it is called '{row.name}'; the id was added")
        values["name"] = unique_name(row.name, row.id, _MAX_NAME)
    names.add((*place, values["name"]))
    return values


def _parents_first(rows: dict[int, Values], findings: Findings) -> list[Values]:
    waiting: dict[int | None, list[Values]] = {}
    for values in rows.values():
        waiting.setdefault(values["parent_asset_id"], []).append(values)
    ordered: list[Values] = []
    level: Iterable[int | None] = [None]
    while found := [values for parent_id in level for values in waiting.pop(parent_id, ())]:
        ordered += found
        level = [values["id"] for values in found]
    for values in (values for children in waiting.values() for values in children):
        findings.refuse(
            "asset", values["id"], f"its ancestors, asset {values['parent_asset_id']} among them, form a circle"
        )
    return ordered
