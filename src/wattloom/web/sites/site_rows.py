"""The sites of a page of the dashboard: what each does now, what it costs today, whether it is well."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattloom.assets import Asset
from wattloom.http import PageVisit
from wattloom.language import gettext as _
from wattloom.periods import DAY, Period
from wattloom.sites import (
    STAY,
    DayFigures,
    DeviceKind,
    Reading,
    Role,
    Site,
    day_figures,
    find_sites,
    local_day,
    read_last_runs,
    read_now,
    read_plans,
    silent_sensors,
)
from wattloom.web.sites.attention import Attention, make_attention
from wattloom.web.sites.flow import Node, make_flow
from wattloom.web.sites.words import grid_activity


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site.

    Attributes:
        asset: The site.
        severity: ``good``, ``warn`` or ``bad``; ``info`` where nothing is known about it.
        state: The same in words.
        grid: Power over its grid connection; None where that is not known.
        charge_percent: How full its batteries are together; None without any, or where that is not known.
        currency: Of the costs; empty where there are none.
        today: What the day costs; None where that is not known.
        saves: Whether it has devices that can be shifted.
        planned: How old the plan is, in words; empty for a site without devices.
        n_notices: How many things need attention.
    """

    asset: Asset
    severity: str
    state: str
    grid: Node | None
    charge_percent: int | None
    currency: str
    today: DayFigures | None
    saves: bool
    planned: str
    n_notices: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Several sites together; what is not known of a site is left out.

    Attributes:
        import_kw: Net power from the grid [kW]; None where none is known.
        flows: Which way it flows, in words.
        costs: Today's, by currency.
        saved: Today's, by currency.
        n_notices: How many things need attention.
    """

    import_kw: float | None
    flows: str
    costs: dict[str, float]
    saved: dict[str, float]
    n_notices: int


def read_rows_of_sites(visit: PageVisit, assets: Sequence[Asset]) -> list[SiteRow]:
    """Return the rows of sites in their order, with as many queries as for one."""
    if not assets:
        return []
    connection, beliefs, now = visit.connection, visit.services.beliefs, visit.now
    sites = find_sites(connection, visit.user, assets)
    days = [local_day(now.astimezone(site.zone).date(), site.zone) for site in sites]
    # Tomorrow's prices and plans are looked for, too.
    period = Period(min(day.start for day in days) - STAY, max(day.end for day in days) + DAY)
    plans = read_plans(connection, beliefs, sites, period, now=now)
    readings = read_now(connection, beliefs, sites, now=now)
    silent = silent_sensors(connection, beliefs, sites, now=now)
    runs = read_last_runs(connection, visit.services.jobs, sites)
    attention = [make_attention(*facts) for facts in zip(plans, runs, silent, strict=True)]
    costs = [day_figures(plan, [now.astimezone(plan.zone).date()]) for plan in plans]
    return [
        SiteRow(
            asset=site.asset,
            severity=_severity(site, well),
            state=_state(_severity(site, well)),
            grid=_grid(known),
            charge_percent=_charge_percent(known),
            currency=cost.currency if cost is not None else "",
            today=next(iter(cost.days), None) if cost is not None else None,
            saves=cost is not None and cost.has_flexibility,
            planned=well.planned if site.wanted else "",
            n_notices=len(well.notices) if site.wanted else 0,
        )
        for site, well, known, cost in zip(sites, attention, readings, costs, strict=True)
    ]


def totals_of(rows: Sequence[SiteRow]) -> Totals:
    """Return several sites together."""
    costs: dict[str, float] = {}
    saved: dict[str, float] = {}
    for row in rows:
        if row.today is not None:
            costs[row.currency] = costs.get(row.currency, 0.0) + row.today.cost
            saved[row.currency] = saved.get(row.currency, 0.0) + row.today.saved
    powers_kw = [row.grid.net_kw for row in rows if row.grid is not None]
    return Totals(
        import_kw=sum(powers_kw) if powers_kw else None,
        flows=grid_activity(sum(powers_kw)),
        costs=costs,
        saved=saved if any(row.saves for row in rows) else {},
        n_notices=sum(row.n_notices for row in rows),
    )


def _severity(site: Site, attention: Attention) -> str:
    if not site.wanted:
        return "info"
    found = {notice.severity for notice in attention.notices}
    return "bad" if "bad" in found else "warn" if "warn" in found else "good"


def _state(severity: str) -> str:
    return {
        "good": _("fine"),
        "warn": _("needs attention"),
        "bad": _("something is wrong"),
        "info": _("without devices"),
    }[severity]


def _grid(readings: Sequence[Reading]) -> Node | None:
    flow = make_flow(readings)
    return flow.grid if flow is not None else None


def _charge_percent(readings: Sequence[Reading]) -> int | None:
    batteries = [one for one in readings if one.role is Role.STOCK and one.kind is DeviceKind.BATTERY]
    capacity_kwh = sum(one.capacity_kwh or 0.0 for one in batteries)
    known = [one.value for one in batteries if one.value is not None and one.capacity_kwh]
    return round(100 * sum(known) / capacity_kwh) if capacity_kwh and len(known) == len(batteries) else None
