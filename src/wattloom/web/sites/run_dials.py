"""What may be tried out on a site: its grid connection, its prices, and what its devices hold and can do."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np

from wattloom.assets import Asset
from wattloom.language import gettext as _
from wattloom.sites import DeviceKind, LimitCode, PlanLimit, PlanSeries, Role, SitePlan
from wattloom.timeseries import Floats

RECENT: Final = timedelta(hours=1)
"""So far from the start of a plan its scheduler still takes a state of charge for that of the start."""
_DEFAULT_KW, _DEFAULT_KWH = 25.0, 10.0
_POSITIONS: Final = 100
"""A slider has at least so many, and less than ten times as many."""
_TARGETS: Final = {"soc-targets": LimitCode.TARGET, "soc-minima": LimitCode.MINIMA}
_STOCK_FIELDS: Final = frozenset({"soc-max", "soc-min", "soc-at-start", "state-of-charge", *_TARGETS})
_DIRECTIONS: Final = ("consumption-capacity", "production-capacity")
_POWER: Final = " ".join(("power-capacity", *_DIRECTIONS))


@dataclass(frozen=True, slots=True)
class Dial:
    """A number to be tried out, by slider or by typing.

    Attributes:
        key: What it is called in addresses, such as ``import`` or ``3.power``.
        label: What it is called on the page.
        unit: Of its values.
        low: Where the slider begins.
        high: Where it ends.
        step: From one of its places to the next.
        value: Where it stands.
        fields: The fields of the flex-config that it stands for, as refusals name them, with blanks between.
        is_known: Whether ``value`` is what holds at present; else it is a guess, or nothing holds.
        is_asked: Whether no plan can be made without a value.
    """

    key: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    value: float
    fields: str
    is_known: bool = True
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class RunDevice:
    """A device that can be planned.

    Attributes:
        asset_id: Its asset.
        name: What people call it.
        kind: Decides its colour and its words.
        dials: What may be tried out.
        by: When its target holds, or would; None for what stores nothing.
        by_label: What that is called.
        facts: What a request is made of besides, as JSON for the script.
    """

    asset_id: int
    name: str
    kind: DeviceKind
    dials: tuple[Dial, ...]
    by: datetime | None
    by_label: str
    facts: Mapping[str, Any]


def dial(key: str, label: str, unit: str, value: float | None, *, fields: str, high: float) -> Dial:
    """Return a dial from zero to ``high``, or to what holds at present if that is more.

    Args:
        key: See :class:`Dial`.
        label: The same.
        unit: The same.
        value: What holds at present; None where nothing is known.
        fields: See :class:`Dial`.
        high: Where the slider ends.
    """
    top = round_up(max(high, value or 0.0))
    step = 10.0 ** math.floor(math.log10(top / _POSITIONS))
    shown = round(high if value is None else value, 2)
    return Dial(key, label, unit, 0.0, top, step, shown, fields, is_known=value is not None)


def connection_dials(plan: SitePlan) -> tuple[Dial, ...]:
    """Return those of the grid connection; it is unlimited where no limit is known."""
    rows = (
        (LimitCode.IMPORT_CAPACITY, "import", _("Import at most"), "site-consumption-capacity site-power-capacity"),
        (LimitCode.EXPORT_CAPACITY, "export", _("Export at most"), "site-production-capacity site-power-capacity"),
    )
    return tuple(
        dial(key, label, "kW", kw, fields=fields, high=2 * (kw or _DEFAULT_KW))
        for code, key, label, fields in rows
        for kw in [_level(plan.limit(code, plan.asset_id), most=False)]
    )


def price_dials(plan: SitePlan) -> tuple[Dial, ...]:
    """Return those of prices: how much higher or lower [%], and what they would be if they never changed."""
    rows = (
        (Role.CONSUMPTION_PRICE, "buying", _("Buying price"), "consumption-price"),
        (Role.PRODUCTION_PRICE, "selling", _("Selling price"), "production-price"),
    )
    dials = []
    for role, key, label, field in rows:
        series = plan.first(role)
        known = series.values[np.isfinite(series.values)] if series is not None else np.empty(0)
        if series is None or not len(known):
            continue
        dials.append(Dial(key, label, "%", -100, 100, 5, 0, field))
        mean = round(float(known.mean()), 3)
        top = max(round_up(2 * float(np.abs(known).max())), 0.1)
        dials.append(Dial(f"{key}-fixed", label, series.unit, min(0.0, -round_up(-mean)), top, 0.005, mean, field))
    return tuple(dials)


def run_devices(plan: SitePlan, assets: Sequence[Asset], *, now: datetime) -> tuple[RunDevice, ...]:
    """Return the devices of a site that can be planned.

    Args:
        plan: From ``RECENT`` before the start of a new plan to its end, with limits.
        assets: The site and all below it.
        now: Where the new plan starts.
    """
    return tuple(_device(plan, asset, now) for asset in assets if _is_planned(asset.flex_model))


def _is_planned(model: Mapping[str, Any]) -> bool:
    return bool(model) and "inflexible-consumption" not in model and "inflexible-production" not in model


def _device(plan: SitePlan, asset: Asset, now: datetime) -> RunDevice:
    series = [one for one in plan.series if one.asset_id == asset.id and one.kind is not None]
    stock = next((one for one in series if one.role is Role.STOCK), None)
    kind = next((one.kind for one in series if one.kind is not None), DeviceKind.PROCESS)
    model, facts = asset.flex_model, {"asset": asset.id, "name": asset.name}
    power = plan.limit(LimitCode.CONSUMPTION_CAPACITY, asset.id)
    kw = _level(power, most=True)
    dials = [dial(f"{asset.id}.power", _("Power"), "kW", kw, fields=_POWER, high=2 * (kw or _DEFAULT_KW))]
    stated = [name for name in _DIRECTIONS if _is_constant(model.get(name))]
    facts |= {"powerFields": ["power-capacity", *stated], "available": _runs(plan, power, now)}
    if _STOCK_FIELDS.isdisjoint(model):
        return RunDevice(asset.id, asset.name, kind, tuple(dials), None, "", facts)
    field = _target_field(asset)
    targets = _targets(plan, plan.limit(_TARGETS[field], asset.id), now)
    facts |= {"targetField": field, "targets": [[at.isoformat(), kwh] for at, kwh in targets]}
    stored = tuple(_stock_dials(plan, asset, stock, targets, now))
    by = targets[0][0] if targets else min(now + timedelta(hours=12), plan.at(plan.n_steps))
    facts |= {"by": by.isoformat()}
    by_label = _("Departure") if kind is DeviceKind.EV else _("Charged by")
    return RunDevice(asset.id, asset.name, kind, (*stored, *dials), by, by_label, facts)


def _stock_dials(
    plan: SitePlan, asset: Asset, stock: PlanSeries | None, targets: Sequence[tuple[datetime, float]], now: datetime
) -> Iterator[Dial]:
    most = _level(plan.limit(LimitCode.MAXIMUM, asset.id), most=True)
    least = _level(plan.limit(LimitCode.MINIMUM, asset.id), most=False)
    charge = _charge(plan, stock, now)
    full = most or max(2 * (charge or 0.0), _DEFAULT_KWH)
    target = targets[0][1] if targets else None

    def stored(name: str, label: str, value: float | None, field: str) -> Dial:
        return dial(f"{asset.id}.{name}", label, "kWh", value, fields=field, high=full)

    now_stored = stored("charge", _("Charge now"), charge, "soc-at-start")
    yield now_stored if charge is not None else replace(now_stored, value=round(full / 2, 1), is_asked=True)
    wanted = stored("target", _("Charged to at least"), target, _target_field(asset))
    yield wanted if target is not None else replace(wanted, value=0.0)
    yield stored("least", _("Never below"), least or 0.0, "soc-min")
    yield dial(f"{asset.id}.most", _("Capacity"), "kWh", most, fields="soc-max", high=2 * full)


def _target_field(asset: Asset) -> str:
    return next((name for name in _TARGETS if name in asset.flex_model), "soc-minima")


def _level(limit: PlanLimit | None, *, most: bool) -> float | None:
    """Return the one level of a limit, or the most or least of a changing one; None where there is none."""
    if limit is None:
        return None
    values = np.atleast_1d(limit.values)
    known = values[np.isfinite(values)]
    return (float(known.max()) if most else float(known.min())) if len(known) else None


def _charge(plan: SitePlan, stock: PlanSeries | None, now: datetime) -> float | None:
    """Return what is stored when a plan starts, None where nothing recent is known."""
    if stock is None:
        return None
    middle = plan.step_at(now)
    known = np.flatnonzero(np.isfinite(stock.values))
    near = [step for step in known.tolist() if abs(plan.at(step) - plan.at(middle)) <= RECENT]
    return float(stock.values[min(near, key=lambda step: abs(step - middle))]) if near else None


def _targets(plan: SitePlan, limit: PlanLimit | None, now: datetime) -> list[tuple[datetime, float]]:
    """Return what has to be stored at moments after now, in order; limits that hold always are none."""
    if limit is None or isinstance(limit.values, float):
        return []
    steps = [step for step in np.flatnonzero(np.isfinite(limit.values)).tolist() if plan.at(step) > now]
    return [(plan.at(step), round(float(limit.values[step]), 3)) for step in steps]


def _runs(plan: SitePlan, limit: PlanLimit | None, now: datetime) -> list[list[Any]]:
    """Return from when to when a device can draw how much, where that changes: a vehicle that leaves and comes back."""
    if limit is None or isinstance(limit.values, float):
        return []
    values: Floats = np.nan_to_num(limit.values)
    first = plan.step_at(now)
    changes = [first, *(np.flatnonzero(np.diff(values[first:])) + first + 1).tolist(), plan.n_steps]
    return [[plan.at(a).isoformat(), plan.at(b).isoformat(), float(values[a])] for a, b in pairwise(changes) if a < b]


def _is_constant(value: object) -> bool:
    """Whether a capacity is stated as a quantity that is not zero: what never runs backwards stays so."""
    return isinstance(value, str) and not value.strip().startswith("0 ") and value.strip() != "0"


def round_up(value: float) -> float:
    """Return the next round number, zero for what is not positive."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        factor * power for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if factor * power >= value * (1 - 1e-9)
    )
