"""What the charts of a site show: its past and its plan as columns.

:func:`read_site_plan` collects the series of a site, in kW and kWh with
consumption positive; :func:`site_bill` says what its energy costs,
:func:`read_last_run` how its newest schedule ended. Knows neither HTTP nor
how anything is drawn.
"""

from wattloom.charts.bill import Bill, SiteBill, make_bill, site_bill
from wattloom.charts.last_run import LastRun, Unmet, read_last_run
from wattloom.charts.plan import DeviceKind, PlanSeries, Role, SitePlan
from wattloom.charts.site_plan import MAX_STEPS, read_site_plan

__all__ = [
    "MAX_STEPS",
    "Bill",
    "DeviceKind",
    "LastRun",
    "PlanSeries",
    "Role",
    "SiteBill",
    "SitePlan",
    "Unmet",
    "make_bill",
    "read_last_run",
    "read_site_plan",
    "site_bill",
]
