"""The past and the plan of a site on one time axis, as columns."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from wattloom.periods import Period
from wattloom.timeseries import Floats


class Role(StrEnum):
    """What a series says about the site."""

    CONSUMPTION_PRICE = "consumption-price"
    """What a kWh from the grid costs."""
    PRODUCTION_PRICE = "production-price"
    """What a kWh to the grid earns."""
    POWER = "power"
    """Net consumption of one device [kW]; production is negative."""
    NET_POWER = "net-power"
    """Net consumption of the site [kW]: positive is grid import, negative export."""
    STOCK = "stock"
    """Energy in one device at the start of each step [kWh]."""


class DeviceKind(StrEnum):
    """How a device is coloured; follows from its asset type and its part in the flex-config."""

    PV = "pv"
    BATTERY = "battery"
    EV = "ev"
    HEAT = "heat"
    PROCESS = "process"
    LOAD = "load"


@dataclass(frozen=True, slots=True)
class PlanSeries:
    """One series on the grid of the plan.

    Attributes:
        role: What it says.
        kind: Which kind of device it belongs to; None for prices and the grid.
        name: Of the device, or of what it is.
        unit: ``kW``, ``kWh``, or currency per kWh.
        values: Shape (n_steps,); NaN where nothing is known.
        capacity_kwh: Of a stock: what it holds when full [kWh], if known.
        asset_id: The asset of the device, if it has one.
    """

    role: Role
    kind: DeviceKind | None
    name: str
    unit: str
    values: Floats
    capacity_kwh: float | None = None
    asset_id: int | None = None


@dataclass(frozen=True, slots=True)
class SitePlan:
    """Everything that the chart of a site and the figures above it show.

    Attributes:
        asset_id: The site.
        name: Its name.
        latitude: North of the equator [°], None if unknown.
        longitude: East of Greenwich [°], None if unknown.
        zone: Its time zone.
        now: When the plan was read.
        start: Start of the first step.
        step: Length of a step.
        n_steps: How many there are.
        series: In reading order: prices, devices, grid, stocks.
    """

    asset_id: int
    name: str
    latitude: float | None
    longitude: float | None
    zone: ZoneInfo
    now: datetime
    start: datetime
    step: timedelta
    n_steps: int
    series: tuple[PlanSeries, ...]

    def all(self, role: Role) -> tuple[PlanSeries, ...]:
        """Return the series with this role."""
        return tuple(series for series in self.series if series.role is role)

    def first(self, role: Role) -> PlanSeries | None:
        """Return the first series with this role, if there is one."""
        return next(iter(self.all(role)), None)

    def step_at(self, instant: datetime) -> int:
        """Return the step that holds an instant; may lie outside the plan."""
        return (instant - self.start) // self.step

    def at(self, step: int) -> datetime:
        """Return the start of a step in the zone of the site."""
        return (self.start + step * self.step).astimezone(self.zone)

    def steps_of(self, period: Period) -> slice:
        """Return the steps of the plan that begin in a period."""
        return slice(self._first_step_from(period.start), self._first_step_from(period.end))

    def _first_step_from(self, instant: datetime) -> int:
        steps = -((self.start - instant) // self.step)
        return min(max(steps, 0), self.n_steps)
