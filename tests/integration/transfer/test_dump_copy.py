"""Dumps, restores and copies hold everything, from either kind of database to either kind."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from tests.factories import NOW, make_asset, make_source, make_user
from tests.integration.transfer.moves import Steps, copied, dumped, restored
from tests.integration.transfer.whole_database import contents, store_of
from wattloom.accounts import TokenSigner, get_user, user_of_claim
from wattloom.accounts.tables import account
from wattloom.db import Database, current_revision, metadata, newest_revision, upgrade
from wattloom.errors import InternalError
from wattloom.timeseries import Changes, SqliteBeliefStore
from wattloom.timeseries.tables import data_source
from wattloom.transfer import all_shapes, copy
from wattloom.transfer.belief_records import read_records

ACROSS = pytest.mark.parametrize(("source", "target"), [("sqlite", "postgres"), ("postgres", "sqlite")], indirect=True)


def test_what_is_dumped_and_restored_is_the_same(source: Database, target: Database, tmp_path: Path) -> None:
    dumped(source, tmp_path / "dump.zip")

    restored(target, tmp_path / "dump.zip")

    assert contents(target) == contents(source)


def test_what_is_copied_is_the_same(source: Database, target: Database) -> None:
    copied(source, target)

    assert contents(target) == contents(source)


def test_every_table_is_in_the_test(source: Database) -> None:
    empty = [name for name, rows in contents(source).items() if not rows]

    assert empty == []


def test_no_table_of_the_migrations_is_left_out(database: Database) -> None:
    with database.read() as connection:
        inspector = inspect(connection)
        migrated = {
            name: {column["name"] for column in inspector.get_columns(name)}
            for name in inspector.get_table_names()
            if name != "alembic_version"
        }

    assert {shape.name: set(shape.columns) for shape in all_shapes()} == migrated
    assert all(shape.key for shape in all_shapes())


@ACROSS
def test_the_same_contents_give_the_same_checksums_everywhere(
    source: Database, target: Database, tmp_path: Path
) -> None:
    first = dumped(source, tmp_path / "first.zip")
    restored(target, tmp_path / "first.zip")

    second = dumped(target, tmp_path / "second.zip")

    assert second.tables == first.tables


@ACROSS
def test_ids_go_on_after_the_last_one_ever_given(source: Database, target: Database) -> None:
    with source.read() as connection:
        highest = max(connection.scalars(select(data_source.c.id)))
    copied(source, target)

    with target.write() as connection:
        new = make_source(connection)

    assert new == highest + 2


@ACROSS
def test_ids_go_on_after_the_highest_even_where_it_was_given_by_hand(source: Database, target: Database) -> None:
    with source.write() as connection:
        connection.execute(insert(account).values(id=1000, name="by hand"))
    copied(source, target)

    with target.write() as connection:
        new = connection.execute(insert(account).values(name="next").returning(account.c.id)).scalar_one()

    assert new == 1001


@ACROSS
def test_tokens_stay_valid(source: Database, target: Database) -> None:
    signer = TokenSigner("the same key as before", purpose="api", max_age_s=60, clock=lambda: NOW)
    with source.write() as connection:
        user = get_user(connection, make_user(connection))

    copied(source, target)

    with target.read() as connection:
        assert user_of_claim(connection, signer.read(signer.issue(user)), now=NOW) == user


@ACROSS
def test_a_filled_database_checks_foreign_keys_at_once(source: Database, target: Database) -> None:
    copied(source, target)

    with target.write() as connection, pytest.raises(IntegrityError):
        make_asset(connection, account_id=10**6)


@ACROSS
def test_progress_comes_to_its_end(source: Database, target: Database, tmp_path: Path) -> None:
    steps = Steps()
    dumped(source, tmp_path / "dump.zip", steps)

    restored(target, tmp_path / "dump.zip", steps)

    n_rows = sum(len(rows) for rows in contents(source).values())
    assert steps.seen == steps.expected == dict.fromkeys(["dumping", "checking", "restoring", "verifying"], n_rows)


@pytest.mark.parametrize("target", ["postgres"], indirect=True)
@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
def test_a_database_without_any_table_gets_its_schema(source: Database, target: Database) -> None:
    with target.write() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    copied(source, target)

    assert current_revision(target) == newest_revision()
    assert contents(target).keys() == metadata.tables.keys()


class Interrupted(Steps):
    """Ctrl+C while the copy is verified."""

    def start(self, step: str, n_rows: int) -> None:
        super().start(step, n_rows)
        if step == "verifying":
            raise KeyboardInterrupt


@ACROSS
def test_an_interrupted_copy_leaves_nothing_and_can_be_started_again(source: Database, target: Database) -> None:
    upgrade(target)
    with pytest.raises(KeyboardInterrupt):
        copied(source, target, Interrupted())
    left = contents(target)

    copied(source, target)

    assert not any(left.values())
    assert contents(target) == contents(source)


class Forgetful(SqliteBeliefStore):
    """Loses a row on the way in."""

    def write(self, connection: Connection, changes: Changes) -> None:
        super().write(connection, replace(changes, add_superseded=changes.add_superseded.take(slice(1, None))))


class Careless(SqliteBeliefStore):
    """Is off by the last bit."""

    def write(self, connection: Connection, changes: Changes) -> None:
        rows = changes.add_current
        nearly = replace(rows, event_value=np.nextafter(rows.event_value, 0))
        super().write(connection, replace(changes, add_current=nearly))


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("target", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("store", "complaint"),
    [(Forgetful(), r"superseded_belief has \d+ rows instead of"), (Careless(), r"Table belief .* differ")],
)
def test_a_copy_that_differs_is_found_and_taken_back(
    source: Database, target: Database, store: SqliteBeliefStore, complaint: str
) -> None:
    upgrade(target)

    with pytest.raises(InternalError, match=complaint), source.read() as reading, target.write() as writing:
        copy(reading, SqliteBeliefStore(), writing, store, Steps())

    assert not any(contents(target).values())


@pytest.mark.parametrize("table", ["belief", "superseded_belief"])
def test_beliefs_are_read_piece_by_piece(source: Database, table: str) -> None:
    store = store_of(source)
    with source.read() as connection:
        [whole] = read_records(connection, store, table)
        pieces = {size: list(read_records(connection, store, table, rows_at_once=size)) for size in (1, 2, 7, 64)}

    assert {b"".join(piece.payload for piece in each) for each in pieces.values()} == {whole.payload}
    assert len(pieces[1]) > len(pieces[64]) > 1
