"""What the cards above the plan say: now, next, and what needs attention. Numbers that are not known are not shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from wattloom.charts import DeviceKind, LastRun, PlanSeries, Role, SiteBill, SitePlan, Unmet, site_bill
from wattloom.jobs import JobState
from wattloom.language import format_clock, format_weekday
from wattloom.language import gettext as _
from wattloom.periods import Period
from wattloom.web.figures import THIN_SPACE, decimal

HORIZON = timedelta(hours=48)
PRICES_WANTED = timedelta(hours=12)
_NOTHING_KW = 0.005
_FIXED = {DeviceKind.PV, DeviceKind.LOAD}


@dataclass(frozen=True, slots=True)
class Flow:
    """Power of one device, or over the grid connection, at this moment."""

    name: str
    css_class: str
    kw: float
    note: str
    charge_percent: int | None = None


@dataclass(frozen=True, slots=True)
class BarPart:
    """A stretch of a bar of 1000 units."""

    css_class: str
    from_permille: int
    width_permille: int
    text: str


@dataclass(frozen=True, slots=True)
class NowCard:
    """Where power comes from and goes to; ``grid`` is None where it is not known."""

    grid: Flow | None
    sources: tuple[BarPart, ...]
    uses: tuple[BarPart, ...]
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class NextCard:
    """What the coming hours cost."""

    bill: SiteBill
    caption: str


@dataclass(frozen=True, slots=True)
class Change:
    """When a device is going to do something else, and what."""

    name: str
    css_class: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know; severity is ``good``, ``warn`` or ``bad``."""

    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Everything above the plan."""

    zone: str
    now: NowCard | None
    next: NextCard | None
    changes: tuple[Change, ...]
    notices: tuple[Notice, ...]
    planned: str


def make_cards(plan: SitePlan, run: LastRun | None) -> Cards:
    """Put into words and numbers what a plan says about now and the next 48 hours.

    Args:
        plan: Holds now and the next 48 hours.
        run: The newest scheduling job of the site, if there is one.
    """
    return Cards(
        zone=plan.zone.key,
        now=_now_card(plan),
        next=_next_card(plan),
        changes=_changes(plan),
        notices=_notices(plan, run),
        planned=_planned(plan, run),
    )


def _now_card(plan: SitePlan) -> NowCard | None:
    t = plan.step_at(plan.now)
    if not 0 <= t < plan.n_steps:
        return None
    known = [device for device in plan.all(Role.POWER) if isfinite(device.values[t])]
    if not known:
        return None
    flows = tuple(_device_flow(plan, device, t) for device in known)
    net = plan.first(Role.NET_POWER)
    grid = _grid_flow(float(net.values[t])) if net is not None and isfinite(net.values[t]) else None
    inflows = [(flow, -flow.kw) for flow in flows] + ([(grid, grid.kw)] if grid is not None else [])
    return NowCard(
        grid=grid,
        sources=_bar([(flow, kw) for flow, kw in inflows if kw > _NOTHING_KW]),
        uses=_bar([(flow, -kw) for flow, kw in inflows if kw < -_NOTHING_KW]),
        flows=flows,
    )


def _grid_flow(kw: float) -> Flow:
    if abs(kw) <= _NOTHING_KW:
        return Flow(_("Grid"), "is-grid-import", kw, _("nothing from or to the grid"))
    if kw > 0:
        return Flow(_("Grid"), "is-grid-import", kw, _("from the grid"))
    return Flow(_("Grid"), "is-grid-export", kw, _("to the grid"))


def _device_flow(plan: SitePlan, device: PlanSeries, t: int) -> Flow:
    assert device.kind is not None
    kw = float(device.values[t])
    stock = next((s for s in plan.all(Role.STOCK) if (s.kind, s.name) == (device.kind, device.name)), None)
    percent = None
    if stock is not None and stock.capacity_kwh and isfinite(stock.values[t]):
        percent = round(100 * float(stock.values[t]) / stock.capacity_kwh)
    note = _activity(device, kw) if device.kind not in _FIXED else ""
    return Flow(device.name, f"is-{device.kind}", kw, note, percent)


def _activity(device: PlanSeries, kw: float) -> str:
    has_stock = device.kind in {DeviceKind.BATTERY, DeviceKind.EV}
    if abs(kw) <= _NOTHING_KW:
        return _("idle")
    if kw > 0:
        return _("charging") if has_stock else _("running")
    return _("discharging") if has_stock else _("producing")


def _bar(parts: Sequence[tuple[Flow, float]]) -> tuple[BarPart, ...]:
    """Divide a bar; what comes in goes out, so both bars stand for the same total."""
    total = sum(kw for _flow, kw in parts)
    bar: list[BarPart] = []
    done = 0.0
    for flow, kw in parts:
        start, done = round(1000 * done / total), done + kw
        width = round(1000 * done / total) - start
        bar.append(BarPart(flow.css_class, start, width, f"{flow.name} {decimal(kw)}{THIN_SPACE}kW"))
    return tuple(bar)


def _next_card(plan: SitePlan) -> NextCard | None:
    end = plan.now + HORIZON
    bill = site_bill(plan, Period(plan.at(max(0, plan.step_at(plan.now))), end))
    if bill is None:
        return None
    is_cost = bill.bill.cost >= 0
    if end - bill.period.end < timedelta(hours=1):
        return NextCard(bill, _("energy cost") if is_cost else _("earned with energy"))
    text = _("energy cost until %(when)s") if is_cost else _("earned with energy until %(when)s")
    return NextCard(bill, text % {"when": _moment(bill.period.end)})


def _changes(plan: SitePlan) -> tuple[Change, ...]:
    found = (_next_change(plan, device) for device in plan.all(Role.POWER) if device.kind not in _FIXED)
    return tuple(change for change in found if change is not None)


def _next_change(plan: SitePlan, device: PlanSeries) -> Change | None:
    t0 = max(0, plan.step_at(plan.now))
    present = _activity(device, float(device.values[t0])) if t0 < plan.n_steps else ""
    for t in range(t0 + 1, plan.n_steps):
        kw = float(device.values[t])
        if not isfinite(kw):
            return None
        if _activity(device, kw) != present:
            return Change(device.name, f"is-{device.kind}", _activity(device, kw), _moment(plan.at(t), plan.now))
    return None


def _notices(plan: SitePlan, run: LastRun | None) -> tuple[Notice, ...]:
    notices = [*_run_notices(plan, run), *_price_notices(plan)]
    return tuple(notices) or (Notice("good", _("Nothing. The last plan keeps all limits and targets.")),)


def _run_notices(plan: SitePlan, run: LastRun | None) -> list[Notice]:
    if run is None:
        return [Notice("warn", _("No schedule has been computed for this site yet."))]
    if run.state is JobState.FAILED:
        return [Notice("bad", _("The last schedule failed: %(why)s") % {"why": run.failure or _("unknown reason")})]
    unmet = [_unmet_text(plan, unmet) for unmet in run.unmet]
    return [Notice("warn", text) for text in (*unmet, *run.notices)]


def _unmet_text(plan: SitePlan, unmet: Unmet) -> str:
    falls_short = _("%(device)s falls %(amount)s short of its minimum, %(when)s.")
    exceeds = _("%(device)s exceeds its maximum by %(amount)s, %(when)s.")
    missed = {
        "soc-minima": falls_short,
        "soc-min": falls_short,
        "soc-maxima": exceeds,
        "soc-max": exceeds,
        "soc-targets": _("%(device)s misses its target by %(amount)s, %(when)s."),
    }
    amount = f"{decimal(unmet.violation_kwh)}{THIN_SPACE}kWh"
    when = _moment(unmet.at.astimezone(plan.zone), plan.now)
    return missed[unmet.field] % {"device": unmet.device, "amount": amount, "when": when}


def _price_notices(plan: SitePlan) -> list[Notice]:
    price = plan.first(Role.CONSUMPTION_PRICE)
    if price is None:
        return [Notice("warn", _("The site has no price sensor."))]
    steps = plan.steps_of(Period(plan.now, plan.now + PRICES_WANTED))
    known = [t for t in range(steps.start, steps.stop) if isfinite(price.values[t])]
    if len(known) == steps.stop - steps.start:
        return []
    if not known:
        return [Notice("bad", _("No prices are known from now on."))]
    until = _moment(plan.at(known[-1] + 1), plan.now)
    return [Notice("warn", _("Prices are known until %(when)s only.") % {"when": until})]


def _planned(plan: SitePlan, run: LastRun | None) -> str:
    if run is None or run.state is not JobState.FINISHED or run.ended is None:
        return ""
    minutes = max(0, int((plan.now - run.ended) / timedelta(minutes=1)))
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return _("Planned %(n)d min ago") % {"n": minutes}
    return _("Planned %(when)s") % {"when": _moment(run.ended.astimezone(plan.zone), plan.now)}


def _moment(at: datetime, now: datetime | None = None) -> str:
    """Return a local time of day, with the weekday unless it is today's."""
    is_today = now is not None and now.astimezone(at.tzinfo).date() == at.date()
    return format_clock(at) if is_today else f"{format_weekday(at)} {format_clock(at)}"
