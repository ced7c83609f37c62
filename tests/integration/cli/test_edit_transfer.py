"""``wattloom edit transfer-ownership`` and ``transfer-parenthood``."""

import pytest
from sqlalchemy import select

from tests.command_line import Run
from tests.factories import make_account, make_asset
from wattloom.assets import get_asset
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _site(database: Database) -> None:
    """Account 1 owns asset 1, below it 2, below that 3; account 2 owns asset 4."""
    with database.write() as connection:
        old, new = (make_account(connection, name=name) for name in ("Old", "New"))
        site = make_asset(connection, name="Site", account_id=old)
        hall = make_asset(connection, name="Hall", account_id=old, parent_asset_id=site)
        make_asset(connection, name="Battery", account_id=old, parent_asset_id=hall, external_id="b1")
        make_asset(connection, name="Other site", account_id=new)


def owners(database: Database) -> list[int | None]:
    with database.read() as connection:
        return [get_asset(connection, asset_id).account_id for asset_id in (1, 2, 3, 4)]


def parents(database: Database) -> list[int | None]:
    with database.read() as connection:
        return [get_asset(connection, asset_id).parent_asset_id for asset_id in (1, 2, 3, 4)]


def audit_texts(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(asset_audit_log.c.event).order_by(asset_audit_log.c.id)))


def test_an_asset_takes_all_below_it_to_its_new_owner(run: Run, database: Database) -> None:
    code, output = run("edit", "transfer-ownership", "--asset", "2", "--new-owner", "New")

    assert code == 0, output
    assert output.splitlines() == [
        "Asset 'Hall' with id 2 went from account 'Old' to account 'New'.",
        "Asset 'Battery' with id 3 went from account 'Old' to account 'New'.",
    ]
    assert owners(database) == [1, 2, 2, 2]
    assert audit_texts(database) == [
        "Transferred ownership for asset 'Hall': 2 from 'Old': 1 to 'New': 2",
        "Transferred ownership for asset 'Battery': 3 from 'Old': 1 to 'New': 2",
    ]


def test_a_public_asset_gets_an_owner(run: Run, database: Database) -> None:
    with database.write() as connection:
        public = make_asset(connection, name="Zone", account_id=None)

    run("edit", "transfer-ownership", "--asset", str(public), "--new-owner", "2")

    assert audit_texts(database) == [f"Assign ownership to public asset 'Zone': {public} to 'New': 2"]


@on_sqlite
def test_an_owner_that_owns_it_already_changes_nothing(run: Run, database: Database) -> None:
    code, output = run("edit", "transfer-ownership", "--asset", "1", "--new-owner", "Old")

    assert (code, output) == (0, "Account 'Old' owns asset 1 and all below it already.\n")
    assert audit_texts(database) == []


@on_sqlite
@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"name": "Site"}, "An asset with the name 'Site' already exists here."),
        ({"external_id": "b1"}, "Another asset of the account has the external id 'b1'."),
    ],
)
def test_an_owner_with_an_equal_asset_is_refused(
    run: Run, database: Database, columns: dict[str, str], problem: str
) -> None:
    with database.write() as connection:
        make_asset(connection, account_id=2, **columns)

    code, output = run("edit", "transfer-ownership", "--asset", "1", "--new-owner", "New")

    assert (code, problem in output) == (2, True)
    assert owners(database) == [1, 1, 1, 2]
    assert audit_texts(database) == []


@on_sqlite
@pytest.mark.parametrize(("asset", "owner"), [("99", "New"), ("1", "99")])
def test_what_does_not_exist_is_not_transferred(run: Run, asset: str, owner: str) -> None:
    assert run("edit", "transfer-ownership", "--asset", asset, "--new-owner", owner)[0] == 3


def test_an_asset_gets_another_parent(run: Run, database: Database) -> None:
    code, output = run("edit", "transfer-parenthood", "--asset", "3", "--new-parent", "4")

    assert (code, output) == (0, "Asset 'Battery' with id 3 is now below asset 'Other site'.\n")
    assert (parents(database), owners(database)) == ([None, 1, 4, None], [1, 1, 1, 2])
    assert audit_texts(database) == [
        "Parent changed for asset 'Battery' (ID: 3): from 'Hall' (ID: 2) to 'Other site' (ID: 4)"
    ]


def test_an_asset_becomes_an_orphan(run: Run, database: Database) -> None:
    code, output = run("edit", "transfer-parenthood", "--asset", "2")

    assert (code, output) == (0, "Asset 'Hall' with id 2 is now below no other.\n")
    assert parents(database) == [None, None, 2, None]
    assert audit_texts(database) == ["Orphaned asset 'Hall' (ID: 2): from 'Site' (ID: 1) to no parent"]


@on_sqlite
def test_all_children_move_to_another_parent(run: Run, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Pump", account_id=1, parent_asset_id=1)

    code, output = run("edit", "transfer-parenthood", "--old-parent", "1", "--new-parent", "4")

    assert (code, len(output.splitlines())) == (0, 2)
    assert parents(database) == [None, 4, 2, None]


@on_sqlite
@pytest.mark.parametrize("options", [("--asset", "2", "--new-parent", "1"), ("--asset", "1"), ("--old-parent", "3")])
def test_an_asset_that_is_there_already_does_not_move(run: Run, database: Database, options: tuple[str, ...]) -> None:
    assert run("edit", "transfer-parenthood", *options) == (0, "Nothing has to move.\n")
    assert audit_texts(database) == []


@on_sqlite
@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (("--asset", "1", "--new-parent", "3"), 2, "An asset cannot be below itself."),
        (("--asset", "1", "--new-parent", "1"), 2, "An asset cannot be below itself."),
        (("--asset", "1", "--new-parent", "99"), 3, "No asset found with ID 99."),
        (("--asset", "99"), 3, "No asset found with ID 99."),
        (("--old-parent", "99"), 3, "No asset found with ID 99."),
        ((), 2, "either --asset or --old-parent"),
        (("--asset", "1", "--old-parent", "1"), 2, "either --asset or --old-parent"),
    ],
)
def test_a_wrong_move_is_refused(
    run: Run, database: Database, options: tuple[str, ...], code: int, problem: str
) -> None:
    failed, output = run("edit", "transfer-parenthood", *options)

    assert (failed, problem in output) == (code, True), output
    assert parents(database) == [None, 1, 2, None]


@on_sqlite
def test_a_move_to_an_asset_with_a_child_of_that_name_is_refused(run: Run, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Hall", account_id=2, parent_asset_id=4)

    code, output = run("edit", "transfer-parenthood", "--asset", "2", "--new-parent", "4")

    assert (code, "An asset with the name 'Hall' already exists here." in output) == (2, True)
