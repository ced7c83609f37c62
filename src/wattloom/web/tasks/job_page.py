"""A job with everything that is known of it; lists of jobs, and the side panel of the status page, say it alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Response

from wattloom.accounts import Action, Kind, Resource, policy
from wattloom.assets import asset_names, subject_resource
from wattloom.http import PageVisit
from wattloom.jobs import Job, JobLine, JobState
from wattloom.language import gettext as _
from wattloom.mail import JOB_KIND as MAIL_KIND
from wattloom.scheduling import JOB_KIND as SCHEDULE_KIND
from wattloom.scheduling import WHAT_IF_KIND
from wattloom.timeseries import sensors_by_id
from wattloom.web.json_text import indented
from wattloom.web.rendering import Pages
from wattloom.web.times import reading_times

PLATFORM: Final = Resource(Kind.PLATFORM)
_SEVERITIES: Final = {JobState.FINISHED: "good", JobState.FAILED: "bad", JobState.CANCELED: "warn"}
_MAX_JSON: Final = 20_000

Entity = tuple[str, int]


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job in words and figures.

    Attributes:
        job: As it stands.
        title: What it makes, and for which asset or sensor.
        what: What it makes.
        state: The word for its state.
        severity: ``good``, ``warn``, ``bad`` or ``info``.
        duration_s: How long it worked, or has been working [s]; None before it began.
        gap: How far the plan may be from the best one, as a part of its cost; None where that does not apply.
        failure: Why it failed; empty unless it did.
    """

    job: Job
    title: str
    what: str
    state: str
    severity: str
    duration_s: float | None
    gap: float | None
    failure: str


def job_facts(job: Job, name: str, *, now: datetime) -> JobFacts:
    """Return a job in words and figures.

    Args:
        job: As it stands.
        name: Of the asset or sensor that it concerns; empty for none.
        now: The present.
    """
    length = None if job.started is None else (job.ended or now) - job.started
    gap = (job.result or {}).get("gap")
    return JobFacts(
        job=job,
        title=_title(job, name),
        what=what_is_made(job),
        state=state_names()[job.state],
        severity=severity_of(job.state),
        duration_s=None if length is None else length.total_seconds(),
        gap=gap if isinstance(gap, int | float) else None,
        failure=in_language(job.error.message) if job.error else "",
    )


def show_job(pages: Pages, visit: PageVisit, job: Job, *, above: Sequence[tuple[str, str]]) -> Response:
    """Return the page of a job; the status page takes a part out of it.

    Args:
        pages: Renders it.
        visit: Who looks, and may read the job.
        job: As it stands.
        above: Titles and addresses of what leads to it.
    """
    resource = resource_of(visit, job)
    place = places(visit, [job.entity]).get(job.entity) if job.entity else None
    # The text of a mail may hold a link or a code that lets somebody in.
    parameters = {} if job.kind == MAIL_KIND else job.args
    traceback = job.error.traceback if job.error and visit.user.is_admin else ""
    context = {
        "facts": job_facts(job, place[0] if place else "", now=visit.now),
        "above": above,
        "place": place,
        "texts": [
            (title, text)
            for title, text in (
                (_("Parameters"), _shown(parameters)),
                (_("Result"), _shown(job.result)),
                (_("Traceback"), traceback),
            )
            if text
        ],
        "may_steer": may_steer(visit, resource),
        "is_explained": job.kind == SCHEDULE_KIND and job.state is JobState.FINISHED,
        **reading_times(visit),
    }
    return pages.show("tasks/job.html", visit, context)


def resource_of(visit: PageVisit, job: Job) -> Resource:
    """Return what one needs permission for to see a job: what it concerns, else the server."""
    return subject_resource(visit.connection, job.entity) or PLATFORM


def may_steer(visit: PageVisit, resource: Resource) -> bool:
    """Return whether somebody may cancel jobs that concern something, and try them again."""
    action = Action.UPDATE if resource is PLATFORM else Action.CREATE_CHILDREN
    return policy.allows(visit.user, action, resource)


def places(visit: PageVisit, entities: Iterable[Entity]) -> Mapping[Entity, tuple[str, str]]:
    """Return the names and addresses of what jobs concern."""
    wanted = set(entities)
    assets = asset_names(visit.connection, [number for kind, number in wanted if kind == "asset"])
    sensors = sensors_by_id(visit.connection, [number for kind, number in wanted if kind == "sensor"])
    return {("asset", number): (name, f"/assets/{number}/status") for number, name in assets.items()} | {
        ("sensor", number): (sensor.name, f"/sensors/{number}") for number, sensor in sensors.items()
    }


def what_is_made(job: Job | JobLine) -> str:
    """Return in words what a job makes; what other packages' jobs make is not known."""
    if job.kind == WHAT_IF_KIND:
        return _("What-if")
    if job.kind == MAIL_KIND:
        return _("Mail")
    return {"scheduling": _("Schedule"), "forecasting": _("Forecast")}.get(job.queue, job.kind)


def state_names() -> Mapping[JobState, str]:
    """Return what the states of jobs are called."""
    return {
        JobState.QUEUED: _("waiting"),
        JobState.DEFERRED: _("waiting for another job"),
        JobState.STARTED: _("running"),
        JobState.FINISHED: _("done"),
        JobState.FAILED: _("failed"),
        JobState.CANCELED: _("canceled"),
    }


def in_language(said: str) -> str:
    """Return what a job says in the reader's language, if its text is one that is always the same; else in English."""
    return _(said)


def severity_of(state: JobState) -> str:
    """Return which colour and icon a state has: ``good``, ``warn``, ``bad`` or ``info``."""
    return _SEVERITIES.get(state, "info")


def _title(job: Job, name: str) -> str:
    if not name or job.kind == WHAT_IF_KIND:
        return what_is_made(job)
    titles = {
        "scheduling": _("Schedule of %(name)s", name=name),
        "forecasting": _("Forecast of %(name)s", name=name),
    }
    return titles.get(job.queue, what_is_made(job))


def _shown(facts: object) -> str:
    text = indented(facts) if facts else ""
    return text if len(text) <= _MAX_JSON else text[:_MAX_JSON] + "\n…"
