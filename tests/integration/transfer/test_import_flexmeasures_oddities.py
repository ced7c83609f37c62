"""What is odd in a FlexMeasures database is refused or replaced, and named either way; nothing is kept of half an import."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import make_url, select

from tests.factories import make_account
from tests.integration.transfer.flexmeasures_database import (
    SALT,
    NoProgress,
    flexmeasures_database,
    run_on,
)
from tests.postgres import PostgresServer
from wattloom.accounts import find_login, seed_roles, verified
from wattloom.accounts.tables import account, app_user
from wattloom.assets import seed_asset_types
from wattloom.assets.tables import asset
from wattloom.db import Database
from wattloom.errors import AuthenticationError, ConflictError, InputError
from wattloom.timeseries import BeliefStore
from wattloom.timeseries.tables import belief, data_source, sensor
from wattloom.transfer.flexmeasures import Hashing, ImportReport, open_flexmeasures, plan_import, run_import

Import = Callable[..., ImportReport]
# For what is decided before the target matters.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class CutOff(NoProgress):
    """Ends the import when it comes to the beliefs."""

    def advance(self, n_rows: int) -> None:
        del n_rows
        if self.step == "timed_belief":
            raise KeyboardInterrupt

    def start(self, step: str, n_rows: int) -> None:
        del n_rows
        self.step = step


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer) -> Iterator[str]:
    with flexmeasures_database(postgres_server) as url:
        yield url


@pytest.fixture
def source_url(postgres_server: PostgresServer, template: str) -> Iterator[str]:
    """A FlexMeasures database of this test, to be made odd."""
    with postgres_server.fresh_database(make_url(template).database or "") as url:
        yield url


@pytest.fixture
def import_all(source_url: str, database: Database, belief_store: BeliefStore) -> Import:
    """Change the source, then import it."""

    def run(
        change: str = "SELECT 1", hashing: Hashing | None = None, progress: NoProgress | None = None
    ) -> ImportReport:
        run_on(source_url, change)
        with open_flexmeasures(source_url) as source:
            plan = plan_import(source, hashing or Hashing(SALT))
            with database.write() as connection:
                return run_import(connection, belief_store, source, plan, progress or NoProgress())

    return run


def value_of(database: Database, column: object, item_id: int) -> object:
    with database.read() as connection:
        table = column.table  # type: ignore[attr-defined]  # columns of tables have one
        return connection.execute(select(column).where(table.c.id == item_id)).scalar_one()  # type: ignore[call-overload]  # as above


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE sensor SET unit = 'sheep' WHERE id = 5", "sensor 5: the unit 'sheep' is unknown"),
        ("UPDATE sensor SET timezone = 'Europe/Utrecht' WHERE id = 5", "sensor 5: the time zone 'Europe/Utrecht'"),
        ("UPDATE sensor SET event_resolution = '10 seconds' WHERE id = 5", "sensor 5: its resolution PT10S"),
        ("UPDATE sensor SET name = 'price', generic_asset_id = 22 WHERE id = 8", "sensor 8: another sensor of the asset"),
        ("UPDATE fm_user SET timezone = 'Mars' WHERE id = 11", "user 11: the time zone 'Mars'"),
        ("UPDATE account SET consultancy_account_id = 2 WHERE id = 2", "account 2: was its own consultancy"),
        ("UPDATE generic_asset SET latitude = 100 WHERE id = 21", "asset 21: the latitude 100.0"),
        ("UPDATE generic_asset SET name = 'oven hall', account_id = 2, parent_asset_id = NULL WHERE id = 22", "asset 22: another"),
        ("UPDATE data_source SET version = '9' WHERE id = 32", "source 33: says the same as source 32"),
        ("UPDATE data_source SET type = NULL WHERE id = 32", "source 32: had no type"),
        ("INSERT INTO roles_users (user_id, role_id) VALUES (11, 5)", "table roles_users: 1 rows repeated others"),
    ],
)  # fmt: skip
def test_what_can_be_replaced_is_replaced_and_named(source_url: str, change: str, named: str) -> None:
    run_on(source_url, change)

    with open_flexmeasures(source_url) as source:
        plan = plan_import(source, Hashing(SALT))

    (adjusted,) = plan.findings.adjusted
    assert adjusted.startswith(named)


@pytest.mark.parametrize(
    ("change", "item", "text"),
    [
        ("UPDATE sensor SET knowledge_horizon_fnc = 'by_oracle' WHERE id = 6", "sensor 6", "by_oracle"),
        ("UPDATE sensor SET knowledge_horizon_par = '{}' WHERE id = 6", "sensor 6", "incomplete"),
        ("UPDATE sensor SET event_resolution = '-1 hour' WHERE id = 6", "sensor 6", "negative"),
        ("UPDATE fm_user SET email = NULL WHERE id = 12", "user 12", "no e-mail"),
        ("UPDATE fm_user SET email = 'BEA@bakery.example' WHERE id = 12", "user 12", "of user 11"),
        ("UPDATE generic_asset SET parent_asset_id = 20 WHERE id = 21", "asset 20", "circle"),
    ],
)
def test_what_has_no_replacement_is_refused_by_name(source_url: str, change: str, item: str, text: str) -> None:
    run_on(source_url, change)

    with open_flexmeasures(source_url) as source, pytest.raises(InputError) as caught:
        plan_import(source, Hashing(SALT))

    found = {problem.path[0]: problem.message for problem in caught.value.problems}
    assert text in found[item]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("SET flex_context = '{\"consumption-prise\": \"1 EUR/kWh\"}' WHERE id = 21", "asset 21: flex-context.consumption-prise: "),
        ("SET flex_model = '{\"soc-max\": \"10 sheep\"}' WHERE id = 20", "asset 20: flex-model.soc-max: "),
        ("SET flex_model = '{\"soc-minima\": {\"sensor\": 77}}' WHERE id = 20", "asset 20: flex-model.soc-minima"),
    ],
)  # fmt: skip
def test_flex_configs_that_no_schedule_takes_are_named(source_url: str, change: str, named: str) -> None:
    run_on(source_url, f"UPDATE generic_asset {change}")

    with open_flexmeasures(source_url) as source:
        plan = plan_import(source, Hashing(SALT))

    (found,) = plan.findings.to_mend
    assert found.startswith(named)


def test_all_problems_are_told_at_once(source_url: str) -> None:
    run_on(source_url, "UPDATE fm_user SET email = NULL; UPDATE sensor SET knowledge_horizon_fnc = 'by_oracle'")

    with open_flexmeasures(source_url) as source, pytest.raises(InputError) as caught:
        plan_import(source, Hashing(SALT))

    assert len(caught.value.problems) == 7


@ON_SQLITE
def test_values_of_a_unit_that_nobody_knows_are_kept(import_all: Import, database: Database) -> None:
    import_all("UPDATE sensor SET unit = 'sheep' WHERE id = 5")

    assert value_of(database, sensor.c.unit, 5) == ""
    assert value_of(database, sensor.c.attributes, 5) == {"consumption_is_positive": True, "former-unit": "sheep"}


@pytest.mark.parametrize(
    ("days", "starts", "resolution"),
    [
        (365, ["2024-12-31T23:00Z", "2025-12-31T23:00Z"], "P1Y"),
        (30, ["2025-12-31T23:00Z", "2026-03-31T22:00Z"], "P1M"),
        (31, ["2025-12-31T23:00Z", "2026-03-30T22:00Z"], "P31D"),
        (28, [], "P28D"),
        (366, [], "P1Y"),
        (7, [], "P7D"),
    ],
)
@ON_SQLITE
def test_lengths_that_follow_the_calendar_are_recognised(
    import_all: Import, database: Database, days: int, starts: list[str], resolution: str
) -> None:
    values = ", ".join(f"(7, 31, '{start}', '0', 1)" for start in starts)
    add = f"INSERT INTO timed_belief (sensor_id, source_id, event_start, belief_horizon, event_value) VALUES {values}"  # noqa: S608 - constants

    import_all(
        f"DELETE FROM timed_belief WHERE sensor_id = 7; UPDATE sensor SET event_resolution = '{days} days' WHERE id = 7;"  # noqa: S608 - constants
        + add * bool(starts)
    )

    assert value_of(database, sensor.c.event_resolution, 7) == resolution


def test_an_older_release_is_read_as_far_as_it_goes(import_all: Import, database: Database) -> None:
    report = import_all("""
        ALTER TABLE generic_asset DROP external_id, DROP secrets, DROP flex_model, DROP sensors_to_show_as_kpis;
        ALTER TABLE account DROP plan_id, DROP secrets, DROP logo_url;
        ALTER TABLE data_source DROP account_id CASCADE, DROP attributes_hash CASCADE;
        ALTER TABLE fm_user DROP tf_totp_secret, DROP last_seen_at;
        DROP TABLE plan, latest_task_run, annotations_accounts, annotations_assets, annotations_sensors, annotation,
            asset_audit_log, audit_log;
    """)  # fmt: skip

    assert value_of(database, asset.c.flex_model, 20) == {}
    assert value_of(database, asset.c.external_id, 21) is None
    assert report.n_series == 6


@ON_SQLITE
def test_tables_of_plugins_are_named(import_all: Import) -> None:
    report = import_all("CREATE TABLE weather_station (id int); INSERT INTO weather_station VALUES (1), (2)")

    assert any("the table weather_station (2 rows)" in line for line in report.left_out)


@ON_SQLITE
def test_another_program_is_refused_with_the_tables_that_it_lacks(import_all: Import, database: Database) -> None:
    with pytest.raises(InputError, match="no FlexMeasures database") as caught:
        import_all("DROP TABLE timed_belief; ALTER TABLE sensor DROP event_resolution")

    assert {problem.path[0] for problem in caught.value.problems} == {"timed_belief", "sensor"}
    with database.read() as connection:
        assert connection.execute(select(account.c.id)).all() == []


def test_a_target_that_holds_something_is_refused(import_all: Import, database: Database) -> None:
    with database.write() as connection:
        make_account(connection)

    with pytest.raises(ConflictError, match=r"account \(1 rows\)"):
        import_all()


def test_a_target_with_roles_and_types_only_is_empty(import_all: Import, database: Database) -> None:
    with database.write() as connection:
        seed_roles(connection)
        seed_asset_types(connection)

    assert import_all().n_series == 6


def test_a_row_that_no_table_can_hold_is_refused_with_its_table(import_all: Import) -> None:
    with pytest.raises(InputError, match="Table annotations_sensors cannot hold"):
        import_all("INSERT INTO annotations_sensors (annotation_id, sensor_id) VALUES (42, 5)")


def test_an_import_that_was_cut_off_leaves_nothing_and_can_be_repeated(import_all: Import, database: Database) -> None:
    with pytest.raises(KeyboardInterrupt):
        import_all(progress=CutOff())

    with database.read() as connection:
        left = [connection.execute(select(table).limit(1)).all() for table in (account, data_source, belief)]
    assert left == [[], [], []]
    assert import_all().n_series == 6


def test_beliefs_beyond_our_time_are_left_out_and_counted(import_all: Import) -> None:
    report = import_all("""
        INSERT INTO timed_belief (sensor_id, source_id, event_start, belief_horizon, event_value) VALUES
            (5, 33, '1850-01-01T00:00Z', '0', 1), (5, 33, '2026-01-01T00:00Z', '-900 years', 2),
            (5, 33, '2026-01-01T00:00Z', '0', 3), (5, 32, 'infinity', '0', 4)
    """)

    assert "2 × beliefs of source 33 about sensor 5 that lie before 1900 or after 2199" in report.left_out
    assert "1 × beliefs of source 32 about sensor 5 that lie before 1900 or after 2199" in report.left_out
    assert report.n_series == 7


@ON_SQLITE
def test_months_and_years_in_horizons_are_what_flexmeasures_takes_them_for(
    import_all: Import, database: Database
) -> None:
    import_all("""
        INSERT INTO timed_belief (sensor_id, source_id, event_start, belief_horizon, event_value)
        VALUES (8, 33, '2026-01-05T15:00Z', '1 year 2 months -1 day', 3)
    """)

    with database.read() as connection:
        found = connection.execute(select(belief.c.belief_time).where(belief.c.source_id == 33)).scalar_one()
    # A day before the event, less 365 + 2 · 30 − 1 days.
    assert found.isoformat() == "2024-11-06T15:00:00+00:00"


@pytest.mark.parametrize(("hashing", "stored"), [(Hashing(), "!"), (Hashing(is_single=True), "flexmeasures:-:$2b$")])
@ON_SQLITE
def test_hashes_of_passwords_themselves_need_no_salt(
    import_all: Import, database: Database, hashing: Hashing, stored: str
) -> None:
    import_all(hashing=hashing)

    with database.read() as connection:
        login = find_login(connection, "bea@bakery.example")
    assert login is not None
    assert login.password_hash.startswith(stored)


@ON_SQLITE
def test_users_without_a_known_password_are_listed_and_cannot_log_in(import_all: Import, database: Database) -> None:
    report = import_all("UPDATE fm_user SET password = '$pbkdf2$x' WHERE id = 12", Hashing(SALT))

    assert any(line.startswith("the passwords of users 12 ") for line in report.left_out)
    with database.read() as connection:
        login = find_login(connection, "cas@advisers.example")
    with pytest.raises(AuthenticationError):
        verified(login, "!")
    assert value_of(database, app_user.c.active, 12) is True


def test_more_beliefs_than_fit_into_memory_at_once_arrive_whole(
    import_all: Import, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wattloom.transfer.flexmeasures.beliefs._ROWS_AT_ONCE", 7)

    report = import_all("""
        INSERT INTO timed_belief (sensor_id, source_id, event_start, belief_horizon, event_value)
        SELECT 5, 33, timestamptz '2026-02-01Z' + n / 3 * interval '15 minutes', n * interval '1 minute', n
        FROM generate_series(0, 99) AS n
    """)

    assert report.n_series == 7
    with database.read() as connection:
        current = select(belief.c.event_value).where(belief.c.source_id == 33).order_by(belief.c.event_start)
        assert list(connection.scalars(current)) == [float(n) for n in range(0, 100, 3)]
