"""The devices of a site as a table: what each does now and next, and today's energy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from wattloom.language import gettext as _
from wattloom.sites import DeviceKind, LimitCode, PlanSeries, Reading, Role, SitePlan, local_day
from wattloom.web.sites.flow import Node, charge_percent
from wattloom.web.sites.words import activity, clock


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device.

    Attributes:
        node: What it does now, as in the picture above.
        next_change: What it does next and from when, in words; empty when nothing is planned to change.
        today_kwh: Net energy of today, measured and expected, consumption-positive; of what produces, the energy
            that it gives; None where it is not known.
        charge_percent: How full it is.
        charge_kwh: The same [kWh].
    """

    node: Node
    next_change: str
    today_kwh: float | None
    charge_percent: int | None
    charge_kwh: float | None


def make_devices(plan: SitePlan, readings: Sequence[Reading], nodes: Sequence[Node]) -> tuple[DeviceRow, ...]:
    """Return a row for each device.

    Args:
        plan: Holds today and the next days.
        readings: What is known of the site at this moment, in the order of the plan.
        nodes: The devices of the picture, in the same order.
    """
    stocks = {(one.kind, one.name): one for one in readings if one.role is Role.STOCK}
    return tuple(
        _row(plan, device, node, stocks.get((device.kind, device.name)))
        for device, node in zip(plan.all(Role.POWER), nodes, strict=True)
    )


def chargers_without_power(plan: SitePlan) -> frozenset[int]:
    """Return the vehicles' chargers, by asset, that can give nothing now, mostly because the vehicle is away."""
    ids = {one.asset_id for one in plan.limits if one.kind is DeviceKind.EV}
    return frozenset(one for one in ids if not _has_power(plan, one)[:1].all())


def _has_power(plan: SitePlan, charger: int | None) -> NDArray[np.bool_]:
    """Return in which steps from now on a charger can give something, as far as anybody says."""
    capacity_kw = plan.levels(LimitCode.CONSUMPTION_CAPACITY, charger)
    return ~(capacity_kw[max(0, plan.step_at(plan.now)) :] <= 0)


def _row(plan: SitePlan, device: PlanSeries, node: Node, stock: Reading | None) -> DeviceRow:
    return DeviceRow(
        node=node,
        next_change=next_change(plan, device),
        today_kwh=_today_kwh(plan, device),
        charge_percent=charge_percent(stock),
        charge_kwh=stock.value if stock is not None else None,
    )


def next_change(plan: SitePlan, device: PlanSeries) -> str:
    """Return what a device does next and from when; empty where nothing else is planned, or it cannot be steered."""
    assert device.kind is not None
    if device.kind in {DeviceKind.PV, DeviceKind.LOAD}:
        return ""
    t0 = max(0, plan.step_at(plan.now))
    if device.kind is DeviceKind.EV:
        has_power = _has_power(plan, device.asset_id)
        if not has_power[:1].all():
            later = np.flatnonzero(has_power)
            return (
                _("can charge from %(when)s", when=clock(plan.at(t0 + int(later[0])), plan.now)) if len(later) else ""
            )
    present = activity(device.kind, float(device.values[t0])) if t0 < plan.n_steps else ""
    for t, kw in enumerate(device.values[t0 + 1 :].tolist(), start=t0 + 1):
        if np.isnan(kw):
            return ""
        does = activity(device.kind, kw)
        if does != present:
            return _("%(does)s from %(when)s", does=does, when=clock(plan.at(t), plan.now))
    return ""


def _today_kwh(plan: SitePlan, device: PlanSeries) -> float | None:
    today = plan.steps_of(local_day(plan.now.astimezone(plan.zone).date(), plan.zone))
    values = device.values[today]
    known = values[np.isfinite(values)]
    sign = -1 if device.kind is DeviceKind.PV else 1
    return sign * float(known.sum()) * (plan.step / timedelta(hours=1)) if len(known) else None
