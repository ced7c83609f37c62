"""Commands that change what belongs to no account, or what is recorded, tell the audit logs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from tests.command_line import Run
from tests.factories import make_account, make_sensor
from tests.recorded_site import START, make_site
from wattloom.accounts.tables import audit_log
from wattloom.assets.tables import asset_audit_log
from wattloom.config import Settings
from wattloom.db import Database
from wattloom.server.backend import open_backend
from wattloom.server.forget_history import forget_history_of_all
from wattloom.timeseries import BeliefStore, Retention

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def records(database: Database, log: Table = audit_log) -> list[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.execute(select(log.c.event, log.c.action).order_by(log.c.id))
        return [(row.event, row.action) for row in rows]


def test_a_new_asset_type_is_recorded(run: Run, database: Database) -> None:
    run("add", "asset-type", "--name", "heat-pump")

    assert records(database) == [("Created asset type 'heat-pump' (1)", "asset-type.created")]


def test_a_new_role_is_recorded(run: Run, database: Database) -> None:
    run("add", "account-role", "--name", "Grid")

    assert records(database) == [("Created account role 'Grid' (1)", "account-role.created")]


def test_a_role_that_comes_with_an_account_is_recorded(run: Run, database: Database) -> None:
    run("add", "account", "--name", "ACME", "--roles", "Grid")

    assert records(database)[0] == ("Created account role 'Grid' (1)", "account-role.created")


def test_a_new_source_is_recorded_on_its_account(run: Run, database: Database) -> None:
    with database.write() as connection:
        account = make_account(connection)

    run("add", "source", "--name", "Market", "--type", "market", "--account", str(account))

    assert records(database) == [("Created data source 'Market' (1)", "source.created")]
    with database.read() as connection:
        assert connection.scalars(select(audit_log.c.affected_account_id)).all() == [account]


def test_an_imported_file_is_recorded_once(run: Run, database: Database, tmp_path: Path) -> None:
    with database.write() as connection:
        sensor = make_sensor(connection, name="power")
    path = tmp_path / "meter.csv"
    path.write_text("event_start,event_value\n2026-02-01 00:00,1\n2026-02-01 00:15,2\n")
    command = ("add", "beliefs", str(path), "--sensor", str(sensor), "--source", "meter")

    run(*command, "--dry-run")
    run(*command)

    assert records(database, asset_audit_log) == [
        (f"Data from meter.csv uploaded to sensor 'power': {sensor}", "data.uploaded")
    ]


def test_forgotten_history_is_recorded_on_each_sensor(run: Run, database: Database, belief_store: BeliefStore) -> None:
    site = make_site(database, belief_store)

    run("delete", "history", "--keep-days", "0", "--dry-run")
    run("delete", "history", "--keep-days", "0", "--force")

    told = [text for text, action in records(database, asset_audit_log) if action == "data.deleted"]
    assert len(told) == 1
    assert told[0].startswith("Deleted data for sensor 'power'")
    assert told[0].endswith(f": {site.power}, history only")


def test_what_the_server_forgets_at_night_is_recorded_once(
    database: Database, belief_store: BeliefStore, tmp_path: Path
) -> None:
    make_site(database, belief_store)
    backend = open_backend(Settings(data_dir=tmp_path, database_url=database.url))
    later = replace(backend, clock=lambda: START + timedelta(days=10))

    for _ in range(2):
        forget_history_of_all(later, Retention(others=timedelta(days=1)))
    backend.close()

    until = (START + timedelta(days=9)).isoformat()
    assert records(database) == [(f"Forgot 3 superseded beliefs that were formed until {until}", "history.forgotten")]
