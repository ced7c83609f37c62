"""Who states schedules among the beliefs."""

from collections.abc import Mapping
from typing import Any

import wattloom
from wattloom.jobs import Job
from wattloom.scheduling.schedulers import STORAGE, Scheduler
from wattloom.timeseries import NewSource, Source

_TYPE = "scheduler"

STORAGE_SOURCE = NewSource(name="Wattloom", type=_TYPE, model=STORAGE, version=wattloom.__version__)
"""Who states the values of schedules that the StorageScheduler has made."""


def source_of(scheduler: Scheduler) -> NewSource:
    """Return who states the values of schedules that a scheduler has made."""
    return NewSource(name=scheduler.author, type=_TYPE, model=scheduler.name, version=scheduler.version)


def scheduler_of(job: Job) -> str:
    """Return the name of the scheduler that makes a job's schedule, or has made it; of a sequence, of the last one."""
    stated: str = scheduler_info(job)["scheduler"]
    return stated


def scheduler_info(job: Job) -> Mapping[str, Any]:
    """Return what a job's scheduler tells: before it has ended, what it is called."""
    # Jobs that were written when there was one scheduler only name none.
    scheduler = job.args.get("schedulers", [STORAGE])[-1]
    told: Mapping[str, Any] = (job.result or {}).get("scheduler-info") or {"scheduler": scheduler}
    return told


def source_json(source: NewSource) -> dict[str, Any]:
    """Return what a job's result keeps of a source, for :func:`states_schedule`."""
    return {"name": source.name, "type": source.type, "model": source.model}


def states_schedule(source: Source, job: Job) -> bool:
    """Whether a job has recorded its schedule under a source, in any version."""
    # Jobs that ended when there was one scheduler only name no source.
    sources = (job.result or {}).get("sources", [source_json(STORAGE_SOURCE)])
    return source.lineage in [(each["name"], each["type"], each["model"]) for each in sources]
