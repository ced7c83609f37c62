"""A database with something in every table, awkward values included, and what it holds as plain rows."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from tests.factories import NOW, make_account, make_asset, make_sensor, make_source, make_user
from wattloom.accounts.tables import account, api_key, app_user, audit_log, latest_task_run, plan, recovery_code
from wattloom.annotations.tables import annotation, annotations_accounts, annotations_assets, annotations_sensors
from wattloom.assets.tables import asset, asset_audit_log, asset_reference
from wattloom.db import Database, metadata
from wattloom.events import About, Change, announce
from wattloom.jobs.tables import job
from wattloom.periods import to_us
from wattloom.scheduling.tables import schedule_explanation
from wattloom.timeseries import Beliefs, BeliefStore, PostgresBeliefStore, SqliteBeliefStore, get_sensor, record_beliefs
from wattloom.timeseries.tables import data_source

QUARTER_US = 900_000_000
AWKWARD_VALUES = [0.1, -0.0, 5e-324, 1.7976931348623157e300, -2.5e-300, 1e16, 123456789.12345679, 1 / 3]
LARGEST = 1.7976931348623157e308
AWKWARD_JSON = {
    "zebra": [1, 1.0, 100.5, 1e16, 1e19, 1e22, 5e-324, -0.0, 2**63],
    "apple": {"nested": [None, True, False, "", 'ü – 🔋 " \\ \n']},
    "Ärger": -1e22,
    "": [],
}
MICROSECOND = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)


def store_of(database: Database) -> BeliefStore:
    return SqliteBeliefStore() if database.is_sqlite else PostgresBeliefStore()


def fill(database: Database) -> None:
    """Put rows into every table; ids have gaps, and some rows refer to later ones."""
    with database.write() as connection:
        user_id, sensor_ids = _fill_sites(connection)
        source_ids = [make_source(connection), make_source(connection, model="a", attributes_hash=bytes(range(32)))]
        _fill_access(connection, user_id)
        _fill_logs(connection, user_id)
        _fill_jobs(connection)
        _fill_annotations(connection, source_ids[0])
        for sensor_id in sensor_ids:
            _fill_beliefs(connection, store_of(database), sensor_id, source_ids)
        _record(connection, store_of(database), sensor_ids[0], make_source(connection), LARGEST)
        _delete_last_source(connection)


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each table, read without any code of the transfer."""
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def _fill_sites(connection: Connection) -> tuple[int, list[int]]:
    first = make_account(connection, name="Ada's house", roles=("MDC",), primary_color="#00ff00")
    consultancy = make_account(connection, name="Later", attributes=AWKWARD_JSON)
    connection.execute(account.update().where(account.c.id == first).values(consultancy_account_id=consultancy))
    user_id = make_user(connection, account_id=first, roles=("admin",), last_seen_at=MICROSECOND, active=False)
    child = make_asset(connection, account_id=first, name="same name", latitude=52.370216, longitude=-180.0)
    twin = make_asset(connection, account_id=first, name="other", attributes=AWKWARD_JSON)
    parent = make_asset(connection, account_id=first, name="parent of both", flex_context={"b": 1, "a": {"sensor": 1}})
    for each, over in ((child, parent), (twin, child)):
        connection.execute(asset.update().where(asset.c.id == each).values(parent_asset_id=over, name="same name"))
    make_asset(connection, account_id=None, name="public")
    sensors = [make_sensor(connection, generic_asset_id=child, attributes=AWKWARD_JSON) for _ in range(2)]
    connection.execute(insert(asset_reference).values(asset_id=parent, field="flex_context", sensor_id=sensors[0]))
    connection.execute(
        insert(asset_audit_log).values(event_datetime=MICROSECOND, event="changed", affected_asset_id=child)
    )
    return user_id, sensors


def _delete_last_source(connection: Connection) -> None:
    """Ids of deleted rows are not given out again, here or there."""
    last = make_source(connection)
    connection.execute(delete(data_source).where(data_source.c.id == last))


def _fill_logs(connection: Connection, user_id: int) -> None:
    facts = {"action": "asset.updated", "details": AWKWARD_JSON}
    rows = [{"event_datetime": NOW, "event": f"event {n}", "active_user_id": user_id} | facts for n in range(1100)]
    connection.execute(insert(audit_log), rows)


