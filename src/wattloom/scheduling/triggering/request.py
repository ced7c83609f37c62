"""What somebody wants to be planned, and how much planning the server allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from wattloom.periods import Duration, Resolution
from wattloom.scheduling.own_schedulers import OWN_SCHEDULERS
from wattloom.scheduling.schedulers import Schedulers


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """A schedule that somebody wants.

    Attributes:
        subject: The asset whose devices are planned together, or the one sensor.
        start: When it is to start.
        duration: How long it is to last; None for the server's default.
        prior: Only what was believed then counts; None for now.
        resolution: Length of a step; None lets the sensors decide.
        flex_model: As sent: entries, or for a sensor one object.
        flex_context: As sent.
        is_sequential: Whether the devices are planned one after another, instead of together: in the order of
            the flex-model, those before being given for those after.
        forces_new_job: Whether an equal schedule that was asked for recently does not count.
        scheduler: Name of who is to plan; None lets attributes and types of assets decide.
    """

    subject: tuple[Literal["asset", "sensor"], int]
    start: datetime
    duration: Duration | None = None
    prior: datetime | None = None
    resolution: Resolution | None = None
    flex_model: Any = None
    flex_context: Any = None
    is_sequential: bool = False
    forces_new_job: bool = False
    scheduler: str | None = None


@dataclass(frozen=True, slots=True)
class PlanningLimits:
    """Settings of the server.

    Attributes:
        default_duration: Length of a schedule when none is asked for.
        max_steps: Longest schedule [steps].
        cache_duration: An equal request within this time gets the same job.
        job_time_limit_s: A worker that takes longer for what is planned at once is ended [s].
        schedulers: Those that can be chosen.
    """

    default_duration: timedelta = timedelta(hours=48)
    max_steps: int = 2520
    cache_duration: timedelta = timedelta(hours=1)
    job_time_limit_s: float = 180
    schedulers: Schedulers = OWN_SCHEDULERS
