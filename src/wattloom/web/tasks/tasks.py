"""The jobs of the whole server: how many, which, and one of them with everything that is known."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from wattloom.accounts import Action, Kind, Resource, policy
from wattloom.assets import asset_names, subject_resource
from wattloom.http import PageVisit, Visit, make_router
from wattloom.jobs import JobLine, JobState, count_jobs, list_jobs
from wattloom.language import gettext as _
from wattloom.mail import JOB_KIND as MAIL_KIND
from wattloom.scheduling import JOB_KIND as SCHEDULE_KIND
from wattloom.timeseries import sensors_by_id
from wattloom.web.json_text import indented
from wattloom.web.rendering import Pages
from wattloom.web.tables import listing_of, table_state
from wattloom.web.times import reading_times

_SORTABLE: Final = frozenset({"created", "started", "ended"})
_PLATFORM: Final = Resource(Kind.PLATFORM)
_MAX_JSON = 20_000


def task_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/tasks``; a job is where FlexMeasures has it, too."""
    router = make_router()

    @router.get("/tasks")
    def show_tasks(visit: Visit, queue: str = "", state: str = "") -> Response:
        policy.check(visit.user, Action.READ, _PLATFORM)
        counts = count_jobs(visit.connection)
        states = [JobState(state)] if state in set(JobState) else []
        listing = listing_of(visit.request, _SORTABLE)
        found = list_jobs(visit.connection, listing, queue=queue or None, states=states)
        context = {
            "jobs": found.items,
            "places": _places(visit, found.items),
            "queues": sorted({name for name, _state in counts}),
            "states": list(JobState),
            "counts": counts,
            "queue": queue,
            "state": state,
            "state_names": state_names(),
            "table": table_state(visit.request, listing, found.n_filtered, queue=queue, state=state),
            "may_steer": policy.allows(visit.user, Action.UPDATE, _PLATFORM),
            **reading_times(visit),
        }
        return pages.show("tasks/tasks.html", visit, context)

    @router.get("/tasks/0/view/job/{uuid}")
    def show_job(uuid: UUID, visit: Visit) -> Response:
        return pages.show("tasks/job.html", visit, _job_context(visit, uuid))

    @router.get("/tasks/{rest:path}")
    def show_elsewhere(visit: Visit, rest: str) -> Response:  # noqa: ARG001 - other views of FlexMeasures lead to the list
        policy.check(visit.user, Action.READ, _PLATFORM)
        return RedirectResponse("/tasks", status_code=302)

    return router


def state_names() -> dict[JobState, str]:
    """Return what the states of jobs are called."""
    return {
        JobState.QUEUED: _("waiting"),
        JobState.DEFERRED: _("waiting for another job"),
        JobState.STARTED: _("running"),
        JobState.FINISHED: _("done"),
        JobState.FAILED: _("failed"),
        JobState.CANCELED: _("canceled"),
    }


def _places(visit: PageVisit, jobs: list[JobLine]) -> dict[tuple[str, int], tuple[str, str]]:
    """Return the name and address of what jobs concern."""
    entities = {job.entity for job in jobs if job.entity is not None}
    assets = asset_names(visit.connection, [number for kind, number in entities if kind == "asset"])
    sensors = sensors_by_id(visit.connection, [number for kind, number in entities if kind == "sensor"])
    return {("asset", number): (name, f"/assets/{number}/status") for number, name in assets.items()} | {
        ("sensor", number): (sensor.name, f"/sensors/{number}") for number, sensor in sensors.items()
    }


def _job_context(visit: PageVisit, job_id: UUID) -> dict[str, object]:
    job = visit.services.jobs.get(visit.connection, job_id)
    resource = subject_resource(visit.connection, job.entity) or _PLATFORM
    policy.check(visit.user, Action.READ, resource)
    steering = Action.UPDATE if resource is _PLATFORM else Action.CREATE_CHILDREN
    return {
        "job": job,
        "state_names": state_names(),
        "took": _milliseconds((job.ended or visit.now) - job.started) if job.started else "",
        # The text of a mail may hold a link or a code that lets somebody in.
        "arguments": "" if job.kind == MAIL_KIND else _shown(job.args),
        "result": _shown(job.result),
        "traceback": job.error.traceback if job.error and visit.user.is_admin else "",
        "may_steer": policy.allows(visit.user, steering, resource),
        "is_schedule": job.kind == SCHEDULE_KIND and job.state is JobState.FINISHED,
        **reading_times(visit),
    }


def _milliseconds(length: timedelta) -> str:
    return f"{length / timedelta(milliseconds=1):,.0f} ms"


def _shown(facts: object) -> str:
    text = indented(facts)
    return text if len(text) <= _MAX_JSON else text[:_MAX_JSON] + "\n…"
