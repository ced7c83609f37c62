"""Audit records as clients see them."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from wattloom.accounts import AuditRecord


class AuditRecordJson(TypedDict):
    """Something that was done; the time is UTC without an offset."""

    event: str
    event_datetime: str
    active_user_name: str | None
    active_user_id: int | None
    action: str | None
    details: Mapping[str, Any] | None


def audit_json(record: AuditRecord) -> AuditRecordJson:
    """Return an audit record as clients see it."""
    return {
        "event": record.event,
        "event_datetime": record.event_time.replace(tzinfo=None).isoformat(),
        "active_user_name": record.user_name,
        "active_user_id": record.user_id,
        "action": record.action,
        "details": record.details,
    }
