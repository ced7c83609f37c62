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
from wattloom.jobs import JobQueue, JobState
from wattloom.periods import parse_instant


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
    unresolved = (newest.result or {}).get("unresolved") or ()
    devices = list_assets(connection, user, AssetScope(root_id=site.id), Listing()).items if unresolved else ()
    names = {device.id: device.name for device in devices}
    return LastRun(
        job_id=newest.id,
        state=newest.state,
        ended=newest.ended,
        failure=newest.error.message if newest.error is not None else None,
        unmet=tuple(_unmet(unresolved, names)),
        notices=tuple((newest.result or {}).get("notices") or ()),
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
