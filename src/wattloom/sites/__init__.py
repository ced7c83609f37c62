"""What a site is, does and costs: everything that a page or a program wants to know of one, or of many at once.

A site is an asset without a parent, with the devices below it (``site``). :func:`read_plans` collects the past and
the plan of sites as columns, in kW and kWh with consumption positive, :func:`read_detailed_plan` all that is known of
one; :func:`day_figures` says what days cost and what flexibility saved, :func:`read_now` what happens at this moment,
:func:`silent_sensors` who no longer reports, :func:`read_last_run` how the newest schedule ended,
:func:`read_site_map` where sites stand. Knows neither HTTP nor how anything is drawn.
"""

from wattloom.sites.bill import Bill, make_bill
from wattloom.sites.day_figures import STAY, Costs, DayFigures, day_figures, local_day
from wattloom.sites.detailed_plan import read_detailed_plan
from wattloom.sites.following import Following, compare_power, following_of
from wattloom.sites.last_run import LastRun, Unmet, read_last_run, read_last_runs
from wattloom.sites.plan import DeviceKind, Forecast, LimitCode, Origin, PlanLimit, PlanSeries, Role, SitePlan
from wattloom.sites.readings import Reading, read_now
from wattloom.sites.schedules import find_schedules
from wattloom.sites.silent import SilentSensor, silent_sensors
from wattloom.sites.site import Site, find_site, find_sites
from wattloom.sites.site_counts import SiteCounts, count_sites
from wattloom.sites.site_map import (
    MAX_ZOOM,
    Box,
    MapCluster,
    MapSite,
    SiteMap,
    SiteState,
    read_map_extent,
    read_site_map,
)
from wattloom.sites.site_plan import MAX_STEPS, read_plans
from wattloom.sites.wanted import electricity_of, quantity_of

__all__ = [
    "MAX_STEPS",
    "MAX_ZOOM",
    "STAY",
    "Bill",
    "Box",
    "Costs",
    "DayFigures",
    "DeviceKind",
    "Following",
    "Forecast",
    "LastRun",
    "LimitCode",
    "MapCluster",
    "MapSite",
    "Origin",
    "PlanLimit",
    "PlanSeries",
    "Reading",
    "Role",
    "SilentSensor",
    "Site",
    "SiteCounts",
    "SiteMap",
    "SitePlan",
    "SiteState",
    "Unmet",
    "compare_power",
    "count_sites",
    "day_figures",
    "electricity_of",
    "find_schedules",
    "find_site",
    "find_sites",
    "following_of",
    "local_day",
    "make_bill",
    "quantity_of",
    "read_detailed_plan",
    "read_last_run",
    "read_last_runs",
    "read_map_extent",
    "read_now",
    "read_plans",
    "read_site_map",
    "silent_sensors",
]
