"""What a scheduling job tells of itself, whatever its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text
from sqlalchemy import Connection

from wattloom.assets import asset_names
from wattloom.cli.show.figures import BAD, GOOD, WARNING, digits, duration, money, percent, seconds
from wattloom.cli.show.latest import age
from wattloom.cli.show.output import cell
from wattloom.jobs import Job, JobState
from wattloom.scheduling import ScheduleArguments
from wattloom.timeseries import list_sensors
from wattloom.timeseries.tables import sensor as sensor_table

_SHORT_ID = 8

_COLOURS = {JobState.FINISHED: GOOD, JobState.FAILED: BAD, JobState.CANCELED: WARNING, JobState.STARTED: "cyan"}


@dataclass(frozen=True, slots=True)
class Summary:
    """A job in a few words.

    Attributes:
        job: The job.
        name: Of what it plans; None when that has been deleted.
        start: Start of the plan.
        end: End of the plan.
        zone: The calendar of the plan.
        scheduler: Who plans, or has planned; of a sequence, the last one.
    """

    job: Job
    name: str | None
    start: datetime
    end: datetime
    zone: ZoneInfo
    scheduler: str

    @property
    def short_id(self) -> str:
        """As much of the id as lists show."""
        return str(self.job.id)[:_SHORT_ID]

    @property
    def subject(self) -> str:
        """What it plans, with its id."""
        kind, item_id = self.job.entity or ("nothing", 0)
        return f"{kind} {item_id}" if self.name is None else f"{self.name} ({kind} {item_id})"

    @property
    def cost(self) -> float | None:
        """The sum of all costs; None before there is a plan."""
        costs = self._told("scheduler-info", {}).get("commitment_costs")
        return None if costs is None else sum(costs.values())

    @property
    def unmet(self) -> list[str]:
        """The fields of targets that are missed, each once."""
        fields = [field for each in self._told("unresolved", ()) for field in each if field != "asset"]
        return list(dict.fromkeys(fields))

    @property
    def remark(self) -> str:
        """What is wrong, or how far it is, in one line; empty where all is well."""
        if self.job.state is JobState.FINISHED:
            return f"Unmet targets: {', '.join(self.unmet)}." if self.unmet else ""
        if self.job.error is not None:
            return f"{self.job.error.type}: {' '.join(self.job.error.message.split())}"
        return progress_text(self.job) if self.job.state is JobState.STARTED else ""

    def row(self, *, now: datetime) -> dict[str, Any]:
        """Return the job as cells of a table."""
        length_h = (self.end - self.start).total_seconds() / 3600
        return {
            "id": self.short_id,
            "of": self.subject,
            "asked": age(self.job.created, now=now),
            "plans": f"{cell(self.start)[5:]} +{digits(length_h)}h",
            "state": state_text(self),
            "cost": money(self.cost, self._told("currency", ""), is_gain=False),
            "gap": percent(self._told("gap")),
            "solver": seconds(self._told("solve-s")),
        }

    def json(self) -> dict[str, Any]:
        """Return the job for programs; gap as a share, the solver's time in seconds."""
        job, (kind, item_id) = self.job, self.job.entity or (None, None)
        error = job.error and {"type": job.error.type, "message": job.error.message} | dict(job.error.details)
        return {
            "id": str(job.id),
            "kind": kind,
            "subject_id": item_id,
            "name": self.name,
            "asked": job.created,
            "belief_time": job.belief_time,
            "start": self.start,
            "end": self.end,
            "timezone": self.zone.key,
            "state": str(job.state),
            "attempts": job.attempts,
            "started": job.started,
            "ended": job.ended,
            "progress": job.progress and {"fraction": job.progress.fraction, "text": job.progress.text},
            "scheduler": self.scheduler,
            "cost": self.cost,
            "currency": self._told("currency"),
            "gap": self._told("gap"),
            "is_optimal": self._told("is-optimal"),
            "solve_s": self._told("solve-s"),
            "unmet": self.unmet,
            "error": error,
        }

    def _told(self, name: str, otherwise: Any = None) -> Any:
        return (self.job.result or {}).get(name, otherwise)


def summaries(connection: Connection, jobs: list[Job]) -> list[Summary]:
    """Return jobs in a few words, with the names of what they plan."""
    ids: dict[str, set[int]] = {"asset": set(), "sensor": set()}
    for job in jobs:
        if job.entity is not None:
            ids[job.entity[0]].add(job.entity[1])
    sensors = list_sensors(connection, sensor_table.c.id.in_(ids["sensor"]))
    names = {
        "asset": asset_names(connection, sorted(ids["asset"])),
        "sensor": {sensor.id: sensor.name for sensor in sensors},
    }
    return [_summary(job, names) for job in jobs]


def state_text(summary: Summary) -> Text:
    """Return the state in its colour; yellow for a plan that misses targets."""
    state = summary.job.state
    return Text(str(state), style=WARNING if summary.unmet else _COLOURS.get(state, ""))


def progress_text(job: Job) -> str:
    """Return how far a running job is."""
    if job.progress is None:
        return "It has begun."
    return f"{job.progress.fraction:.0%} done: {job.progress.text}"


def facts(summary: Summary, *, now: datetime) -> dict[str, Any]:
    """Return what is known about a job, as lines of facts."""
    job, zone = summary.job, summary.zone
    return {
        "id": str(job.id),
        "of": summary.subject,
        "asked": f"{cell(job.created)}, {age(job.created, now=now)}",
        "plans": f"{summary.start.astimezone(zone):%Y-%m-%d %H:%M} to {summary.end.astimezone(zone):%Y-%m-%d %H:%M} "
        f"({zone.key})",
        "by": summary.scheduler,
        "state": state_text(summary),
        "attempt": f"{job.attempts} of {job.max_attempts}" if job.attempts else None,
        "progress": _progress(job, now=now),
        "took": _took(job),
    }


def _progress(job: Job, *, now: datetime) -> str | None:
    match job.state:
        case JobState.STARTED:
            return f"{progress_text(job)} (since {age(job.started or job.created, now=now).removesuffix(' ago')})"
        case JobState.QUEUED:
            again = "It is tried again" if job.error is not None else "It waits"
            return f"{again}: a worker takes it up while a server (wattloom serve) runs on these data."
        case JobState.DEFERRED:
            return f"It waits for job {job.depends_on}."
    return None


def _took(job: Job) -> str | None:
    if job.ended is None or job.started is None:
        return None
    text = duration((job.ended - job.started).total_seconds())
    solve_s = (job.result or {}).get("solve-s")
    return text if solve_s is None else f"{text}, the solver {duration(solve_s)} of it"


def _summary(job: Job, names: Mapping[str, Mapping[int, str]]) -> Summary:
    arguments = ScheduleArguments.from_json(job.args)
    kind, item_id = job.entity or ("asset", 0)
    info = (job.result or {}).get("scheduler-info", {})
    return Summary(
        job=job,
        name=names[kind].get(item_id),
        start=min(window.start for window in arguments.windows),
        end=max(window.end for window in arguments.windows),
        zone=arguments.calendar,
        scheduler=info.get("scheduler", arguments.schedulers[-1]),
    )
