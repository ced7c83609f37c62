"""Explanations as they are kept: one per schedule, for as long as its job is."""

import uuid
from typing import Any

from sqlalchemy import Connection, insert, select

from wattloom.scheduling.explanation import unpacked
from wattloom.scheduling.tables import schedule_explanation


def store_explanation(connection: Connection, job_id: uuid.UUID, content: bytes) -> None:
    """Keep a packed explanation, in the transaction that ends its job."""
    connection.execute(insert(schedule_explanation).values(job_id=job_id, document=content))


def read_explanation(connection: Connection, job_id: uuid.UUID) -> dict[str, Any] | None:
    """Return the explanation of a schedule; None when none was made."""
    found = select(schedule_explanation.c.document).where(schedule_explanation.c.job_id == job_id)
    content = connection.scalar(found)
    return None if content is None else unpacked(content)
