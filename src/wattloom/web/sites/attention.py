"""What needs attention at a site: soonest first, each with what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from wattloom.jobs import JobState
from wattloom.language import gettext as _
from wattloom.language import ngettext
from wattloom.periods import DAY
from wattloom.sites import DeviceKind, LastRun, Role, SilentSensor, SitePlan, Unmet, local_day
from wattloom.timeseries import Floats
from wattloom.web.figures import THIN_SPACE, decimal
from wattloom.web.sites.words import clock
from wattloom.web.times import relative, span

_PRICES_WANTED = timedelta(hours=12)
_PRICES_COME_BY = time(15)
"""Day-ahead prices are out in the early afternoon."""
_PLAN_WANTED = timedelta(hours=6)
_NAMED = 3
_SEVERITIES = ("bad", "warn", "info")
_FLEXIBLE = {DeviceKind.BATTERY, DeviceKind.EV, DeviceKind.HEAT, DeviceKind.PROCESS}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know, and what to do about it.

    Attributes:
        severity: ``bad``, ``warn`` or ``info``.
        text: One or two sentences.
        url: Where to go; empty when there is nothing to do.
        action: What the link says.
        at: When it matters; None for now.
    """

    severity: str
    text: str
    url: str = ""
    action: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    """What is known about how well a site is looked after.

    Attributes:
        notices: Soonest first; empty when nothing needs attention.
        sensors: How fresh the sensors are, in words.
        sensors_ok: Whether all of them are.
        planned: How old the plan is, in words.
        plan_ok: Whether there is a plan that reaches far enough.
    """

    notices: tuple[Notice, ...]
    sensors: str
    sensors_ok: bool
    planned: str
    plan_ok: bool


def make_attention(
    plan: SitePlan, run: LastRun | None, silent: Sequence[SilentSensor], *, may_run: bool = True
) -> Attention:
    """Return what needs attention at a site.

    Args:
        plan: Holds now and the next two days.
        run: The newest scheduling job of the site, if there is one.
        silent: Sensors that the plan relies on and that say nothing new.
        may_run: Whether who looks may make plans.
    """
    plan_notices = list(_of_run(plan, run, may_run=may_run))
    notices = [*plan_notices, *_of_sensors(plan, silent), *_of_prices(plan)]
    in_order = sorted(notices, key=lambda each: (each.at or plan.now, _SEVERITIES.index(each.severity)))
    return Attention(
        notices=tuple(in_order),
        sensors=_sensors_in_words(silent),
        sensors_ok=not silent,
        planned=_planned_in_words(plan, run),
        plan_ok=run is not None and run.state is not JobState.FAILED and not plan_notices,
    )


def _sensors_in_words(silent: Sequence[SilentSensor]) -> str:
    if not silent:
        return _("all sensors fresh")
    return ngettext("%(n)d sensor silent", "%(n)d sensors silent", len(silent), n=len(silent))


def _planned_in_words(plan: SitePlan, run: LastRun | None) -> str:
    if run is None:
        return _("no plan yet")
    if run.state is JobState.FAILED:
        return _("the last plan failed")
    if run.ended is None:
        return _("a plan is being made")
    return _("planned %(ago)s", ago=relative(plan.now - run.ended))


def _of_run(plan: SitePlan, run: LastRun | None, *, may_run: bool) -> Iterator[Notice]:
    run_url, run_action = ("#run", _("Plan now")) if may_run else ("", "")
    flexible = [one for one in plan.all(Role.POWER) if one.kind in _FLEXIBLE]
    if run is None:
        if flexible:
            yield Notice("warn", _("There is no plan yet."), run_url, run_action and _("Make one"))
        return
    if run.state is JobState.FAILED:
        why = run.failure or _("unknown reason")
        yield Notice("bad", _("The last plan failed: %(why)s", why=why), run_url, run_action)
        return
    for unmet in run.unmet:
        at = unmet.at.astimezone(plan.zone)
        if at > plan.now - timedelta(hours=1):
            yield Notice("warn", _unmet_text(plan, unmet), "#plan-title", _("Why?"), at)
    yield from (Notice("info", text) for text in run.notices)
    if run.ended is not None:
        yield from _of_reach(plan, [one.values for one in flexible], run_url, run_action)


