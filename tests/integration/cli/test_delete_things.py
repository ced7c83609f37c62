"""Deleting accounts, users, assets and sensors: what goes along, what stays, and what the audit log says."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.command_line import Run
from tests.factories import NOW, make_account, make_asset
from tests.recorded_site import Site, make_site
from wattloom.accounts import delete_user, get_user
from wattloom.accounts.tables import account, account_role, app_user
from wattloom.assets import get_asset, update_asset
from wattloom.assets.tables import asset, asset_type
from wattloom.cli.delete.carry_out import carry_out
from wattloom.cli.delete.preview import Preview
from wattloom.config import Settings
from wattloom.db import Database
from wattloom.errors import ConflictError
from wattloom.timeseries import BeliefStore
from wattloom.timeseries.tables import belief, belief_summary, data_source, sensor, superseded_belief

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database, belief_store: BeliefStore) -> Site:
    return make_site(database, belief_store)


def count(database: Database, *tables: Any) -> list[int]:
    with database.read() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def refer_to(site: Site, **fields: Any) -> int:
    """Make an asset of somebody else that refers to the site."""
    with site.database.write() as connection:
        other = get_asset(connection, make_asset(connection, name="Neighbour"))
        update_asset(connection, other, fields, by=None, now=NOW)
    return other.id


def test_an_account_takes_users_assets_and_data_along(run: Run, site: Site) -> None:
    code, output = run("delete", "account", "--id", "Our house", "--force")

    assert code == 0, output
    for shown in (
        "1 user: 'ada'",
        "2 assets: 'House'",
        "2 sensors: 'power'",
        "7 current and 3 superseded beliefs",
        f"Deleted account 'Our house' ({site.account}).",
    ):
        assert shown in output
    tables = (account, app_user, asset, sensor, belief, superseded_belief, belief_summary)
    assert count(site.database, *tables) == [0] * len(tables)


def test_deleting_an_account_is_audited_and_keeps_its_sources(run: Run, site: Site) -> None:
    run("delete", "account", "--id", str(site.account), "--force")

    assert site.account_events() == ["User ada deleted", f"Deleted account 'Our house' ({site.account}) via CLI"]
    assert f"Deleted asset 'House': {site.house}" in site.asset_events()
    assert count(site.database, data_source) == [2]


def test_clients_of_a_deleted_consultancy_stay(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        client = make_account(connection, name="Client", consultancy_account_id=site.account)

    _, output = run("delete", "account", "--id", str(site.account), "--force")

    assert "Accounts that lose their consultancy: Client." in output
    assert "Account Updated, Field: consultancy_account_id" in site.account_events()
    with site.database.read() as connection:
        assert connection.scalar(select(account.c.consultancy_account_id).where(account.c.id == client)) is None


def test_a_user_goes_and_what_it_recorded_stays(run: Run, site: Site) -> None:
    code, output = run("delete", "user", "--email", "Ada@example.com", "--force")

    assert (code, f"Deleted user 'ada' ({site.user})." in output) == (0, True)
    assert site.account_events() == ["User ada deleted"]
    assert count(site.database, app_user, data_source, belief) == [0, 2, 7]


@SQLITE
def test_nobody_can_delete_oneself(site: Site) -> None:
    with site.database.write() as connection:
        ada = get_user(connection, site.user)
        with pytest.raises(ConflictError, match="yourself"):
            delete_user(connection, ada, by=ada, now=NOW)


def test_an_asset_takes_what_is_below_it_along(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        public = make_asset(connection, name="Street", account_id=None)
        connection.execute(update(asset).where(asset.c.id == site.house).values(parent_asset_id=public))

    code, output = run("delete", "asset", "--id", str(public), "--force")

    assert code == 0, output
    assert "3 assets: " in output
    assert "7 current and 3 superseded beliefs" in output
    assert count(site.database, asset, sensor, belief, superseded_belief, app_user) == [0, 0, 0, 0, 1]


def test_references_to_deleted_sensors_are_pruned_and_audited(run: Run, site: Site) -> None:
    other = refer_to(
        site, flex_context={"inflexible-device-sensors": [site.power, site.energy]}, sensors_to_show=[site.power]
    )

    run("delete", "sensor", "--id", str(site.power), "--force")

    with site.database.read() as connection:
        left = get_asset(connection, other)
    assert left.flex_context == {"inflexible-device-sensors": [site.energy]}
    assert left.sensors_to_show == []
    # The neighbour is not told what it was called.
    reason = f"Removed sensor reference {site.power} from {{}} (because sensor has been deleted)."
    assert {reason.format("flex-context"), reason.format("sensors-to-show")} <= set(site.asset_events())
    assert site.asset_events()[-1] == f"Deleted sensor 'power': {site.power}"


def test_references_to_sensors_of_a_deleted_account_are_pruned(run: Run, site: Site) -> None:
    other = refer_to(site, sensors_to_show=[site.energy])

    run("delete", "account", "--id", str(site.account), "--force")

    with site.database.read() as connection:
        assert get_asset(connection, other).sensors_to_show == []


def test_several_sensors_go_together_or_not_at_all(run: Run, site: Site) -> None:
    code, output = run("delete", "sensor", "--id", str(site.power), "--id", "999", "--force")
    assert (code, "No sensor found with ID 999." in output) == (3, True)
    assert count(site.database, sensor) == [2]

    code, output = run("delete", "sensor", "--id", str(site.power), "--id", str(site.energy), "--force")

    assert (code, "Deleted 2 sensors." in output) == (0, True)
    assert count(site.database, sensor, belief, superseded_belief) == [0, 0, 0]


def test_sensors_are_named_with_their_assets(run: Run, site: Site) -> None:
    one = run("delete", "sensor", "--id", str(site.power), "--dry-run")[1]
    all_of_house = run("delete", "asset", "--id", str(site.house), "--dry-run")[1]

    assert f"This deletes sensor 'power' ({site.power}) of 'Battery':" in one
    assert f"2 sensors: 'power' ({site.power}) of 'Battery', 'energy' ({site.energy}) of 'House'" in all_of_house


def test_the_structure_goes_and_the_audit_log_stays(run: Run, site: Site) -> None:
    run("add", "initial-structure")

    code, output = run("delete", "structure", "--force")

    assert code == 0, output
    assert "1 account, 1 user, 2 assets, 2 sensors" in output
    tables = (account, app_user, asset, sensor, data_source, asset_type, account_role, belief, superseded_belief)
    assert count(site.database, *tables) == [0] * len(tables)
    assert site.account_events() == ["Deleted all accounts, users, assets and sensors"]


@SQLITE
def test_a_role_that_accounts_have_stays(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        make_account(connection, name="Grid Inc", roles=("Supplier",))

    code, output = run("delete", "account-role", "--name", "Supplier", "--force")

    assert (code, "Accounts have the role 'Supplier': Grid Inc." in output) == (4, True)
    assert count(site.database, account_role) == [1]


@SQLITE
def test_a_role_that_nobody_has_goes(run: Run, site: Site) -> None:
    run("add", "initial-structure")

    code, _ = run("delete", "account-role", "--name", "Supplier", "--force")
    again, output = run("delete", "account-role", "--name", "Supplier", "--force")

    assert (code, again, "There is no account role 'Supplier'." in output) == (0, 3, True)
    assert site.account_events()[-1].startswith("Deleted account role 'Supplier'")


@SQLITE
@pytest.mark.parametrize(
    "arguments",
    [["account", "--id", "Our house"], ["user", "--email", "ada@example.com"], ["structure"], ["asset", "--id", "1"]],
)
@pytest.mark.parametrize("answer", [{"typed": "n\n"}, {"flag": "--dry-run"}])
def test_without_a_yes_nothing_goes(run: Run, site: Site, arguments: list[str], answer: dict[str, str]) -> None:
    flags = [answer["flag"]] if "flag" in answer else []

    code, output = run("delete", *arguments, *flags, typed=answer.get("typed", ""))

    assert (code, "Nothing has been deleted" in output) == (0, True), output
    assert count(site.database, account, app_user, asset, sensor, belief) == [1, 1, 2, 2, 7]


@SQLITE
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["account", "--id", "Nobody's"], "No account found with id or name 'Nobody's'."),
        (["user", "--email", "eve@example.com"], "No user found with e-mail 'eve@example.com'."),
        (["asset", "--id", "999"], "No asset found with ID 999."),
    ],
)
def test_what_does_not_exist_is_named(run: Run, arguments: list[str], complaint: str) -> None:
    code, output = run("delete", *arguments, "--force")

    assert (code, complaint in output) == (3, True)


@SQLITE
def test_what_was_added_after_the_preview_is_not_deleted(site: Site, tmp_path: Path) -> None:
    looks = iter([{1: "ada"}, {1: "ada", 2: "eve"}])

    def look(_connection: Any) -> tuple[None, Preview]:
        return None, Preview("an account", {"user": next(looks)})

    with pytest.raises(ConflictError, match="changed meanwhile"):
        carry_out(
            Settings(data_dir=tmp_path, database_url=site.database.url),
            look,
            lambda *_: pytest.fail("deleted"),
            force=True,
            dry_run=False,
        )
