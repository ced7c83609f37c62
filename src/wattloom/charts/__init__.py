"""What charts show: a site's past and its plan as columns, and the graphs of any asset.

:func:`read_plans` collects the series of sites, in kW and kWh with
consumption positive, :func:`day_figures` says what its days cost and what
flexibility saved, :func:`read_now` what happens at this moment,
:func:`read_last_run` how its newest schedule ended, :func:`read_site_map` where sites stand. :func:`read_rows` says
what the graphs of an asset show, :func:`read_asset_chart` reads its data and
:func:`asset_rows` writes them as embedders know them. Knows neither HTTP nor
how anything is drawn.
"""

from wattloom.charts.bill import Bill, make_bill
from wattloom.charts.data import AskedChart, ChartData, read_asset_chart, read_sensor_chart
from wattloom.charts.day_figures import STAY, Costs, DayFigures, day_figures, local_day
from wattloom.charts.detailed_plan import read_detailed_plan
from wattloom.charts.following import Following, compare_power, following_of
from wattloom.charts.forms import ROW_LENGTH, asset_rows, compressed_asset, compressed_sensor, sensor_rows
from wattloom.charts.hues import hues_of_sensors
from wattloom.charts.last_run import LastRun, Unmet, read_last_run, read_last_runs
from wattloom.charts.plan import DeviceKind, Forecast, LimitCode, Origin, PlanLimit, PlanSeries, Role, SitePlan
from wattloom.charts.readings import Reading, read_now
from wattloom.charts.schedules import find_schedules
from wattloom.charts.shown import Constant, Row, ShownSensor, read_rows, row_of_sensor, shown_sensors
from wattloom.charts.silent import SilentSensor, silent_sensors
from wattloom.charts.site import Site, find_site, find_sites
from wattloom.charts.site_counts import SiteCounts, count_sites
from wattloom.charts.site_map import (
    MAX_ZOOM,
    Box,
    MapCluster,
    MapSite,
    SiteMap,
    SiteState,
    read_map_extent,
    read_site_map,
)
from wattloom.charts.site_plan import MAX_STEPS, read_plans
from wattloom.charts.wanted import electricity_of, quantity_of

__all__ = [
    "MAX_STEPS",
    "MAX_ZOOM",
    "ROW_LENGTH",
    "STAY",
    "AskedChart",
    "Bill",
    "Box",
    "ChartData",
    "Constant",
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
    "Row",
    "ShownSensor",
    "SilentSensor",
    "Site",
    "SiteCounts",
    "SiteMap",
    "SitePlan",
    "SiteState",
    "Unmet",
    "asset_rows",
    "compare_power",
    "compressed_asset",
    "compressed_sensor",
    "count_sites",
    "day_figures",
    "electricity_of",
    "find_schedules",
    "find_site",
    "find_sites",
    "following_of",
    "hues_of_sensors",
    "local_day",
    "make_bill",
    "quantity_of",
    "read_asset_chart",
    "read_detailed_plan",
    "read_last_run",
    "read_last_runs",
    "read_map_extent",
    "read_now",
    "read_plans",
    "read_rows",
    "read_sensor_chart",
    "read_site_map",
    "row_of_sensor",
    "sensor_rows",
    "shown_sensors",
    "silent_sensors",
]
