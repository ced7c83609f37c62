"""Jobs as clients see them."""

import hashlib
from datetime import datetime
from typing import Any

import orjson
from typing_extensions import TypedDict

from wattloom.jobs import Job, JobState
from wattloom.scheduling import scheduler_of

JobJson = TypedDict(
    "JobJson",
    {
        "status": str,
        "message": str,
        "result": dict[str, Any] | None,
        "origin": str,
        "func-name": str,
        "enqueued-at": str | None,
        "started-at": str | None,
        "ended-at": str | None,
        "exc-info": str | None,
        "func_name": str,
        "enqueued_at": str | None,
        "started_at": str | None,
        "ended_at": str | None,
        "exc_info": str | None,
    },
)
"""A job by itself: names with hyphens, and again with underscores."""


class AssetJobJson(TypedDict):
    """A job among those of an asset; ``asset_id`` is the id of the asset or sensor, ``metadata`` holds JSON."""

    job_id: str
    queue: str
    asset_or_sensor_type: str
    asset_id: int
    entity: str
    status: str
    err: str | None
    enqueued_at: str
    metadata: str
    metadata_hash: str


class AssetJobsJson(TypedDict):
    """The jobs of an asset; there is no Redis, so that its error is always null."""

    jobs: list[AssetJobJson]
    redis_connection_err: str | None
    status: int


_WORDS = {
    JobState.QUEUED: "is waiting to be processed",
    JobState.DEFERRED: "is waiting for another job",
    JobState.STARTED: "is being processed",
    JobState.FINISHED: "has finished",
    JobState.CANCELED: "has been canceled",
}
_CLASSES = {"asset": "GenericAsset", "sensor": "Sensor"}


def job_json(job: Job, *, has_traceback: bool) -> JobJson:
    """Return a job by itself.

    Args:
        job: As it stands.
        has_traceback: Whether to tell where in our code it failed, which is for admins only.
    """
    words = _WORDS.get(job.state) or f"has failed with {_reason(job)}"
    enqueued, started, ended = (_iso(at) for at in (job.created, job.started, job.ended))
    failure = _failure(job, has_traceback=has_traceback)
    return {
        "status": str(job.state),
        "message": f"{job.queue.capitalize()} job {words}.",
        "result": dict(job.result) if job.result is not None and job.state is JobState.FINISHED else None,
        "origin": job.queue,
        "func-name": job.kind,
        "enqueued-at": enqueued,
        "started-at": started,
        "ended-at": ended,
        "exc-info": failure,
        "func_name": job.kind,
        "enqueued_at": enqueued,
        "started_at": started,
        "ended_at": ended,
        "exc_info": failure,
    }


def asset_job_json(job: Job, name: str) -> AssetJobJson:
    """Return a job among those of an asset.

    Args:
        job: As it stands.
        name: Name of the asset or sensor that it concerns.
    """
    assert job.entity is not None
    kind, subject_id = job.entity
    metadata = orjson.dumps(_metadata(job), option=orjson.OPT_SORT_KEYS)
    return {
        "job_id": str(job.id),
        "queue": job.queue,
        "asset_or_sensor_type": kind,
        "asset_id": subject_id,
        "entity": f"{kind}: {name} (Id: {subject_id})",
        "status": job.state.lower(),
        "err": None if job.error is None else _reason(job),
        # compat: UTC without an offset (tests/integration/api/test_asset_jobs.py).
        "enqueued_at": job.created.replace(tzinfo=None).isoformat(),
        "metadata": metadata.decode(),
        "metadata_hash": hashlib.sha256(metadata).hexdigest(),
    }


def _metadata(job: Job) -> dict[str, Any]:
    assert job.entity is not None
    kind, subject_id = job.entity
    told = {
        "job_id": str(job.id),
        "asset_or_sensor": {"id": subject_id, "class": _CLASSES[kind]},
        "scheduler_kwargs": dict(job.args) | {"belief_time": _iso(job.belief_time)},
        "scheduler_info": {"scheduler": scheduler_of(job)},
    }
    if job.state is JobState.FINISHED:
        told["data_source_info"] = (job.result or {})["sources"][-1]
    if job.error is not None:
        told["exception"] = _reason(job)
    return told


def _failure(job: Job, *, has_traceback: bool) -> str | None:
    if job.error is None:
        return None
    return (has_traceback and job.error.traceback) or _reason(job)


def _reason(job: Job) -> str:
    return f"{job.error.type}: {job.error.message.rstrip('.')}" if job.error is not None else "no reason"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
