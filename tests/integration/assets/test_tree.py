"""What is found below and above an asset, and what is deleted with it."""

import pytest
from sqlalchemy import Connection, func, insert, select

from tests.factories import NOW, make_account, make_asset, make_sensor, make_source
from wattloom.assets import (
    ancestor_ids,
    collect_flex_models,
    delete_asset,
    get_asset,
    inherited_flex_context,
    subtree_ids,
)
from wattloom.assets.references import store_references
from wattloom.assets.tables import asset_audit_log, asset_reference
from wattloom.timeseries.tables import belief, sensor


@pytest.fixture
def chain(connection: Connection) -> list[int]:
    """Site, building, battery, each below the one before."""
    account = make_account(connection)
    site = make_asset(connection, account_id=account, flex_context={"a": 1, "b": 2})
    building = make_asset(
        connection, account_id=account, parent_asset_id=site, flex_context={"b": 3}, flex_model={"group": 1}
    )
    battery = make_asset(connection, account_id=account, parent_asset_id=building, flex_model={"soc-max": "9 kWh"})
    return [site, building, battery]


def test_subtree_and_ancestors(connection: Connection, chain: list[int]) -> None:
    site, building, battery = chain

    assert subtree_ids(connection, site) == chain
    assert subtree_ids(connection, battery) == [battery]
    assert ancestor_ids(connection, battery) == [battery, building, site]
    assert subtree_ids(connection, 987) == ancestor_ids(connection, 987) == []


def test_context_is_inherited_and_models_are_collected(connection: Connection, chain: list[int]) -> None:
    site, building, battery = chain

    assert inherited_flex_context(connection, battery) == {"a": 1, "b": 3}
    assert collect_flex_models(connection, site) == {building: {"group": 1}, battery: {"soc-max": "9 kWh"}}
    assert collect_flex_models(connection, building).keys() == {building, battery}


def test_delete_takes_sensors_beliefs_and_mirrored_references_along_and_keeps_the_history(
    connection: Connection, chain: list[int]
) -> None:
    site, _, battery = chain
    power = make_sensor(connection, generic_asset_id=battery)
    store_references(connection, battery, {"flex_model": {"state-of-charge": {"sensor": power}}})
    row = {"sensor_id": power, "event_start": NOW, "source_id": make_source(connection), "belief_time": NOW}
    connection.execute(insert(belief).values(row | {"cumulative_probability": 0.5, "event_value": 1.0}))

    delete_asset(connection, get_asset(connection, site), by=None, now=NOW)

    for table in (sensor, belief, asset_reference):
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
    (record,) = connection.execute(select(asset_audit_log))
    assert record.event.startswith("Deleted asset 'asset ")
    assert record.affected_asset_id is None
