"""What a copy of an asset is: its sub-tree, and references that lead inside it, to the public, or nowhere."""

from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, update

from tests.factories import NOW, make_account, make_asset, make_sensor, make_user
from wattloom.accounts import get_user
from wattloom.assets import Asset, CopyTarget, copy_asset, get_asset, store_references
from wattloom.assets.tables import asset, asset_audit_log, asset_reference
from wattloom.errors import InputError, NotFoundError, PermissionDeniedError
from wattloom.timeseries.tables import sensor

HERE = CopyTarget()


def copied(connection: Connection, asset_id: int, target: CopyTarget = HERE, *, by: int | None = None) -> Asset:
    user = None if by is None else get_user(connection, by)
    return copy_asset(connection, get_asset(connection, asset_id), target, by=user, now=NOW)


def store(connection: Connection, asset_id: int, **columns: Any) -> None:
    connection.execute(update(asset).where(asset.c.id == asset_id).values(columns))
    store_references(connection, asset_id, columns)


def children(connection: Connection, asset_id: int) -> dict[str, int]:
    rows = connection.execute(select(asset.c.name, asset.c.id).where(asset.c.parent_asset_id == asset_id))
    return {row.name: row.id for row in rows}


def sensors(connection: Connection, asset_id: int) -> dict[str, int]:
    rows = connection.execute(select(sensor.c.name, sensor.c.id).where(sensor.c.generic_asset_id == asset_id))
    return {row.name: row.id for row in rows}


@pytest.fixture
def site(connection: Connection) -> int:
    return make_asset(
        connection, name="site", external_id="x-1", attributes={"a": 1}, latitude=52.5, description="Ours"
    )


def test_the_copy_has_the_fields_and_sensors_of_the_original(connection: Connection, site: int) -> None:
    make_sensor(connection, generic_asset_id=site, name="power", unit="kW", attributes={"b": 2})

    copy = copied(connection, site)

    original = get_asset(connection, site)
    assert copy.name == "site (Copy)"
    assert copy.external_id is None
    for field in ("description", "latitude", "longitude", "asset_type", "account_id", "parent_asset_id", "attributes"):
        assert getattr(copy, field) == getattr(original, field)
    (row,) = connection.execute(select(sensor).where(sensor.c.generic_asset_id == copy.id)).all()
    assert (row.name, row.unit, row.event_resolution, row.attributes) == ("power", "kW", "PT15M", {"b": 2})


def test_assets_below_are_copied_under_their_names(connection: Connection, site: int) -> None:
    account = get_asset(connection, site).account_id
    building = make_asset(connection, name="building", parent_asset_id=site, account_id=account)
    for name in ("left", "right"):
        wing = make_asset(connection, name=name, parent_asset_id=building, account_id=account)
        # Sensors of one name on assets of one name: which is which is told by the parents.
        make_sensor(connection, name="power", generic_asset_id=make_asset(connection, name="pv", parent_asset_id=wing))

    copy = copied(connection, site)

    below = children(connection, copy.id)
    wings = children(connection, below["building"])
    assert (set(below), set(wings)) == ({"building"}, {"left", "right"})
    for wing in wings.values():
        assert sensors(connection, children(connection, wing)["pv"]).keys() == {"power"}


def test_each_further_copy_counts_on(connection: Connection, site: int) -> None:
    names = [copied(connection, site).name for _ in range(3)]

    assert names == ["site (Copy)", "site (Copy 2)", "site (Copy 3)"]


def test_names_stay_as_short_as_they_must_be(connection: Connection) -> None:
    long = make_asset(connection, name="n" * 80)

    assert [copied(connection, long).name for _ in range(2)] == ["n" * 73 + " (Copy)", "n" * 71 + " (Copy 2)"]


def test_references_lead_to_the_copies_to_the_public_or_nowhere(connection: Connection, site: int) -> None:
    account = get_asset(connection, site).account_id
    battery = make_asset(connection, name="battery", parent_asset_id=site, account_id=account)
    power = make_sensor(connection, name="power", generic_asset_id=battery)
    market = make_asset(connection, account_id=None)
    price = make_sensor(connection, generic_asset_id=market)
    foreign = make_sensor(connection, generic_asset_id=make_asset(connection, account_id=account))
    store(
        connection,
        site,
        flex_context={
            "consumption-price": {"sensor": price},
            "production-price": {"sensor": foreign},
            "inflexible-device-sensors": [power, foreign],
        },
        sensors_to_show=[
            power,
            {"title": "a", "plots": [{"sensor": foreign}, {"asset": battery, "flex-model": "soc-max"}]},
            [price, foreign],
        ],
        sensors_to_show_as_kpis=[{"title": "k", "sensor": power}, {"title": "l", "sensor": foreign}],
    )
    store(connection, battery, flex_model={"soc-max": "9 kWh", "consumption": {"sensor": power}})

    copy = copied(connection, site)

    new_battery = children(connection, copy.id)["battery"]
    new_power = sensors(connection, new_battery)["power"]
    assert copy.flex_context == {
        "consumption-price": {"sensor": price},
        "inflexible-device-sensors": [new_power],
    }
    assert copy.sensors_to_show == [
        new_power,
        {"title": "a", "plots": [{"asset": new_battery, "flex-model": "soc-max"}]},
        [price],
    ]
    assert copy.sensors_to_show_as_kpis == [{"title": "k", "sensor": new_power}]
    assert get_asset(connection, new_battery).flex_model == {"soc-max": "9 kWh", "consumption": {"sensor": new_power}}
    mirrored = connection.execute(
        select(asset_reference.c.field, asset_reference.c.sensor_id, asset_reference.c.referenced_asset_id)
        .where(asset_reference.c.asset_id.in_([copy.id, new_battery]))
        .order_by(asset_reference.c.field)
    ).all()
    assert set(mirrored) == {
        ("flex_context", price, None),
        ("flex_context", new_power, None),
        ("flex_model", new_power, None),
        ("sensors_to_show", new_power, None),
        ("sensors_to_show", price, None),
        ("sensors_to_show", None, new_battery),
        ("sensors_to_show_as_kpis", new_power, None),
    }


