"""The newest scheduling job of a site: when it ended, and what it could not keep."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.assets import Asset, AssetScope, list_assets
from wattloom.db import Listing
from wattloom.jobs import Job, JobQueue, JobState
from wattloom.periods import parse_instant
from wattloom.sites.site import Site


@dataclass(frozen=True, slots=True)
class Unmet:
    """A bound or target that a schedule could not keep.

    Attributes:
        device: Name of the device.
        field: ``soc-minima``, ``soc-maxima``, ``soc-targets``, ``soc-min`` or ``soc-max``.
        at: When it is missed most.
        violation_kwh: By how much [kWh].
    """

    device: str
    field: str
    at: datetime
    violation_kwh: float


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest scheduling job of a site.

    Attributes:
        job_id: Its id.
        state: Where it is.
        ended: When it ended, None before.
        failure: Why it failed, for people; None if it did not.
        unmet: What the schedule could not keep, worst tick of each.
        notices: What the schedule assumed about its inputs, in sentences.
    """

    job_id: uuid.UUID
    state: JobState
    ended: datetime | None
    failure: str | None
    unmet: tuple[Unmet, ...]
    notices: tuple[str, ...] = ()


def read_last_run(connection: Connection, jobs: JobQueue, user: User, site: Asset) -> LastRun | None:
    """Return the newest scheduling job that concerns a site as a whole.

    Args:
        connection: Any transaction.
        jobs: The queue.
        user: Who asks; devices that the user may not read are left out.
        site: The asset that schedules are triggered for.
    """
    newest = next(iter(jobs.list_for(connection, [("asset", site.id)], limit=1)), None)
    if newest is None:
        return None
    has_missed = bool((newest.result or {}).get("unresolved"))
    devices = list_assets(connection, user, AssetScope(root_id=site.id), Listing()).items if has_missed else ()
    return _last_run(newest, {device.id: device.name for device in devices})


def read_last_runs(connection: Connection, jobs: JobQueue, sites: Sequence[Site]) -> list[LastRun | None]:
    """Return the same for several sites, in their order and with one query."""
    newest = jobs.newest_of_each(connection, [("asset", site.asset.id) for site in sites])
    found = ((newest.get(("asset", site.asset.id)), site) for site in sites)
    return [
        None if job is None else _last_run(job, {device.id: device.name for device in site.devices.values()})
        for job, site in found
    ]


def _last_run(job: Job, names: Mapping[int, str]) -> LastRun:
    result = job.result or {}
    return LastRun(
        job_id=job.id,
        state=job.state,
        ended=job.ended,
        failure=job.error.message if job.error is not None else None,
        unmet=tuple(_unmet(result.get("unresolved") or (), names)),
        notices=tuple(result.get("notices") or ()),
    )


def _unmet(unresolved: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> Iterator[Unmet]:
    for entry in unresolved:
        name = names.get(entry["asset"])
        if name is not None:
            yield from _worst(name, {field: ticks for field, ticks in entry.items() if field != "asset"})


def _worst(device: str, missed: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Unmet]:
    for field, ticks in missed.items():
        violation_kwh, at = max((_kwh(tick["violation"]), tick["datetime"]) for tick in ticks)
        yield Unmet(device, field, parse_instant(at, field=field), violation_kwh)


def _kwh(text: str) -> float:
    """Read ``"3.1 kWh"``, as schedules report violations."""
    return float(text.removesuffix(" kWh"))
