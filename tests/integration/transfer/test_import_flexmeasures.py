"""A FlexMeasures database arrives whole: ids, entities, beliefs with their history, logins."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, func, insert, select
from structlog.testing import capture_logs

from tests.api_client import ApiClient, make_services
from tests.integration.transfer.flexmeasures_database import PASSWORD, SALT, NoProgress, flexmeasures_database
from tests.postgres import PostgresServer
from wattloom.accounts.tables import (
    account,
    account_role,
    app_user,
    audit_log,
    latest_task_run,
    plan,
    role,
    roles_accounts,
    roles_users,
)
from wattloom.annotations.tables import annotation, annotations_accounts, annotations_assets, annotations_sensors
from wattloom.assets.tables import asset, asset_audit_log, asset_reference, asset_type
from wattloom.db import Database
from wattloom.periods import ALL_TIME, from_us
from wattloom.timeseries import PostgresBeliefStore, SqliteBeliefStore, get_sensor, read_beliefs
from wattloom.timeseries.tables import belief, belief_summary, data_source, sensor, superseded_belief
from wattloom.transfer.flexmeasures import Hashing, ImportReport, open_flexmeasures, plan_import, run_import

MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def source_url(postgres_server: PostgresServer) -> Iterator[str]:
    with flexmeasures_database(postgres_server) as url:
        yield url


def import_from(url: str, database: Database) -> ImportReport:
    store = SqliteBeliefStore() if database.is_sqlite else PostgresBeliefStore()
    with open_flexmeasures(url) as source:
        plan = plan_import(source, Hashing(SALT))
        with database.write() as connection:
            return run_import(connection, store, source, plan, NoProgress())


@pytest.fixture(scope="module")
def filled_sqlite(
    source_url: str, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, ImportReport]]:
    path = tmp_path_factory.mktemp("imported") / "wattloom.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database, import_from(source_url, database)
    database.close()


@pytest.fixture(scope="module")
def filled_postgres(source_url: str, postgres_server: PostgresServer) -> Iterator[tuple[Database, ImportReport]]:
    with postgres_server.fresh_database() as url:
        database = Database(url)
        yield database, import_from(source_url, database)
        database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest) -> tuple[Database, ImportReport]:
    """An imported database, for tests that change nothing, and what the import reported."""
    found: tuple[Database, ImportReport] = request.getfixturevalue(f"filled_{request.param}")
    return found


@pytest.fixture
def imported(filled: tuple[Database, ImportReport]) -> Iterator[Connection]:
    with filled[0].read() as connection:
        yield connection


@pytest.fixture
def client(filled: tuple[Database, ImportReport]) -> Iterator[ApiClient]:
    client = ApiClient(make_services(filled[0]))
    yield client
    client.close()


@pytest.fixture
def visitor(source_url: str, database: Database) -> Iterator[ApiClient]:
    """A client of a database that was imported for one test alone."""
    import_from(source_url, database)
    client = ApiClient(make_services(database))
    yield client
    client.close()


def rows_of(connection: Connection, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    picked = [table.c[name] for name in columns]
    return [tuple(row) for row in connection.execute(select(*picked).order_by(*table.primary_key))]


def log_in(client: ApiClient, password: str, email: str = "bea@bakery.example") -> int:
    return client.post("/api/requestAuthToken", json={"email": email, "password": password}).status_code


def test_accounts_keep_ids_and_consultancy(imported: Connection) -> None:
    columns = ("id", "name", "primary_color", "attributes", "consultancy_account_id")

    assert rows_of(imported, account, *columns) == [
        (2, "Bakery", "#aabbcc", {"sector": "food"}, 4),
        (4, "Advisers", None, {}, None),
    ]
    assert rows_of(imported, roles_accounts, "role_id", "account_id") == [(3, 4), (9, 2)]


def test_users_keep_ids_roles_and_logins(imported: Connection) -> None:
    columns = ("id", "email", "username", "active", "timezone", "account_id", "login_count", "last_login_at")

    assert rows_of(imported, app_user, *columns) == [
        (11, "bea@bakery.example", "bea", True, "Europe/Paris", 2, 5, datetime(2025, 12, 1, 10, tzinfo=UTC)),
        (12, "cas@advisers.example", "cas", True, "Europe/Amsterdam", 4, 0, None),
        (13, "dan@bakery.example", "dan", False, "Europe/Paris", 2, 0, None),
    ]
    assert rows_of(imported, roles_users, "role_id", "user_id") == [(5, 11), (6, 12)]


def test_roles_and_types_that_every_server_has_are_completed(imported: Connection) -> None:
    names = {
        name: item_id
        for table in (role, account_role, asset_type)
        for item_id, name in rows_of(imported, table, "id", "name")
    }

    assert [names[name] for name in ("account-admin", "Consultancy", "Prosumer", "battery")] == [5, 3, 9, 6]
    assert {"admin-reader", "Aggregator", "solar"} <= names.keys()


def test_assets_keep_ids_tree_and_configuration(imported: Connection) -> None:
    columns = (
        "id",
        "name",
        "account_id",
        "parent_asset_id",
        "asset_type_id",
        "external_id",
        "latitude",
        "flex_context",
        "flex_model",
    )

    assert rows_of(imported, asset, *columns) == [
        (20, "battery", 2, 21, 6, None, None, {}, {"soc-max": "10 kWh", "soc-minima": {"sensor": 7}}),
        (21, "oven hall", 2, None, 4, "hall-1", 52.1, {"consumption-price": {"sensor": 6}}, {}),
        (22, "the market", None, None, 4, None, None, {}, {}),
    ]


def test_references_in_configurations_are_known(imported: Connection) -> None:
    found = {tuple(row) for row in rows_of(imported, asset_reference, "asset_id", "field", "sensor_id")}

    assert found == {(20, "flex_model", 7), (21, "flex_context", 6), (21, "sensors_to_show", 5)}


def test_sensors_keep_ids_and_meaning(imported: Connection) -> None:
    columns = (
        "id",
        "name",
        "unit",
        "timezone",
        "event_resolution",
        "knowledge_horizon_fnc",
        "attributes",
        "generic_asset_id",
    )

    assert rows_of(imported, sensor, *columns) == [
        (5, "power", "kW", "Europe/Amsterdam", "PT15M", "ex_post", {"consumption_is_positive": True}, 20),
        (6, "price", "EUR/MWh", "Europe/Amsterdam", "PT1H", "x_days_ago_at_y_oclock", {}, 22),
        (7, "energy", "kWh", "Europe/Amsterdam", "P1D", "ex_post", {}, 21),
        (8, "temperature", "°C", "Asia/Seoul", "P0D", "ex_ante", {}, 22),
    ]


def test_sources_keep_ids_versions_and_users_that_are_gone(imported: Connection) -> None:
    columns = ("id", "name", "type", "version", "user_id", "account_id", "attributes_hash")

    assert rows_of(imported, data_source, *columns) == [
        (31, "bea", "user", None, 11, 2, None),
        (32, "Seita", "scheduler", "8", None, None, None),
        (33, "Seita", "scheduler", "9", None, None, None),
        (34, "gone", "user", None, 99, 2, None),
        (35, "FlexMeasures", "forecaster", None, None, None, b"\x01\x02"),
    ]


def test_the_newest_belief_of_each_source_is_current_and_the_rest_is_history(imported: Connection) -> None:
    columns = ("event_start", "source_id", "belief_time", "cumulative_probability", "event_value")
    quarter = timedelta(minutes=15)
    current = [row[1:] for row in rows_of(imported, belief, "sensor_id", *columns) if row[0] == 5]
    history = rows_of(imported, superseded_belief, *columns)

    assert current == [
        (MIDNIGHT, 31, MIDNIGHT + timedelta(days=1, minutes=20), 0.5, 2.75),
        (MIDNIGHT, 35, MIDNIGHT - timedelta(minutes=45), 0.5, 3.0),
        (MIDNIGHT + quarter, 35, MIDNIGHT - timedelta(minutes=30), 0.2, 1.0),
        (MIDNIGHT + quarter, 35, MIDNIGHT - timedelta(minutes=30), 0.5, 4.0),
        (MIDNIGHT + quarter, 35, MIDNIGHT - timedelta(minutes=30), 0.8, 9.0),
        (MIDNIGHT + 2 * quarter, 34, MIDNIGHT + 3 * quarter, 0.5, -1.5),
    ]
    assert history == [
        (MIDNIGHT, 31, MIDNIGHT + timedelta(minutes=20), 0.5, 2.5),
        (MIDNIGHT, 35, MIDNIGHT - timedelta(minutes=105), 0.5, 2.0),
    ]


@pytest.mark.parametrize(
    ("sensor_id", "belief_times"),
    [
        # Noon in Paris of the day before: in winter, and half an hour earlier in summer time.
        (6, ["2026-01-05T11:00:00+00:00", "2026-03-28T10:30:00+00:00"]),
        # FlexMeasures takes each day for 24 hours.
        (7, ["2026-03-28T23:00:00+00:00", "2026-03-29T23:00:00+00:00", "2026-03-30T22:00:00+00:00"]),
        # Known a day before, believed twelve hours after that.
        (8, ["2026-01-05T03:00:00+00:00"]),
    ],
)
def test_belief_times_follow_from_knowledge_horizons(
    imported: Connection, sensor_id: int, belief_times: list[str]
) -> None:
    store = SqliteBeliefStore() if imported.dialect.name == "sqlite" else PostgresBeliefStore()

    beliefs = read_beliefs(imported, store, [get_sensor(imported, sensor_id)], ALL_TIME, history=True)

    assert [from_us(each).isoformat() for each in beliefs.belief_time_us] == belief_times


def test_summaries_are_there(imported: Connection) -> None:
    columns = (
        "sensor_id",
        "source_id",
        "n_current",
        "n_superseded",
        "smallest",
        "largest",
        "total",
        "is_probabilistic",
    )

    assert rows_of(imported, belief_summary, *columns)[:3] == [
        (5, 31, 1, 1, 2.5, 2.75, 5.25, False),
        (5, 34, 1, 0, -1.5, -1.5, -1.5, False),
        (5, 35, 4, 1, 1.0, 9.0, 19.0, True),
    ]


def test_annotations_and_logs_come_along(imported: Connection) -> None:
    assert rows_of(imported, annotation, "id", "content", "type", "belief_time") == [
        (41, "New Year", "holiday", None),
        (42, "oven broken", "alert", datetime(2026, 1, 3, 12, tzinfo=UTC)),
    ]
    assert rows_of(imported, annotations_accounts, "annotation_id", "account_id") == [(41, 2)]
    assert rows_of(imported, annotations_assets, "annotation_id", "asset_id") == [(42, 21)]
    assert rows_of(imported, annotations_sensors, "annotation_id", "sensor_id") == [(42, 5)]
    assert rows_of(imported, audit_log, "id", "event_datetime", "affected_user_id") == [
        (51, datetime(2025, 11, 1, 8, 30, tzinfo=UTC), 99)
    ]
    assert rows_of(imported, asset_audit_log, "id", "active_user_id", "affected_asset_id") == [(61, 11, 21)]


def test_reports_of_tasks_come_along(imported: Connection) -> None:
    assert rows_of(imported, latest_task_run, "name", "datetime", "status") == [
        ("import prices", datetime(2026, 1, 2, 3, 4, tzinfo=UTC), False),
        ("old task", datetime(2026, 1, 1, tzinfo=UTC), True),
    ]


def test_accounts_keep_their_plans(imported: Connection) -> None:
    assert rows_of(imported, plan, "id", "name", "legacy") == [(1, "basic", False)]
    assert (2, 1) in rows_of(imported, account, "id", "plan_id")


def test_report_names_what_stayed_behind(filled: tuple[Database, ImportReport]) -> None:
    report = filled[1]
    left_out = "\n".join(report.left_out)
    beliefs = next(each for each in report.tables if each.name == "timed_belief")

    assert (beliefs.n_source, beliefs.n_expected, beliefs.n_found) == (15, 14, 14)
    assert report.n_series == 6
    assert report.adjusted == []
    assert report.to_mend == []
    assert "1 × beliefs about sensor 5 that are no numbers" in left_out
    assert "connection secrets of assets 21" in left_out


def test_ids_continue_after_the_last_that_was_given_out(filled: tuple[Database, ImportReport]) -> None:
    new_ids = []
    with suppress(InterruptedError), filled[0].write() as connection:
        for table in (account, app_user, asset, sensor, data_source, annotation):
            values = {column.name: NEW[column.name] for column in table.c if column.name in NEW}
            new_ids.append(connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())
        raise InterruptedError  # rolls back, so that other tests see nothing of this

    # User 99 was the last, and is gone: its source and audit records are not to become somebody else's.
    assert new_ids == [5, 100, 23, 9, 36, 43]


NEW: dict[str, Any] = {
    "name": "new", "type": "user", "email": "new@example.com", "username": "new", "password_hash": "!",
    "token_stamp": "new", "account_id": 2, "asset_type_id": 6, "unit": "kW", "timezone": "UTC",
    "event_resolution": "PT15M", "knowledge_horizon_par": {}, "generic_asset_id": 20, "content": "x",
    "start": MIDNIGHT, "end": MIDNIGHT, "source_id": 31,
}  # fmt: skip


def test_data_are_answered_as_before(client: ApiClient) -> None:
    window = {"start": "2026-01-05T00:00:00Z", "duration": "PT1H", "unit": "kW", "resolution": "PT15M"}

    answer = client.get("/sensors/5/data", user=11, params=window).json()

    assert answer["values"] == [2.75, 4.0, -1.5, None]


def test_days_of_clock_changes_are_answered(client: ApiClient) -> None:
    window = {"start": "2026-03-28T00:00:00+01:00", "duration": "P3D", "unit": "kWh", "resolution": "P1D"}

    answer = client.get("/sensors/7/data", user=11, params=window).json()

    assert answer["values"] == [24.0, 23.0, 25.0]


def test_consultants_still_read_their_clients(client: ApiClient) -> None:
    assert client.get("/assets/20", user=12).status_code == 200


def test_users_log_in_with_their_old_password_whose_hash_is_then_replaced(
    visitor: ApiClient, database: Database
) -> None:
    hash_of_bea = select(app_user.c.password_hash).where(app_user.c.id == 11)
    with database.read() as connection:
        before = connection.execute(hash_of_bea).scalar_one()

    first = log_in(visitor, PASSWORD)
    with database.read() as connection:
        after = connection.execute(hash_of_bea).scalar_one()
    second = log_in(visitor, PASSWORD)

    assert (first, second) == (200, 200)
    assert before.startswith("flexmeasures:")
    assert after.startswith("$argon2id$")
    with database.read() as connection:
        assert connection.execute(hash_of_bea).scalar_one() == after
        assert connection.execute(select(app_user.c.login_count).where(app_user.c.id == 11)).scalar_one() == 7


def test_without_the_package_for_old_hashes_logins_are_refused_and_the_operator_is_told(
    visitor: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bcrypt", None)

    with capture_logs() as events:
        status = log_in(visitor, PASSWORD)

    assert status == 401
    (told,) = [event for event in events if event["event"] == "imported password not verifiable"]
    assert "wattloom[flexmeasures]" in told["remedy"]
    assert PASSWORD not in str(events)


def test_wrong_passwords_and_inactive_users_stay_outside(visitor: ApiClient, database: Database) -> None:
    assert log_in(visitor, "a wrong guess") == 401
    assert log_in(visitor, PASSWORD, "dan@bakery.example") == 401
    with database.read() as connection:
        imported = select(func.count()).where(app_user.c.password_hash.startswith("flexmeasures:"))
        assert connection.execute(imported).scalar_one() == 3
