"""The past and the plan of a site on one time axis, as columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.periods import Microseconds, Period
from wattloom.timeseries import Floats, Ids, Source


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


class LimitCode(StrEnum):
    """What a limit bounds, in the words of explanations where these know it."""

    IMPORT_CAPACITY = "import-capacity"
    EXPORT_CAPACITY = "export-capacity"
    CONSUMPTION_CAPACITY = "consumption-capacity"
    PRODUCTION_CAPACITY = "production-capacity"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    MINIMA = "minima"
    """At least so much at single moments."""
    MAXIMA = "maxima"
    """At most so much at single moments."""
    TARGET = "target"
    """Exactly so much at single moments."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who states the values of a series, and since when; of slots with several events, those of the first.

    Attributes:
        source_id: 0 where nothing is known, shape (n_steps,).
        belief_time_us: 0 where nothing is known [µs since 1970 UTC], shape (n_steps,).
    """

    source_id: Ids
    belief_time_us: Microseconds

    @classmethod
    def unknown(cls, n_steps: int) -> "Origin":
        """Return that of a series that nobody states."""
        return cls(np.zeros(n_steps, dtype=np.int64), np.zeros(n_steps, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a value lies with 80 % probability, as somebody expected; NaN where only one value was stated.

    Attributes:
        low: Not exceeded with 10 % probability, shape (n_steps,).
        high: Not exceeded with 90 % probability, shape (n_steps,).
    """

    low: Floats
    high: Floats


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
        sensor_ids: The sensors that it is made of, empty when it is a sum of others; this and what follows is
            read for :func:`~wattloom.sites.read_detailed_plan` only.
        origin: Who states the values.
        planned: What the newest schedule or forecast before each step ended
            expected of it, shape (n_steps,); None when there never was one.
        planned_origin: Who states that.
        forecast: Its spread, None when nobody states one.
    """

    role: Role
    kind: DeviceKind | None
    name: str
    unit: str
    values: Floats
    capacity_kwh: float | None = None
    asset_id: int | None = None
    sensor_ids: tuple[int, ...] = ()
    origin: Origin | None = None
    planned: Floats | None = None
    planned_origin: Origin | None = None
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class PlanLimit:
    """A limit of the site, of a device or of its stock, as the stored flex-config states it.

    Attributes:
        code: What it bounds.
        kind: Of the device; None for the site.
        name: Of the device or of the site.
        asset_id: The asset of the device, or the site.
        unit: ``kW`` or ``kWh``.
        values: Not negative; one for all steps, or shape (n_steps,) with NaN where there is no limit.
    """

    code: LimitCode
    kind: DeviceKind | None
    name: str
    asset_id: int
    unit: str
    values: float | Floats


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
        limits: Of the site, then of the devices; but for what vehicles' chargers can give, of a detailed plan only.
        sources: Whoever states something, by id; of a detailed plan only.
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
    limits: tuple[PlanLimit, ...] = ()
    sources: Mapping[int, Source] = field(default_factory=dict)

    def all(self, role: Role) -> tuple[PlanSeries, ...]:
        """Return the series with this role."""
        return tuple(series for series in self.series if series.role is role)

    def first(self, role: Role) -> PlanSeries | None:
        """Return the first series with this role, if there is one."""
        return next(iter(self.all(role)), None)

    def limit(self, code: LimitCode, asset_id: int | None) -> PlanLimit | None:
        """Return what bounds the site or one of its devices in this way; None where nobody says."""
        return next((one for one in self.limits if one.code is code and one.asset_id == asset_id), None)

    def levels(self, code: LimitCode, asset_id: int | None) -> Floats:
        """Return the level of a limit at each step, NaN where nobody says, shape (n_steps,)."""
        limit = self.limit(code, asset_id)
        return np.broadcast_to(np.asarray(np.nan if limit is None else limit.values), self.n_steps)

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