def _of_reach(plan: SitePlan, flexible: Sequence[Floats], url: str, action: str) -> Iterator[Notice]:
    """Yield a notice when the plan ends soon, or has ended."""
    if not flexible:
        return
    planned = np.flatnonzero(np.isfinite(flexible).any(axis=0))
    end = plan.at(int(planned[-1]) + 1) if len(planned) else plan.at(0)
    if end <= plan.now:
        yield Notice("bad", _("The plan has ended: nothing is planned from now on."), url, action)
    elif end < plan.now + _PLAN_WANTED:
        text = _("The plan ends at %(when)s.", when=clock(end, plan.now))
        yield Notice("warn", text, url, action, at=end)


def _unmet_text(plan: SitePlan, unmet: Unmet) -> str:
    missed = {
        "soc-minima": _("%(device)s falls %(amount)s short of its minimum at %(when)s."),
        "soc-min": _("%(device)s falls %(amount)s short of its minimum at %(when)s."),
        "soc-maxima": _("%(device)s exceeds its maximum by %(amount)s at %(when)s."),
        "soc-max": _("%(device)s exceeds its maximum by %(amount)s at %(when)s."),
        "soc-targets": _("%(device)s misses its target by %(amount)s at %(when)s."),
    }
    return missed[unmet.field] % {
        "device": unmet.device,
        "amount": f"{decimal(unmet.violation_kwh)}{THIN_SPACE}kWh",
        "when": clock(unmet.at.astimezone(plan.zone), plan.now),
    }


def _of_sensors(plan: SitePlan, silent: Sequence[SilentSensor]) -> Iterator[Notice]:
    url, action = f"/assets/{plan.asset_id}/status", _("See their status")
    measured = [one for one in silent if not one.is_forecast]
    if measured:
        text = ngettext(
            "%(n)d sensor tells nothing new: %(names)s.",
            "%(n)d sensors tell nothing new: %(names)s.",
            len(measured),
            n=len(measured),
            names=_names(plan, measured),
        )
        yield Notice("warn", text, url, action)
    forecast = [one for one in silent if one.is_forecast]
    if forecast:
        text = _("Forecasts end too soon: %(names)s.", names=_names(plan, forecast))
        yield Notice("warn", text, url, action)


def _names(plan: SitePlan, silent: Sequence[SilentSensor]) -> str:
    """Return the names of the sensors that are silent for the longest time, with that time."""
    ordered = sorted(silent, key=lambda one: (one.since is not None, one.since))
    named = [_named(plan, one) for one in ordered[:_NAMED]]
    return ", ".join([*named, "…"] if len(ordered) > _NAMED else named)


def _named(plan: SitePlan, silent: SilentSensor) -> str:
    name = f"{silent.asset_name} {silent.sensor.name}".strip()
    if silent.since is None or silent.is_forecast:
        return name
    return _("%(sensor)s (%(span)s)", sensor=name, span=span(plan.now - silent.since))


def _of_prices(plan: SitePlan) -> Iterator[Notice]:
    price = plan.first(Role.CONSUMPTION_PRICE)
    if price is None:
        url = f"/assets/{plan.asset_id}/properties/flex-context#consumption-price"
        yield Notice("warn", _("The site has no prices: plans need them."), url, _("Set them"))
        return
    known = np.flatnonzero(np.isfinite(price.values))
    end = plan.at(int(known[-1]) + 1) if len(known) else plan.at(0)
    if end <= plan.now:
        yield Notice("bad", _("No prices are known from now on."), f"/assets/{plan.asset_id}/status", _("See why"))
    elif end < _prices_wanted_until(plan):
        text = _("Prices are known until %(when)s only.", when=clock(end, plan.now))
        yield Notice("warn", text, f"/assets/{plan.asset_id}/status", _("See why"), at=end)


def _prices_wanted_until(plan: SitePlan) -> datetime:
    """Return how far prices should be known: half a day, from the afternoon on all of tomorrow."""
    local = plan.now.astimezone(plan.zone)
    if local.time() < _PRICES_COME_BY:
        return plan.now + _PRICES_WANTED
    return local_day(local.date() + DAY, plan.zone).end
