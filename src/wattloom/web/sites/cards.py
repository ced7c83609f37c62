"""Everything on the front page of a site around its plan: now, costs, what needs attention, devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wattloom.language import gettext as _
from wattloom.sites import Costs, LastRun, Reading, Role, SilentSensor, SitePlan
from wattloom.web.sites.attention import Attention, make_attention
from wattloom.web.sites.costs import CostCard, make_costs
from wattloom.web.sites.devices import DeviceRow, chargers_without_power, make_devices
from wattloom.web.sites.flow import Flow, make_flow
from wattloom.web.sites.words import clock

_SAME_PRICE = 0.02
"""Prices that differ by less than this share are the same to people."""


@dataclass(frozen=True, slots=True)
class PriceNow:
    """What a kWh costs now.

    Attributes:
        value: In ``unit``.
        unit: Such as ``EUR/kWh``.
        change: When it is going to be cheaper or dearer; empty when that is not known.
    """

    value: float
    unit: str
    change: str


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What was read about a site.

    Attributes:
        plan: The last seven days and the next two.
        readings: What is known at this moment.
        costs: Of the last seven days; None without prices or power.
        run: The newest scheduling job, if there is one.
        silent: Sensors that say nothing new.
    """

    plan: SitePlan
    readings: Sequence[Reading]
    costs: Costs | None
    run: LastRun | None
    silent: Sequence[SilentSensor]


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards; parts are None where nothing is known about them."""

    zone: str
    flow: Flow | None
    price: PriceNow | None
    costs: CostCard | None
    has_prices: bool
    attention: Attention
    devices: tuple[DeviceRow, ...]


def make_cards(facts: SiteFacts, *, may_run: bool) -> Cards:
    """Put into words and numbers what is known about a site.

    Args:
        facts: What is known.
        may_run: Whether who looks may make plans.
    """
    plan = facts.plan
    flow = make_flow(facts.readings, without_power=chargers_without_power(plan))
    today = plan.now.astimezone(plan.zone).date()
    has_today = bool(facts.costs and facts.costs.days and facts.costs.days[-1].date == today)
    return Cards(
        zone=plan.zone.key,
        flow=flow,
        price=_price(plan),
        costs=make_costs(facts.costs, has_today=has_today),
        has_prices=plan.first(Role.CONSUMPTION_PRICE) is not None,
        attention=make_attention(plan, facts.run, facts.silent, may_run=may_run),
        devices=make_devices(plan, facts.readings, flow.devices if flow is not None else ()),
    )


def _price(plan: SitePlan) -> PriceNow | None:
    price, t0 = plan.first(Role.CONSUMPTION_PRICE), plan.step_at(plan.now)
    if price is None or not 0 <= t0 < plan.n_steps or np.isnan(price.values[t0]):
        return None
    value = float(price.values[t0])
    ahead = price.values[t0 : t0 + int(timedelta(days=1) / plan.step)]
    differs = np.flatnonzero(np.abs(ahead - value) > _SAME_PRICE * abs(value))
    change = ""
    if len(differs):
        other = float(ahead[differs[0]])
        when = clock(plan.at(t0 + int(differs[0])), plan.now)
        words = _("cheaper from %(when)s") if other < value else _("dearer from %(when)s")
        change = words % {"when": when}
    return PriceNow(value, price.unit, change)
