"""The changes that are told, as few facts as let a reader fetch the rest.

Identity and place only: values, names and what people wrote stay behind the
rules of who may read what.
"""

from enum import StrEnum

import msgspec


class About(StrEnum):
    """What kind of thing has changed."""

    BELIEFS = "beliefs"
    JOB = "job"
    ASSET = "asset"
    SENSOR = "sensor"
    ANNOTATIONS = "annotations"


class Done(StrEnum):
    """What was done to an asset or a sensor."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that a transaction changed; what does not apply is None.

    Attributes:
        about: What kind of thing.
        asset: The asset that was changed, that a job or annotation concerns, or that a sensor was part of.
        sensor: The sensor that was changed, or whose beliefs were, or that a job or annotation concerns.
        account: Of assets, sensors and annotations, the account that owned them then; None for public ones.
        done: What was done to an asset or sensor; new children of an asset are an update, too.
        job: Id of a job.
        state: That of the job.
        fraction: How far the job is, from 0 to 1.
        text: What the job is doing.
        start_us: Where the first event about which beliefs changed starts [µs, UTC].
        end_us: Where the last one ends [µs, UTC].
    """

    about: About
    asset: int | None = None
    sensor: int | None = None
    account: int | None = None
    done: Done | None = None
    job: str | None = None
    state: str | None = None
    fraction: float | None = None
    text: str | None = None
    start_us: int | None = None
    end_us: int | None = None
