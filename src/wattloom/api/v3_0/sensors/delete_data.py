"""Delete data: which part of what is recorded on a sensor."""

from pydantic import BaseModel, ConfigDict, Field

from wattloom.api.fields import Instant
from wattloom.http import Id


class DeletedData(BaseModel):
    """Which data go; nothing given means all of them."""

    model_config = ConfigDict(extra="forbid")

    source: Id | None = Field(None, description="Only what this data source stated.")
    start: Instant | None = Field(None, description="Only events that start here or later.")
    until: Instant | None = Field(None, description="Only events that end here or earlier.")
