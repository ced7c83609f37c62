"""A site's past and plan on one grid, as columnar JSON."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query

from wattloom.api.v4.site_plan_json import SitePlanJson, plan_json
from wattloom.errors import PeriodError
from wattloom.http import CurrentUser, JsonResponse, ReadableAsset, ReadConnection, ServicesDep, make_router
from wattloom.periods import Period, parse_instant
from wattloom.scheduling import JOB_KIND
from wattloom.sites import find_schedules, read_detailed_plan, read_last_run

LONGEST = timedelta(days=400)

router = make_router(prefix="/v4", tags=["Plans"])


@router.get("/assets/{id}/plan", summary="The past and the plan of a site", response_model=SitePlanJson)
def get_plan(
    asset: ReadableAsset,
    services: ServicesDep,
    connection: ReadConnection,
    user: CurrentUser,
    start: Annotated[str, Query(description="Where to begin.", examples=["2026-03-01T00:00:00+01:00"])],
    end: Annotated[
        str, Query(description="Where to end, at most 400 days later.", examples=["2026-03-03T00:00:00+01:00"])
    ],
) -> JsonResponse:
    """Return prices, power and stored energy of a site and its devices on one regular grid, with their limits.

    Power is in kW with consumption positive, stored energy in kWh, unknown
    values are null. Up to ``now`` the values are what was measured where it was; what had been planned stands in
    ``planned``.
    """
    plan = read_detailed_plan(connection, services.beliefs, user, asset, _period(start, end), now=services.clock())
    schedules = find_schedules(connection, services.jobs, plan, kind=JOB_KIND)
    last_run = read_last_run(connection, services.jobs, user, asset)
    return JsonResponse(plan_json(plan, schedules, last_run))


def _period(start: str, end: str) -> Period:
    period = Period(parse_instant(start, field="start"), parse_instant(end, field="end"))
    if not timedelta(0) < period.length <= LONGEST:
        raise PeriodError(f"Must lie after the start, by {LONGEST.days} days at most.", field="end")
    return period
