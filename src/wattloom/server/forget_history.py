"""Forget old history on all sensors, while others go on recording."""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, record_audit
from wattloom.periods import Period
from wattloom.server.backend import Backend
from wattloom.server.sweep import NOTHING, Sweep
from wattloom.timeseries import RemoveOutcome, Retention, Sensor, forget_history, sensors_with_history

_log = structlog.get_logger()
# Small, so that nobody waits long for his turn to write.
_ROWS_AT_ONCE = 50_000


def forget_history_of_all(backend: Backend, retention: Retention) -> RemoveOutcome:
    """Delete the superseded beliefs that were formed too long ago, and log how many."""
    now, outcome = backend.clock(), NOTHING
    latest = retention.latest(now)
    if latest is None:
        return outcome

    def removal(connection: Connection, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        return forget_history(connection, backend.beliefs, sensor, retention, period, now=now, dry_run=dry_run)

    sweep = Sweep(backend.database, removal, rows_at_once=_ROWS_AT_ONCE)
    with backend.database.read() as connection:
        sensors = sensors_with_history(connection, formed_by=latest)
    for sensor in sensors:
        outcome += sweep.carry_out(sensor)
    if outcome != NOTHING:
        _log.info("history forgotten", n_beliefs=outcome.n_superseded)
        _record(backend, outcome.n_superseded, latest, now)
    return outcome


def _record(backend: Backend, n_beliefs: int, formed_before: datetime, now: datetime) -> None:
    """Tell the audit log once for all sensors: a record for each every night would bury what people did."""
    text = f"Forgot {n_beliefs} superseded beliefs that were formed until {formed_before.isoformat()}"
    details = {"n_beliefs": n_beliefs, "formed_until": formed_before.isoformat()}
    with backend.database.write() as connection:
        record_audit(connection, AuditEvent(text, "history.forgotten", details), by=None, now=now)
