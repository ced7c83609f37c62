"""Which schedules stand behind a plan."""

import uuid
from collections.abc import Mapping
from itertools import islice

import numpy as np
from sqlalchemy import Connection

from wattloom.assets import ancestor_ids
from wattloom.jobs import JobQueue, JobState
from wattloom.periods import from_us, to_us
from wattloom.sites.plan import SitePlan
from wattloom.timeseries import SCHEDULER

_MOST = 1000


def find_schedules(connection: Connection, jobs: JobQueue, plan: SitePlan, *, kind: str) -> Mapping[int, uuid.UUID]:
    """Return the jobs that made what a plan shows as planned, by the belief time of what they recorded [µs].

    Jobs of the site, of what is below and above it, and of their sensors are looked at, the newest thousand at most;
    those that have been forgotten are left out.

    Args:
        connection: Any transaction.
        jobs: The queue.
        plan: What is shown.
        kind: Of jobs that make schedules.
    """
    wanted = _belief_times_us(plan)
    found: dict[int, uuid.UUID] = {}
    if not wanted:
        return found
    assets = {plan.asset_id, *ancestor_ids(connection, plan.asset_id)}
    assets |= {series.asset_id for series in plan.series if series.asset_id is not None}
    sensors = {sensor_id for series in plan.series for sensor_id in series.sensor_ids}
    entities = [*(("asset", each) for each in sorted(assets)), *(("sensor", each) for each in sorted(sensors))]
    oldest = from_us(min(wanted))
    for job in islice(jobs.newest(connection, kind, entities=entities, state=JobState.FINISHED), _MOST):
        believed_us = to_us(job.belief_time or job.created)
        if believed_us in wanted:
            found.setdefault(believed_us, job.id)
        if len(found) == len(wanted) or job.created < oldest:
            break
    return found


def _belief_times_us(plan: SitePlan) -> frozenset[int]:
    """Return when the schedules in a plan count as believed."""
    scheduling = [source.id for source in plan.sources.values() if source.class_ == SCHEDULER]
    origins = [series.planned_origin for series in plan.series if series.planned_origin is not None]
    times_us = [origin.belief_time_us[np.isin(origin.source_id, scheduling)] for origin in origins]
    return frozenset(np.unique(np.concatenate(times_us)).tolist()) if times_us else frozenset()