def test_the_original_stays_as_it_is(connection: Connection, site: int) -> None:
    power = make_sensor(connection, generic_asset_id=site)
    store(connection, site, sensors_to_show=[[power]])

    copied(connection, site)

    assert get_asset(connection, site).sensors_to_show == [[power]]


def test_where_a_copy_stands(connection: Connection, site: int) -> None:
    account = get_asset(connection, site).account_id
    battery = make_asset(connection, name="battery", parent_asset_id=site, account_id=account)
    other = make_account(connection)
    place = make_asset(connection, account_id=other)

    targets = [HERE, CopyTarget(account_id=other), CopyTarget(parent_id=place), CopyTarget(account, place)]
    copies = [copied(connection, battery, target) for target in targets]

    assert [(copy.account_id, copy.parent_asset_id) for copy in copies] == [
        (account, site),
        (other, None),
        (other, place),
        (account, place),
    ]


def test_assets_below_belong_to_the_owner_of_the_copy(connection: Connection, site: int) -> None:
    make_asset(connection, name="public", parent_asset_id=site, account_id=None)
    other = make_account(connection)

    copy = copied(connection, site, CopyTarget(account_id=other))

    assert get_asset(connection, children(connection, copy.id)["public"]).account_id == other


def test_nothing_is_copied_below_itself(connection: Connection, site: int) -> None:
    child = make_asset(connection, parent_asset_id=site)

    for place in (site, child):
        with pytest.raises(InputError, match="below itself") as raised:
            copied(connection, site, CopyTarget(parent_id=place))
        assert raised.value.problems[0].path == ("parent",)


def test_unknown_targets_are_refused(connection: Connection, site: int) -> None:
    with pytest.raises(InputError, match="No asset found with ID 999"):
        copied(connection, site, CopyTarget(parent_id=999))
    with pytest.raises(NotFoundError, match="No account found with ID 999"):
        copied(connection, site, CopyTarget(account_id=999))


def test_members_copy_below_their_assets_and_account_admins_to_the_top(connection: Connection, site: int) -> None:
    account = get_asset(connection, site).account_id
    member = make_user(connection, account_id=account)
    admin = make_user(connection, account_id=account, roles=("account-admin",))
    battery = make_asset(connection, name="battery", parent_asset_id=site, account_id=account)

    assert copied(connection, battery, by=member).name == "battery (Copy)"
    assert copied(connection, site, by=admin).name == "site (Copy)"
    with pytest.raises(PermissionDeniedError):
        copied(connection, site, by=member)


def test_a_foreign_account_cannot_be_given_anything_through_an_own_parent(connection: Connection, site: int) -> None:
    admin = make_user(connection, account_id=get_asset(connection, site).account_id, roles=("account-admin",))
    battery = make_asset(connection, parent_asset_id=site, account_id=get_asset(connection, site).account_id)

    with pytest.raises(PermissionDeniedError):
        copied(connection, battery, CopyTarget(make_account(connection), site), by=admin)


def test_what_the_user_may_not_read_is_left_out_with_all_below_it(connection: Connection, site: int) -> None:
    admin = make_user(connection, account_id=get_asset(connection, site).account_id, roles=("account-admin",))
    secret = make_asset(connection, parent_asset_id=site)
    make_asset(connection, parent_asset_id=secret, account_id=get_asset(connection, site).account_id)

    copy = copied(connection, site, by=admin)

    assert children(connection, copy.id) == {}


def test_the_copy_tells_where_it_comes_from(connection: Connection, site: int) -> None:
    admin = make_user(connection, roles=("admin",))
    make_asset(connection, parent_asset_id=site)

    copy = copied(connection, site, by=admin)

    (row,) = connection.execute(select(asset_audit_log)).all()
    assert row.event == f"Copied asset 'site': {site} to 'site (Copy)': {copy.id}"
    assert (row.affected_asset_id, row.active_user_id, row.action) == (copy.id, admin, "asset.copied")
    assert row.details == {"asset": copy.id, "name": "site (Copy)", "from": site, "assets": 2, "sensors": 0}


def test_the_number_of_statements_does_not_grow_with_the_tree(connection: Connection, site: int) -> None:
    statements: list[str] = []
    power = make_sensor(connection, generic_asset_id=site)
    event.listen(connection, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))

    def cost(n_children: int) -> int:
        names = [{"name": f"{n_children}-{n}"} for n in range(n_children)]
        same = {"parent_asset_id": site, "asset_type_id": get_asset(connection, site).asset_type.id}
        connection.execute(insert(asset), [name | same for name in names])
        for child in children(connection, site).values():
            store(connection, child, sensors_to_show=[power])
        statements.clear()
        copied(connection, site)
        return len(statements)

    assert cost(2) == cost(20) == cost(100)
