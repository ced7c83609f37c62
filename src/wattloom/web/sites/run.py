"""What the panel starts from that makes plans and tries them out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response

from wattloom.assets import Asset, inherited_flex_context, list_assets_below
from wattloom.http import ExtensibleAsset, PageVisit, Visit, make_router
from wattloom.language import gettext as _
from wattloom.periods import Period
from wattloom.scheduling import JOB_KIND, ScheduleArguments
from wattloom.sites import electricity_of, quantity_of, read_detailed_plan
from wattloom.web.rendering import Pages
from wattloom.web.sites.run_dials import (
    RECENT,
    Dial,
    RunDevice,
    connection_dials,
    price_dials,
    run_devices,
)

_DEFAULT_STEP = timedelta(minutes=15)
_HORIZON_TOP_H = 72.0
_JOBS_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class PlanLength:
    """How long plans of a site are, and how long their steps.

    Attributes:
        step: Plans start at whole steps.
        length: As that of the newest plan.
    """

    step: timedelta
    length: timedelta


@dataclass(frozen=True, slots=True)
class RunPanel:
    """The panel.

    Attributes:
        horizon: How long a plan is.
        connection: What may be tried out at the grid connection.
        prices: The same of prices; empty where none are known.
        devices: Those that can be planned.
        facts: What a request is made of besides, as JSON for the script.
    """

    horizon: Dial
    connection: tuple[Dial, ...]
    prices: tuple[Dial, ...]
    devices: tuple[RunDevice, ...]
    facts: dict[str, Any]


def run_routes(pages: Pages) -> APIRouter:
    """Return the route of the part of ``/assets/<id>/overview`` that makes plans."""
    router = make_router()

    @router.get("/assets/{id}/overview/run")
    def show_run(asset: ExtensibleAsset, visit: Visit) -> Response:
        return pages.html("sites/run.html", context={"site": asset, "panel": _panel(visit, asset)})

    return router


def _panel(visit: PageVisit, site: Asset) -> RunPanel:
    connection, now = visit.connection, visit.now
    usual = _plan_length(visit, site)
    start = _floored(now, usual.step)
    period = Period(start - RECENT, start + usual.length)
    plan = read_detailed_plan(connection, visit.services.beliefs, visit.user, site, period, now=now)
    assets = list_assets_below(connection, visit.user, [site.id])[site.id]
    devices = run_devices(plan, assets, now=start)
    dials, prices = connection_dials(plan), price_dials(plan)
    context = inherited_flex_context(connection, site.id)
    hours = usual.length / timedelta(hours=1)
    return RunPanel(
        horizon=Dial("horizon", _("How far ahead"), "h", 1, max(hours, _HORIZON_TOP_H), 1, hours, "duration"),
        connection=dials,
        prices=prices,
        devices=devices,
        facts={
            "site": site.id,
            "now": now.isoformat(),
            "stepS": usual.step.total_seconds(),
            "hours": hours,
            "zone": plan.zone.key,
            "connectionKw": quantity_of(electricity_of(context).get("site-power-capacity"), "kW"),
            "units": {dial.key: dial.unit for dial in prices},
            "commodities": context.get("commodities"),
            "present": {dial.key: dial.value for dial in dials if dial.is_known},
            "devices": [device.facts for device in devices],
        },
    )


def _plan_length(visit: PageVisit, site: Asset) -> PlanLength:
    """Return that of the newest plan, else what the settings say."""
    jobs = visit.services.jobs.list_for(visit.connection, [("asset", site.id)], limit=_JOBS_LOOKED_AT)
    newest = next((job for job in jobs if job.kind == JOB_KIND), None)
    if newest is None:
        return PlanLength(_DEFAULT_STEP, timedelta(hours=visit.services.options.planning_horizon_h))
    windows = ScheduleArguments.from_json(newest.args).windows
    end = max(window.end for window in windows)
    return PlanLength(min(window.step for window in windows), end - windows[0].start)


def _floored(now: datetime, step: timedelta) -> datetime:
    return now - timedelta(seconds=now.timestamp() % step.total_seconds())
