"""Whether the data of an asset are fresh, and what its jobs do."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Response

from wattloom.accounts import Action, policy
from wattloom.assets import (
    Asset,
    AssetScope,
    asset_names,
    inherited_flex_context,
    list_assets,
    references_in,
    sensor_resources,
    sensors_of_assets,
)
from wattloom.db import Listing
from wattloom.errors import NotFoundError
from wattloom.http import PageVisit, ReadableAsset, Visit, make_router
from wattloom.jobs import Job
from wattloom.language import gettext as _
from wattloom.scheduling import WHAT_IF_KIND
from wattloom.timeseries import Freshness, Sensor, freshness_of_sensors, get_sensors
from wattloom.web.assets.asset_page import asset_page
from wattloom.web.assets.latest_values import LatestValue, latest_values
from wattloom.web.rendering import Pages
from wattloom.web.tasks.job_page import JobFacts, job_facts, show_job
from wattloom.web.times import reading_times, span

MAX_JOBS: Final = 50
_MAX_ENTITIES: Final = 1000
_QUEUES = frozenset({"scheduling", "forecasting"})
_BAR: Final = 100
"""Length of a bar; data at the limit of being stale fill half of it."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """How fresh what one type of source states is.

    Attributes:
        source_type: The type; None where nothing is recorded.
        is_stale: Whether it is too old, or does not reach far enough ahead; None where nothing says what is too old.
        filled: Of a bar of 100; 50 at the limit of being stale.
        text: How fresh, in words.
        reason: Why it counts as stale or not.
    """

    source_type: str | None
    is_stale: bool | None
    filled: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class SensorRow:
    """A sensor with its freshness."""

    sensor: Sensor
    asset_name: str
    gauges: tuple[Gauge, ...]
    reading: LatestValue | None

    @property
    def is_stale(self) -> bool:
        """Whether nothing is recorded, or anything is stale."""
        return any(gauge.is_stale for gauge in self.gauges)


def status_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/<id>/status``, and of the details of a job there."""
    router = make_router()

    @router.get("/assets/{id}/status")
    def show_status(asset: ReadableAsset, visit: Visit) -> Response:
        concerned = _concerned(visit, asset)
        rows = _sensor_rows(visit, concerned)
        # What is planned with or shown stands first; each part shows what is stale first.
        rows.sort(key=lambda row: (not row.is_stale, row.asset_name.lower(), row.sensor.name.lower()))
        context = {
            "page": asset_page(visit, asset),
            "used": [row for row in rows if row.sensor.id in concerned.used],
            "others": [row for row in rows if row.sensor.id not in concerned.used],
            "n_stale": sum(row.is_stale for row in rows),
            "jobs": _job_rows(visit, concerned),
            **reading_times(visit),
        }
        return pages.show("assets/status.html", visit, context)

    @router.get("/assets/{id}/status/jobs/{job_id}")
    def show_job_of_asset(asset: ReadableAsset, job_id: uuid.UUID, visit: Visit) -> Response:
        concerned = _concerned(visit, asset)
        job = visit.services.jobs.get(visit.connection, job_id)
        if job.entity not in concerned.names or not _is_shown(job):
            raise NotFoundError("job", job_id)
        return show_job(
            pages, visit, job, above=[(asset.name, f"/assets/{asset.id}"), (_("Status"), f"/assets/{asset.id}/status")]
        )

    return router


@dataclass(frozen=True, slots=True)
class _Concerned:
    """What the status of an asset is about.

    Attributes:
        sensors: Those on the asset and below it, and what its flex-config and graphs refer to, if readable.
        used: Ids of those that its flex-config or graphs refer to.
        places: Names of the assets of the sensors, by id.
        names: Of all that jobs may concern, by kind and id.
    """

    sensors: Sequence[Sensor]
    used: frozenset[int]
    places: Mapping[int, str]
    names: Mapping[tuple[str, int], str]


def _concerned(visit: PageVisit, asset: Asset) -> _Concerned:
    below = list_assets(visit.connection, visit.user, AssetScope(root_id=asset.id), Listing()).items
    context = inherited_flex_context(visit.connection, asset.id)
    used = _sensors_in("flex_context", context) | {
        sensor_id
        for each in below
        for field in ("flex_context", "flex_model", "sensors_to_show")
        for sensor_id in _sensors_in(field, getattr(each, field))
    }
    own = {sensor.id: sensor for sensor in sensors_of_assets(visit.connection, [each.id for each in below])}
    elsewhere = sensor_resources(visit.connection, used - own.keys())
    readable = [i for i, resource in elsewhere.items() if policy.allows(visit.user, Action.READ, resource)]
    sensors = own | get_sensors(visit.connection, readable)
    places = asset_names(visit.connection, {sensor.asset_id for sensor in sensors.values()})
    names = {("asset", each.id): each.name for each in below}
    names |= {("sensor", i): sensor.name for i, sensor in own.items()}
    return _Concerned([*sensors.values()], frozenset(used), places, names)


def _sensors_in(field: str, value: Any) -> set[int]:
    return {item_id for kind, item_id in references_in(field, value) if kind == "sensor"}


def _sensor_rows(visit: PageVisit, concerned: _Concerned) -> list[SensorRow]:
    sensors = concerned.sensors
    judged: dict[int, list[Gauge]] = {}
    for found in freshness_of_sensors(visit.connection, visit.services.beliefs, sensors, now=visit.now):
        judged.setdefault(found.sensor.id, []).append(_gauge(found))
    readings = latest_values(visit, sensors)
    return [
        SensorRow(
            sensor,
            concerned.places[sensor.asset_id],
            tuple(judged.get(sensor.id, ())),
            readings.get(sensor.id),
        )
        for sensor in sensors
    ]


def _gauge(found: Freshness) -> Gauge:
    if found.staleness is None or found.limit is None:
        text = _("nothing recorded") if found.source_type is None else _("nothing ahead")
        return Gauge(found.source_type, found.is_stale, 0, text, found.reason)
    age, limit = found.staleness, found.limit
    if age > timedelta(0):
        text = _("%(span)s old", span=span(age))
        if limit <= timedelta(0):
            # Samples that come at any time have no resolution, from which a limit would follow.
            reason = _("its attribute status_specs may say what is too old")
            return Gauge(found.source_type, None, 0, text, reason)
        filled = _BAR * (1 - age / (2 * limit))
        reason = _("fresh up to %(span)s", span=span(limit))
    else:
        filled = _BAR * age / (2 * limit) if limit < timedelta(0) else float(_BAR)
        text = _("reaches %(span)s ahead", span=span(-age))
        reason = _("should reach %(span)s ahead", span=span(-limit))
    return Gauge(found.source_type, found.is_stale, round(min(_BAR, max(0.0, filled))), text, reason)


def _job_rows(visit: PageVisit, concerned: _Concerned) -> list[JobFacts]:
    entities = list(concerned.names)[:_MAX_ENTITIES]
    jobs = visit.services.jobs.list_for(visit.connection, entities, limit=MAX_JOBS)
    return [
        job_facts(job, concerned.names[job.entity] if job.entity else "", now=visit.now)
        for job in jobs
        if _is_shown(job)
    ]


def _is_shown(job: Job) -> bool:
    return job.queue in _QUEUES and job.kind != WHAT_IF_KIND
