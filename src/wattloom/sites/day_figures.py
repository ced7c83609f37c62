"""What the days of a site cost, and what flexibility saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattloom.periods import DAY, Period
from wattloom.sites.bill import make_bill
from wattloom.sites.inflexible import inflexible_kw
from wattloom.sites.plan import DeviceKind, PlanSeries, Role, SitePlan
from wattloom.timeseries import Floats
from wattloom.units import currency_of

STAY: Final = timedelta(hours=12)
"""So far the stay of a vehicle may reach beyond the days that are asked for."""
_SHIFTED = {DeviceKind.EV, DeviceKind.PROCESS}


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One local day of a site, measured as far as it is over and planned beyond.

    Attributes:
        date: The day.
        cost: What energy bought costs less what energy sold earns [currency].
        cost_so_far: The same until now [currency].
        without_flexibility: What the same day would cost, see docs/savings.md [currency].
        produced_kwh: Energy from the sun and the wind [kWh]; None without such a device.
        self_used_kwh: How much of it was not sold [kWh]; None without such a device.
        known: Share of the day for which power and prices are known, in (0, 1].
    """

    date: date
    cost: float
    cost_so_far: float
    without_flexibility: float
    produced_kwh: float | None
    self_used_kwh: float | None
    known: float

    @property
    def saved(self) -> float:
        """What flexibility saves [currency]; negative when it costs more."""
        return self.without_flexibility - self.cost


@dataclass(frozen=True, slots=True)
class Costs:
    """What consecutive days of a site cost.

    Attributes:
        days: Oldest first; days of which nothing is known are left out.
        currency: Code such as ``EUR``.
        has_flexibility: Whether there is a device that can be shifted.
    """

    days: tuple[DayFigures, ...]
    currency: str
    has_flexibility: bool


@dataclass(frozen=True, slots=True)
class _Columns:
    """What all days are cut from; arrays of shape (n_steps,), NaN where something is not known."""

    net_kw: Floats
    inflexible_net_kw: Floats
    buying: Floats
    selling: Floats
    deferred_kw: Floats
    produced_kw: Floats | None
    stocks: tuple[Floats, ...]
    is_known: NDArray[np.bool_]


def local_day(day: date, zone: ZoneInfo) -> Period:
    """Return a day from midnight to midnight in a time zone; 23 or 25 hours long when the clocks change."""
    # In UTC: between two local times of one zone Python counts the hours of the clock.
    start, end = (datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + DAY))
    return Period(start, end)


def day_figures(plan: SitePlan, days: Sequence[date]) -> Costs | None:
    """Return what days cost; None for a site without prices or power.

    Args:
        plan: Holds these days, and better ``STAY`` more at both ends: a
            vehicle's stay is compared as a whole.
        days: Local days.
    """
    columns, buying = _columns(plan), plan.first(Role.CONSUMPTION_PRICE)
    if columns is None or buying is None:
        return None
    figures = (_figures(plan, columns, day) for day in days)
    return Costs(
        days=tuple(one for one in figures if one is not None),
        currency=currency_of(buying.unit) or "",
        has_flexibility=any(_is_flexible(device) for device in plan.all(Role.POWER)),
    )


def _is_flexible(device: PlanSeries) -> bool:
    return device.kind is DeviceKind.BATTERY or device.kind in _SHIFTED


def _columns(plan: SitePlan) -> _Columns | None:
    net, buying = plan.first(Role.NET_POWER), plan.first(Role.CONSUMPTION_PRICE)
    if net is None or buying is None:
        return None
    selling = plan.first(Role.PRODUCTION_PRICE) or buying
    shifts = [(device, device.values - inflexible_kw(plan, device)) for device in plan.all(Role.POWER)]
    nothing = np.zeros(plan.n_steps)
    inflexible_net_kw = net.values - sum((shift for _device, shift in shifts), nothing)
    produced = [-device.values for device in plan.all(Role.POWER) if device.kind is DeviceKind.PV]
    return _Columns(
        net_kw=net.values,
        inflexible_net_kw=inflexible_net_kw,
        buying=buying.values,
        selling=selling.values,
        deferred_kw=sum((shift for device, shift in shifts if device.kind in _SHIFTED), nothing),
        produced_kw=np.maximum(np.sum(produced, axis=0), 0) if produced else None,
        stocks=tuple(stock.values for stock in plan.all(Role.STOCK) if stock.kind is DeviceKind.BATTERY),
        is_known=np.isfinite(inflexible_net_kw + buying.values + selling.values),
    )


def _figures(plan: SitePlan, columns: _Columns, day: date) -> DayFigures | None:
    period = local_day(day, plan.zone)
    steps = plan.steps_of(period)
    t = steps.start + np.flatnonzero(columns.is_known[steps])
    if not len(t):
        return None
    step_h = plan.step / timedelta(hours=1)
    prices = columns.buying[t], columns.selling[t]
    gained_kwh = sum((_gain_kwh(stock, steps) for stock in columns.stocks), 0.0)
    stored_kwh = gained_kwh + float(columns.deferred_kw[t].sum()) * step_h
    real = make_bill(columns.net_kw[t], *prices, step=plan.step, stored_kwh=stored_kwh)
    without = make_bill(columns.inflexible_net_kw[t], *prices, step=plan.step, stored_kwh=None)
    past = t[t < plan.step_at(plan.now)]
    so_far = make_bill(
        columns.net_kw[past], columns.buying[past], columns.selling[past], step=plan.step, stored_kwh=None
    )
    produced_kw = None if columns.produced_kw is None else np.nan_to_num(columns.produced_kw[t])
    fed_in_kw = np.maximum(-columns.net_kw[t], 0)
    return DayFigures(
        date=day,
        cost=real.paid,
        cost_so_far=so_far.paid,
        without_flexibility=without.paid + real.stored_worth,
        produced_kwh=None if produced_kw is None else float(produced_kw.sum()) * step_h,
        self_used_kwh=None if produced_kw is None else float(np.maximum(produced_kw - fed_in_kw, 0).sum()) * step_h,
        known=len(t) / max(1, round(period.length / plan.step)),
    )


def _gain_kwh(stock_kwh: Floats, steps: slice) -> float:
    """Return what a stock gains in some steps, 0 where that is not known; values hold at the starts of steps."""
    known = stock_kwh[steps.start : steps.stop + 1]
    known = known[np.isfinite(known)]
    return float(known[-1] - known[0]) if len(known) else 0.0