def _fill_access(connection: Connection, user_id: int) -> None:
    planned = connection.execute(insert(plan).values(name="small", default_rate_limit="2 per minute", legacy=True))
    assert planned.inserted_primary_key is not None
    connection.execute(account.update().values(plan_id=planned.inserted_primary_key[0]))
    second_factor = {"totp_secret": "SECRET", "totp_last_step": 7, "default_asset_view": "Audit Log"}
    connection.execute(app_user.update().values(keep_legends_below_graphs=True, **second_factor))
    key = {"user_id": user_id, "name": "gateway", "prefix": "wl_abc", "key_hash": "f" * 64, "created_at": MICROSECOND}
    connection.execute(insert(api_key).values(scopes=["read"], expires_at=NOW, **key))
    connection.execute(insert(recovery_code).values(user_id=user_id, code_hash="0" * 64))
    connection.execute(insert(latest_task_run).values(name="import prices", datetime=MICROSECOND, status=False))


def _fill_jobs(connection: Connection) -> None:
    early, late = uuid.UUID(int=1), uuid.UUID(int=2**127)
    common: dict[str, Any] = {"queue": "scheduling", "kind": "schedule", "max_attempts": 3, "time_limit_s": 0.1}
    times = {"run_at": NOW, "created": MICROSECOND}
    connection.execute(insert(job).values(id=late, state="STARTED", args=AWKWARD_JSON, worker="w", **common, **times))
    connection.execute(insert(job).values(id=early, state="QUEUED", args=[], depends_on=late, **common, **times))
    connection.execute(insert(schedule_explanation).values(job_id=late, document=bytes(range(256))))
    announce(connection, Change(about=About.JOB, job=str(late), state="STARTED", fraction=1 / 3, text="line\nbreak"))


def _fill_annotations(connection: Connection, source_id: int) -> None:
    values = {"content": "line\nbreak \u2028 end", "start": MICROSECOND, "end": NOW, "type": "label"}
    noted = connection.execute(insert(annotation).values(source_id=source_id, **values)).inserted_primary_key
    assert noted is not None
    for table, column in (
        (annotations_accounts, "account_id"),
        (annotations_assets, "asset_id"),
        (annotations_sensors, "sensor_id"),
    ):
        connection.execute(insert(table).values({"annotation_id": noted[0], column: 1}))


def _fill_beliefs(connection: Connection, store: BeliefStore, sensor_id: int, source_ids: list[int]) -> None:
    """Two sources, around the change of the clocks, three beliefs per event, the last one a distribution."""
    sensor = get_sensor(connection, sensor_id)
    starts = to_us(datetime(2026, 3, 28, 22, tzinfo=UTC)) + QUARTER_US * np.arange(16)
    values = np.resize(np.array(AWKWARD_VALUES), len(starts))
    for source_id in source_ids:
        for n in range(3):
            at = MICROSECOND + timedelta(hours=n)
            beliefs = Beliefs.points(
                sensor_id=sensor_id,
                source_id=source_id,
                event_start_us=starts,
                belief_time_us=to_us(at),
                event_value=np.roll(values, n),
            )
            record_beliefs(connection, store, sensor, beliefs)
        record_beliefs(connection, store, sensor, _distribution(sensor_id, source_id, starts))


def _record(connection: Connection, store: BeliefStore, sensor_id: int, source_id: int, value: float) -> None:
    beliefs = Beliefs.points(
        sensor_id=sensor_id,
        source_id=source_id,
        event_start_us=np.array([to_us(NOW)]),
        belief_time_us=to_us(NOW),
        event_value=np.array([value]),
    )
    record_beliefs(connection, store, get_sensor(connection, sensor_id), beliefs)


def _distribution(sensor_id: int, source_id: int, starts: Any) -> Beliefs:
    quantiles = np.array([0.1, 0.5, 0.9])
    n = len(starts) * len(quantiles)
    return Beliefs(
        sensor_id=np.full(n, sensor_id),
        event_start_us=np.repeat(starts, len(quantiles)),
        source_id=np.full(n, source_id),
        belief_time_us=np.full(n, to_us(MICROSECOND + timedelta(days=2))),
        cumulative_probability=np.tile(quantiles, len(starts)),
        event_value=np.arange(n) / 7,
    )
