"""``wattloom show`` assets and their types."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.cli.show.output import AsJson, looking_at, show_facts, show_json, show_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wattloom.assets import Asset
    from wattloom.cli.show.latest import Latest
    from wattloom.cli.show.tree import Node
    from wattloom.timeseries import Sensor

AssetId = Annotated[int, id_option("--id", help="Id of the asset.")]
OfAccount = Annotated[str | None, typer.Option("--account", help="Only those of this account; its id or name.")]


def asset_types(as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List what kinds of things assets can be."""
    from wattloom.assets import list_asset_types

    with looking_at(data_dir, database_url) as (connection, _backend):
        types = list_asset_types(connection)
    rows = [{"id": each.id, "name": each.name, "description": each.description} for each in types]
    show_rows(rows, as_json=as_json, of="asset types; add the usual ones with: wattloom add initial-structure")


def assets(
    account: OfAccount = None, as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """List the assets of an account, or all of them."""
    from wattloom.accounts import OPERATOR, find_account
    from wattloom.assets import AssetScope, list_assets
    from wattloom.db import Listing

    with looking_at(data_dir, database_url) as (connection, _backend):
        account_id = None if account is None else find_account(connection, account).id
        scope = AssetScope(account_id=account_id, all_accessible=account_id is None)
        found = list_assets(connection, OPERATOR, scope, Listing()).items
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "type": each.asset_type.name,
            "parent_id": each.parent_asset_id,
            "account": each.account_name,
            "account_id": each.account_id,
        }
        for each in found
    ]
    show_rows(rows, as_json=as_json, of="assets")


def asset(id_: AssetId, as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Show an asset and the tree below it: sensors, units, resolutions, and when each was last recorded."""
    from wattloom.accounts import OPERATOR
    from wattloom.assets import AssetScope, get_asset, list_assets, sensors_of_assets
    from wattloom.cli.show.latest import latest_values
    from wattloom.cli.show.tree import lines_of, tree_of
    from wattloom.db import Listing

    with looking_at(data_dir, database_url) as (connection, backend):
        top, now = get_asset(connection, id_), backend.clock()
        found = list_assets(connection, OPERATOR, AssetScope(root_id=id_), Listing()).items
        sensors = sensors_of_assets(connection, [each.id for each in found])
        latest = latest_values(connection, backend.beliefs, sensors, now=now)
    tree = tree_of(id_, found, sensors)
    if as_json:
        show_json(_facts(top) | _branches(tree, latest))
        return
    show_facts(_facts(top))
    typer.echo()
    show_rows([_line(name, item, latest, now) for name, item in lines_of(tree)], as_json=False, of="assets")


def _line(name: str, item: "Asset | Sensor", latest: "Mapping[int, Latest]", now: "datetime") -> dict[str, Any]:
    from wattloom.cli.show.latest import latest_cells
    from wattloom.cli.show.sensors import resolution_text
    from wattloom.timeseries import Sensor

    if isinstance(item, Sensor):
        cells = {"id": item.id, "unit": item.unit, "resolution": resolution_text(item)}
        return {"name": name} | cells | latest_cells(item, latest, now=now)
    nothing = dict.fromkeys(("unit", "resolution", "latest", "about", "recorded"))
    return {"name": f"{name} [{item.asset_type.name}]", "id": item.id} | nothing


def _branches(node: "Node", latest: "Mapping[int, Latest]") -> dict[str, Any]:
    from wattloom.cli.show.sensors import sensor_json

    children = [
        {"id": child.asset.id, "name": child.asset.name, "type": child.asset.asset_type.name} | _branches(child, latest)
        for child in node.children
    ]
    return {"sensors": [sensor_json(sensor, latest) for sensor in node.sensors], "child_assets": children}


def _facts(found: "Asset") -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "type": found.asset_type.name,
        "description": found.description,
        "account": found.account_name or "public",
        "account_id": found.account_id,
        "parent_id": found.parent_asset_id,
        "external_id": found.external_id,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "attributes": dict(found.attributes),
        "flex_context": dict(found.flex_context),
        "flex_model": dict(found.flex_model),
        "sensors_to_show": found.sensors_to_show,
        "sensors_to_show_as_kpis": found.sensors_to_show_as_kpis,
    }
