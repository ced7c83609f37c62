"""A trial sees what it changes, and leaves nothing behind."""

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, make_account, make_asset
from wattloom.assets import get_asset, update_asset
from wattloom.assets.tables import asset
from wattloom.db import Database, after_commit
from wattloom.errors import NotFoundError
from wattloom.events.tables import announcement


def test_trial_sees_what_it_changes_and_keeps_nothing(database: Database) -> None:
    with database.trial() as connection:
        asset_id = make_asset(connection, account_id=make_account(connection), name="Tried")
        seen = get_asset(connection, asset_id).name

    assert seen == "Tried"
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(asset)).scalar_one() == 0


def test_trial_announces_nothing(database: Database) -> None:
    done: list[bool] = []
    with database.write() as connection:
        made = get_asset(connection, make_asset(connection, account_id=make_account(connection)))
        before = connection.execute(select(func.count()).select_from(announcement)).scalar_one()

    with database.trial() as connection:
        update_asset(connection, made, {"name": "Tried"}, by=None, now=NOW)
        after_commit(connection, lambda: done.append(True))

    with database.read() as connection:
        after = connection.execute(select(func.count()).select_from(announcement)).scalar_one()
    assert (after, done) == (before, [])


def test_errors_of_a_trial_pass(database: Database) -> None:
    with pytest.raises(NotFoundError), database.trial() as connection:
        get_asset(connection, 1)
