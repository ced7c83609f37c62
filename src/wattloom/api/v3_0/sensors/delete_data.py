"""Delete data: which part of what is recorded on a sensor."""

from pydantic import BaseModel, ConfigDict

from wattloom.api.fields import Instant
from wattloom.http import Id


class DeletedData(BaseModel):
    """Which data go; nothing given means all of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"source": 7, "start": "2026-05-01T00:00:00+02:00"}]},
    )

    source: Id | None = None
    start: Instant | None = None
    until: Instant | None = None
