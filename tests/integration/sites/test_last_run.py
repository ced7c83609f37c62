import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from tests.factories import NOW, make_account, make_asset, make_user
from wattloom.accounts import User, get_user
from wattloom.assets import Asset, get_asset
from wattloom.db import Database
from wattloom.jobs import EmbeddedJobQueue, JobState
from wattloom.jobs.tables import job
from wattloom.sites import Unmet, read_last_run


@pytest.fixture
def site(connection: Connection) -> Asset:
    return get_asset(connection, make_asset(connection, name="Home", account_id=make_account(connection)))


@pytest.fixture
def user(connection: Connection, site: Asset) -> User:
    return get_user(connection, make_user(connection, account_id=site.account_id))


def add_job(connection: Connection, site: Asset, number: int = 1, **columns: Any) -> None:
    defaults = {
        "id": uuid.UUID(int=number),
        "queue": "scheduling",
        "kind": "scheduling.make_schedule",
        "args": {},
        "state": JobState.FINISHED,
        "max_attempts": 3,
        "time_limit_s": 60,
        "run_at": NOW,
        "entity_kind": "asset",
        "entity_id": site.id,
        "created": NOW + timedelta(minutes=number),
        "ended": NOW + timedelta(minutes=number, seconds=1),
    }
    connection.execute(insert(job).values(defaults | columns))


def test_site_that_was_never_scheduled_has_no_run(
    connection: Connection, database: Database, user: User, site: Asset
) -> None:
    assert read_last_run(connection, EmbeddedJobQueue(database), user, site) is None


def test_newest_job_counts(connection: Connection, database: Database, user: User, site: Asset) -> None:
    add_job(connection, site, 1)
    add_job(connection, site, 2, state=JobState.FAILED, error={"type": "MissingDataError", "message": "No price."})

    run = read_last_run(connection, EmbeddedJobQueue(database), user, site)

    assert run is not None
    assert (run.job_id, run.state, run.failure) == (uuid.UUID(int=2), JobState.FAILED, "No price.")


def test_each_missed_limit_is_told_by_its_worst_tick(
    connection: Connection, database: Database, user: User, site: Asset
) -> None:
    car_id = make_asset(connection, name="Car", account_id=site.account_id, parent_asset_id=site.id)
    ticks = [
        {"datetime": "2026-03-02T06:15:00+00:00", "violation": "1.5 kWh"},
        {"datetime": "2026-03-02T06:30:00+00:00", "violation": "3.1 kWh"},
    ]
    add_job(connection, site, result={"unresolved": [{"asset": car_id, "soc-minima": ticks}], "resolved": []})

    run = read_last_run(connection, EmbeddedJobQueue(database), user, site)

    assert run is not None
    at = NOW.replace(day=2, hour=6, minute=30)
    assert run.unmet == (Unmet("Car", "soc-minima", at, 3.1),)


def test_devices_that_the_user_may_not_read_are_left_out(
    connection: Connection, database: Database, user: User, site: Asset
) -> None:
    foreign_id = make_asset(connection, parent_asset_id=site.id)
    tick = {"datetime": "2026-03-02T06:15:00+00:00", "violation": "1.5 kWh"}
    add_job(connection, site, result={"unresolved": [{"asset": foreign_id, "soc-minima": [tick]}]})

    run = read_last_run(connection, EmbeddedJobQueue(database), user, site)

    assert run is not None
    assert run.unmet == ()
