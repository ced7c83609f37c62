"""What may be long and is converted row by row: annotations, audit logs, and reports of tasks."""

from typing import Any

from sqlalchemy import Row

from wattloom.accounts import shortened
from wattloom.accounts.tables import audit_log, latest_task_run
from wattloom.annotations.tables import annotation, annotations_accounts, annotations_assets, annotations_sensors
from wattloom.assets.tables import asset_audit_log
from wattloom.transfer.flexmeasures import layout
from wattloom.transfer.flexmeasures.copied import Streamed, Values, aware


def logs() -> list[Streamed]:
    """Return annotations, what they are attached to, both audit logs, and when tasks last ran."""
    return [
        Streamed(layout.ANNOTATIONS, annotation, _annotation),
        Streamed(layout.ANNOTATIONS_ACCOUNTS, annotations_accounts, _same),
        Streamed(layout.ANNOTATIONS_ASSETS, annotations_assets, _attached_to_asset),
        Streamed(layout.ANNOTATIONS_SENSORS, annotations_sensors, _same),
        Streamed(layout.AUDIT, audit_log, _record),
        Streamed(layout.ASSET_AUDIT, asset_audit_log, _record),
        Streamed(layout.TASK_RUNS, latest_task_run, _task_run),
    ]


def _annotation(row: Row[Any]) -> Values:
    values = row._asdict()
    return values | {name: aware(values[name]) for name in ("start", "end", "belief_time")}


def _attached_to_asset(row: Row[Any]) -> Values:
    return {"annotation_id": row.annotation_id, "asset_id": row.generic_asset_id}


def _record(row: Row[Any]) -> Values:
    return row._asdict() | {"event_datetime": aware(row.event_datetime), "event": shortened(row.event or "")}


def _task_run(row: Row[Any]) -> Values:
    return {"name": row.name, "datetime": aware(row.datetime), "status": row.status is not False}


def _same(row: Row[Any]) -> Values:
    return row._asdict()
