"""Which limits may be broken, and at what price: the relaxation flags and breach prices resolved.

===================================  ==========  ==============  ================
given                                SoC soft    site soft       device soft
===================================  ==========  ==============  ================
nothing, or relax-constraints true   yes         yes             no
relax-constraints false              no          no              no
relax-soc-constraints                as flag     –               –
relax-site-capacity-constraints      –           as flag         –
relax-capacity-constraints true      –           –               unless priced
===================================  ==========  ==============  ================

A stated breach price is kept whatever the flags say; the other direction of an
SoC or site pair still gets its default while its flag is on. Pricing one
direction of devices leaves the other one hard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wattloom.scheduling.flexmodel.variable import Fixed, Variable

SOC_BREACH_PER_MWH = 1e6
SITE_BREACH_PER_MW = 1e7
DEVICE_BREACH_PER_MW = 1e5


@dataclass(frozen=True, slots=True)
class BreachPrices:
    """Prices of breaking limits; None where a limit is hard.

    Attributes:
        soc_minima: Per MWh below soc-minima or targets.
        soc_maxima: Per MWh above soc-maxima or targets.
        site_consumption: Per MW above the site-consumption-capacity.
        site_production: Per MW above the site-production-capacity.
        device_consumption: Per MW above a consumption-capacity.
        device_production: Per MW above a production-capacity.
        is_soc_for_off_tick_only: Whether the SoC prices hold only for stocks with events between ticks.
        soc_factor: What the SoC prices are multiplied by.
    """

    soc_minima: Variable | None = None
    soc_maxima: Variable | None = None
    site_consumption: Variable | None = None
    site_production: Variable | None = None
    device_consumption: Variable | None = None
    device_production: Variable | None = None
    is_soc_for_off_tick_only: bool = False
    soc_factor: float = 1.0


def resolve_breach_prices(fields: Mapping[str, Any], *, fills_defaults: bool = True) -> BreachPrices:
    """Return the prices of breaking limits.

    Args:
        fields: The parsed flex-context.
        fills_defaults: False with the deprecated price fields: only stated prices count.
    """
    umbrella = fields.get("relax-constraints", True)
    soc = fills_defaults and fields.get("relax-soc-constraints", umbrella)
    site = fills_defaults and fields.get("relax-site-capacity-constraints", umbrella)
    stated_device = "consumption-breach-price" in fields or "production-breach-price" in fields
    device = fills_defaults and fields.get("relax-capacity-constraints", False) and not stated_device

    def price(name: str, default: float, *, is_relaxed: bool) -> Variable | None:
        stated: Variable | None = fields.get(name)
        return stated if stated is not None else (Fixed(default) if is_relaxed else None)

    return BreachPrices(
        soc_minima=price("soc-minima-breach-price", SOC_BREACH_PER_MWH, is_relaxed=soc),
        soc_maxima=price("soc-maxima-breach-price", SOC_BREACH_PER_MWH, is_relaxed=soc),
        site_consumption=price("site-consumption-breach-price", SITE_BREACH_PER_MW, is_relaxed=site),
        site_production=price("site-production-breach-price", SITE_BREACH_PER_MW, is_relaxed=site),
        device_consumption=price("consumption-breach-price", DEVICE_BREACH_PER_MW, is_relaxed=device),
        device_production=price("production-breach-price", DEVICE_BREACH_PER_MW, is_relaxed=device),
    )


def relax_off_tick_stocks(prices: BreachPrices, fields: Mapping[str, Any]) -> BreachPrices:
    """Soften the SoC constraints of stocks with events between ticks, or of all stocks if one direction is priced.

    What is projected onto ticks is an estimate: it must not make a plan
    impossible, unless ``relax-soc-constraints`` is false on purpose.
    """
    if fields.get("relax-soc-constraints") is False:
        return prices
    default = Fixed(SOC_BREACH_PER_MWH)
    return replace(
        prices,
        soc_minima=default if prices.soc_minima is None else prices.soc_minima,
        soc_maxima=default if prices.soc_maxima is None else prices.soc_maxima,
        is_soc_for_off_tick_only=prices.soc_minima is None and prices.soc_maxima is None,
    )
