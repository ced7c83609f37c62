"""Who watches what."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.api.job_access import check_job_readable
from wattloom.assets import ToldChange, asset_resource, sensor_resource
from wattloom.http import Id, Services


class Watched(BaseModel):
    """What a client wants to hear of; all that is given has to fit."""

    model_config = ConfigDict(extra="forbid")

    asset: Id | None = Field(None, description="Only what happens to an asset, all below it and their sensors.")
    sensor: Id | None = Field(None, description="Only what happens to a sensor.")
    job: UUID | None = Field(None, description="Only what happens to a job.")
    after: str | None = Field(
        None,
        max_length=2000,
        description="A position that was answered: what happened since. By default nothing that has happened already.",
    )

    def check(self, connection: Connection, services: Services, user: User) -> None:
        """Let pass who may read what is named.

        Raises:
            NotFoundError: Something does not exist.
            PermissionDeniedError: Something is not the user's to read.
        """
        if self.asset is not None:
            policy.check(user, Action.READ, asset_resource(connection, self.asset))
        if self.sensor is not None:
            policy.check(user, Action.READ, sensor_resource(connection, self.sensor))
        if self.job is not None:
            check_job_readable(connection, user, services.jobs.get(connection, self.job))


@dataclass(frozen=True, slots=True)
class Audience:
    """Somebody who watches something."""

    user: User
    watched: Watched

    def hears(self, told: ToldChange) -> bool:
        """Return whether a change is meant, and may be told."""
        watched, change = self.watched, told.change
        return (
            (watched.asset is None or watched.asset in told.above)
            and (watched.sensor is None or watched.sensor == change.sensor)
            and (watched.job is None or str(watched.job) == change.job)
            and policy.allows(self.user, Action.READ, told.resource)
        )
