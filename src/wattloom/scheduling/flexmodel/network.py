"""One commodity of a flex-context: its prices, its limits, and what it costs to break them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wattloom.scheduling.flexmodel.relaxation import SITE_BREACH_PER_MW, BreachPrices
from wattloom.scheduling.flexmodel.variable import Fixed, Variable

_NOTHING = Fixed(0.0)
DEFINING = (
    "consumption-price",
    "production-price",
    "site-consumption-capacity",
    "site-production-capacity",
    "site-power-capacity",
)
"""Fields that connect a commodity to a grid; without any of them it is an internal node."""


@dataclass(frozen=True, slots=True)
class NetworkModel:
    """What the devices of one commodity are attached to. Prices per MWh or MW, capacities in MW.

    Attributes:
        commodity: Its name.
        is_node: Whether nothing enters or leaves: prices and limits mean nothing then.
        consumption_price: Of net consumption.
        production_price: Of net production.
        power_capacity: Hard limit in both directions.
        consumption_capacity: Limit on net consumption; soft if it has a breach price.
        production_capacity: Limit on net production.
        consumption_breach_price: Of exceeding the consumption capacity.
        production_breach_price: Of exceeding the production capacity.
        peak_consumption: Peak that is paid for already.
        peak_consumption_price: Of the peak above it; None when peaks cost nothing.
        peak_production: The same for production.
        peak_production_price: The same for production.
        aggregate_consumption: Sensor that receives net consumption.
        aggregate_production: Sensor that receives net production.
        notices: What people should know about what was assumed.
    """

    commodity: str
    is_node: bool = False
    consumption_price: Variable = _NOTHING
    production_price: Variable = _NOTHING
    power_capacity: Variable | None = None
    consumption_capacity: Variable | None = None
    production_capacity: Variable | None = None
    consumption_breach_price: Variable | None = None
    production_breach_price: Variable | None = None
    peak_consumption: Variable = _NOTHING
    peak_consumption_price: Variable | None = None
    peak_production: Variable = _NOTHING
    peak_production_price: Variable | None = None
    aggregate_consumption: int | None = None
    aggregate_production: int | None = None
    notices: tuple[str, ...] = ()


def electricity_of(fields: Mapping[str, Any], breach_prices: BreachPrices) -> NetworkModel:
    """Return the connection that the top level of a flex-context describes; it has a consumption-price."""
    return NetworkModel(
        commodity="electricity",
        consumption_price=fields["consumption-price"],
        production_price=fields.get("production-price", fields["consumption-price"]),
        consumption_capacity=fields.get("site-consumption-capacity"),
        production_capacity=fields.get("site-production-capacity"),
        consumption_breach_price=breach_prices.site_consumption,
        production_breach_price=breach_prices.site_production,
        **_shared(fields),
    )


def network_of(commodity: str, fields: Mapping[str, Any], *, is_relaxed: bool) -> NetworkModel:
    """Return one of several commodities, with the defaults that hold there.

    What is stated says what is meant: a commodity with a consumption price
    alone is bought and never sold back. A direction with neither price nor
    capacity has none; one with a capacity and no price is free. A power
    capacity alone allows both directions at no cost. With nothing at all the
    commodity is an internal node, or, if it is electricity, not connected.

    Args:
        commodity: Its name.
        fields: Parsed fields of its context.
        is_relaxed: Whether breaking the limits of sites is possible at a price.
    """
    given = [name for name in DEFINING if name in fields]
    if not given and commodity != "electricity":
        return NetworkModel(commodity, is_node=True, **_outputs(fields))
    capacities: dict[str, Variable | None] = {}
    breach_prices: dict[str, Variable | None] = {}
    notices = []
    for way in ("consumption", "production"):
        capacities[way] = fields.get(f"site-{way}-capacity")
        breach_prices[way] = fields.get(f"site-{way}-breach-price")
        if given != ["site-power-capacity"] and capacities[way] is None and f"{way}-price" not in fields:
            capacities[way] = Fixed(0.0)
            if is_relaxed and breach_prices[way] is None:
                breach_prices[way] = Fixed(SITE_BREACH_PER_MW)
            if breach_prices[way] is None:
                notices.append(f"{commodity}: neither a price nor a capacity of {way} is given; there is none.")
    buying: Variable = fields.get("consumption-price", Fixed(0.0))
    selling: Variable = Fixed(0.0) if "site-production-capacity" in fields else buying
    return NetworkModel(
        commodity=commodity,
        consumption_price=buying,
        production_price=fields.get("production-price", selling),
        consumption_capacity=capacities["consumption"],
        production_capacity=capacities["production"],
        consumption_breach_price=breach_prices["consumption"],
        production_breach_price=breach_prices["production"],
        **_shared(fields),
        notices=tuple(notices),
    )


def _shared(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every connection takes from its context as it is."""
    return {
        "power_capacity": fields.get("site-power-capacity"),
        "peak_consumption": fields.get("site-peak-consumption", Fixed(0.0)),
        "peak_consumption_price": fields.get("site-peak-consumption-price"),
        "peak_production": fields.get("site-peak-production", Fixed(0.0)),
        "peak_production_price": fields.get("site-peak-production-price"),
        **_outputs(fields),
    }


def _outputs(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "aggregate_consumption": fields.get("aggregate-consumption"),
        "aggregate_production": fields.get("aggregate-production"),
    }
