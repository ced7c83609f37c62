"""``wattloom show`` sensors."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.cli.show.output import AsJson, looking_at, show_facts, show_json, show_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wattloom.cli.show.latest import Latest
    from wattloom.timeseries import Sensor, SourceStatistics

SensorId = Annotated[int, id_option("--id", help="Id of the sensor.")]
OfAsset = Annotated[int | None, id_option("--asset", help="Only those of this asset and of all below it; its id.")]
OfAccount = Annotated[
    str | None, typer.Option("--account", help="Only those on assets of this account; its id or name.")
]


def sensors(
    asset: OfAsset = None,
    account: OfAccount = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List sensors with their units and resolutions, and what was last recorded on each."""
    from wattloom.accounts import OPERATOR, find_account
    from wattloom.assets import AssetScope, get_asset, list_assets, sensors_of_assets
    from wattloom.cli.show.latest import latest_cells, latest_values
    from wattloom.db import Listing

    with looking_at(data_dir, database_url) as (connection, backend):
        account_id = None if account is None else find_account(connection, account).id
        if asset is not None:
            get_asset(connection, asset)
        scope = AssetScope(account_id=account_id, all_accessible=account_id is None, root_id=asset)
        assets = {each.id: each for each in list_assets(connection, OPERATOR, scope, Listing()).items}
        found, now = sensors_of_assets(connection, assets), backend.clock()
        latest = latest_values(connection, backend.beliefs, found, now=now)
    if as_json:
        show_json([sensor_json(each, latest) for each in found])
        return
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "asset": f"{assets[each.asset_id].name} ({each.asset_id})",
            "unit": each.unit,
        }
        | {"resolution": resolution_text(each)}
        | latest_cells(each, latest, now=now)
        for each in found
    ]
    show_rows(rows, as_json=False, of="sensors")


def sensor(id_: SensorId, as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Show a sensor, and what each source has recorded on it."""
    from wattloom.assets import get_asset
    from wattloom.cli.show.latest import latest_cells, latest_values
    from wattloom.timeseries import get_sensor, statistics_by_source

    with looking_at(data_dir, database_url) as (connection, backend):
        now = backend.clock()
        found = get_sensor(connection, id_)
        asset = get_asset(connection, found.asset_id)
        latest = latest_values(connection, backend.beliefs, [found], now=now)
        rows = [_statistics(each) for each in statistics_by_source(connection, found)]
    facts = sensor_json(found, latest) | {"asset": asset.name, "account": asset.account_name or "public"}
    if as_json:
        show_json(facts | {"sources": rows})
        return
    show_facts(facts | latest_cells(found, latest, now=now))
    typer.echo()
    show_rows(rows, as_json=False, of="values yet", title="Recorded, superseded beliefs included")


def sensor_json(sensor: "Sensor", latest: "Mapping[int, Latest]") -> dict[str, Any]:
    """Return a sensor and its newest value for JSON."""
    from wattloom.cli.show.latest import latest_json

    return {
        "id": sensor.id,
        "name": sensor.name,
        "asset_id": sensor.asset_id,
        "unit": sensor.unit,
        "event_resolution": sensor.event_resolution.iso(),
        "timezone": sensor.timezone,
        "attributes": dict(sensor.attributes),
        "latest": latest_json(sensor, latest),
    }


def resolution_text(sensor: "Sensor") -> str:
    """Return how long an event lasts, in ISO 8601 or as a word."""
    return "instant" if sensor.event_resolution.is_instantaneous else sensor.event_resolution.iso()


def _statistics(found: "SourceStatistics") -> dict[str, Any]:
    return {
        "source_id": found.source.id,
        "source": found.source.description,
        "values": found.n_values,
        "min": found.smallest,
        "mean": found.mean,
        "max": found.largest,
        "first": found.first_event_start,
        "last": found.last_event_end,
        "recorded": found.last_belief_time,
    }
