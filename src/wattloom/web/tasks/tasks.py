"""The jobs of the whole server: how many, and which; and each by itself."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from wattloom.accounts import Action, policy
from wattloom.http import Visit, make_router
from wattloom.jobs import JobState, count_jobs, list_jobs
from wattloom.language import gettext as _
from wattloom.web.rendering import Pages
from wattloom.web.tables import listing_of, table_state
from wattloom.web.tasks.job_page import (
    PLATFORM,
    in_language,
    may_steer,
    places,
    resource_of,
    severity_of,
    show_job,
    state_names,
    what_is_made,
)
from wattloom.web.times import reading_times

_SORTABLE: Final = frozenset({"created", "started", "ended"})


def task_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/tasks``; a job is where FlexMeasures has it, too."""
    router = make_router()

    @router.get("/tasks")
    def show_tasks(visit: Visit, queue: str = "", state: str = "") -> Response:
        policy.check(visit.user, Action.READ, PLATFORM)
        counts = count_jobs(visit.connection)
        states = [JobState(state)] if state in set(JobState) else []
        listing = listing_of(visit.request, _SORTABLE)
        found = list_jobs(visit.connection, listing, queue=queue or None, states=states)
        context = {
            "jobs": found.items,
            "places": places(visit, [job.entity for job in found.items if job.entity is not None]),
            "queues": sorted({name for name, _state in counts}),
            "states": list(JobState),
            "counts": counts,
            "queue": queue,
            "state": state,
            "state_names": state_names(),
            "severity_of": severity_of,
            "in_language": in_language,
            "what_is_made": what_is_made,
            "table": table_state(visit.request, listing, found.n_filtered, queue=queue, state=state),
            "may_steer": may_steer(visit, PLATFORM),
            **reading_times(visit),
        }
        return pages.show("tasks/tasks.html", visit, context)

    @router.get("/tasks/0/view/job/{uuid}")
    def show_one(uuid: UUID, visit: Visit) -> Response:
        job = visit.services.jobs.get(visit.connection, uuid)
        policy.check(visit.user, Action.READ, resource_of(visit, job))
        return show_job(pages, visit, job, above=[(_("Tasks"), "/tasks")] if visit.user.reads_everything else [])

    @router.get("/tasks/{rest:path}")
    def show_elsewhere(visit: Visit, rest: str) -> Response:  # noqa: ARG001 - other views of FlexMeasures lead to the list
        policy.check(visit.user, Action.READ, PLATFORM)
        return RedirectResponse("/tasks", status_code=302)

    return router
