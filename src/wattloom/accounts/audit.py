"""Records of what was done to accounts and users."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert

from wattloom.accounts.tables import audit_log
from wattloom.accounts.user import User

MAX_EVENT = 500
MAX_DETAILS = 20_000
"""Longest facts that are kept whole [bytes of JSON]."""

_HALF = 247


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that was done.

    Attributes:
        text: In words, those of FlexMeasures where it has them.
        action: What kind of thing it is, for programs: ``<kind>.<done>``, for example ``asset.updated``.
        details: The facts as JSON, for example ``{"field": "name", "from": "a", "to": "b"}``; never a secret.
            Where they are longer than :data:`MAX_DETAILS`, only the fields of ``changes`` are kept: attributes
            of megabytes, changed again and again, would fill the log and the answers that show it.
    """

    text: str
    action: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def columns(self, by: User | None, now: datetime) -> dict[str, Any]:
        """Return what both audit logs keep of it.

        Args:
            by: Who did it; None for the command line.
            now: When.
        """
        return {
            "event_datetime": now,
            "event": shortened(self.text),
            "action": self.action,
            "details": _shortened_details(self.details),
            "active_user_name": by.username if by is not None else None,
            "active_user_id": by.id if by is not None else None,
        }


def record_audit(
    connection: Connection,
    event: AuditEvent,
    *,
    by: User | None,
    now: datetime,
    user_id: int | None = None,
    account_id: int | None = None,
) -> None:
    """Record that something was done to a user, an account, or both.

    Args:
        connection: The transaction in which it was done.
        event: What was done.
        by: Who did it; None for the command line.
        now: When.
        user_id: The user concerned.
        account_id: The account concerned.
    """
    concerned = {"affected_user_id": user_id, "affected_account_id": account_id}
    connection.execute(insert(audit_log).values(event.columns(by, now) | concerned))


def shortened(event: str) -> str:
    """Return the beginning and the end of texts that are longer than the log takes."""
    return event if len(event) <= MAX_EVENT else f"{event[:_HALF]} ... {event[-_HALF:]}"


def _shortened_details(details: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(details)
    if "changes" in kept and len(orjson.dumps(kept, option=orjson.OPT_NON_STR_KEYS)) > MAX_DETAILS:
        kept["changes"] = [{"field": change["field"]} for change in kept["changes"]]
    return kept
