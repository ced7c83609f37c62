"""The flex-context: commodities with their prices and limits, what may be broken, and what is not scheduled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel.commitment import CustomCommitment, parse_commitments
from wattloom.scheduling.flexmodel.device import ELECTRICITY
from wattloom.scheduling.flexmodel.fields import COMMITMENT, FLEX_CONTEXT, Kind
from wattloom.scheduling.flexmodel.network import DEFINING, NetworkModel, electricity_of, network_of
from wattloom.scheduling.flexmodel.quantity import price_currency, unit_of
from wattloom.scheduling.flexmodel.relaxation import BreachPrices, resolve_breach_prices
from wattloom.scheduling.flexmodel.scenarios import Scenarios, parse_scenarios
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import GroupKey, SensorReference, Sensors, as_id
from wattloom.scheduling.flexmodel.window import LaterResolution

DEFAULT_CURRENCY = "EUR"
_DEPRECATED_PRICES = {
    "consumption-price-sensor": "consumption-price",
    "production-price-sensor": "production-price",
}
_TOP_LEVEL_ONLY = (*_DEPRECATED_PRICES, "aggregate-power", "commodities")
_GOVERNING = frozenset(
    {
        *(name for name in FLEX_CONTEXT if name.startswith(("relax-", "soc-", "prefer-", "later-"))),
        "consumption-breach-price",
        "production-breach-price",
        "scenarios",
    }
)
"""Fields that are about stocks and devices of all commodities: the top level decides, else the electricity context."""
_INFLEXIBLE = ("inflexible-device-sensors", "inflexible-consumption", "inflexible-production")
_REFUSED_WITH_DEPRECATED = tuple(
    name for name in FLEX_CONTEXT if "breach" in name or "peak" in name or name.startswith("relax")
)


@dataclass(frozen=True, slots=True)
class InflexibleDevice:
    """Something behind the connection that is taken as it is.

    Attributes:
        reference: Its sensor.
        field: The key that named it.
        is_consumption: Whether the stored values count consumption positive once
            read by the field's convention; None: ask the sensor's attribute.
        commodity: What it takes or gives.
        group: The group that it stands in.
    """

    reference: SensorReference
    field: str
    is_consumption: bool | None
    commodity: str = ELECTRICITY
    group: GroupKey | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A parsed flex-context.

    Attributes:
        currency: Of all prices.
        networks: Its commodities: electricity first if the top level describes it, then as listed.
        breach_prices: Of breaking limits of stocks and devices.
        commitments: Promises: those of the top level, then those of its commodities.
        inflexible: What is not scheduled, commodity by commodity.
        aggregate_power: Sensor that receives the net flow of electricity, with the sign of its attribute.
        flags: The relaxation flags as stated.
        later_resolution: Longer steps for what is far ahead; None for equal ones.
        prefers_smooth_power: Whether power changes as little as possible among plans of equal cost.
        prefers_previous_schedule: Whether as little as possible of the previous plan changes.
        scenarios: Futures to weigh against each other; None to take the median for certain.
    """

    currency: str
    networks: tuple[NetworkModel, ...]
    breach_prices: BreachPrices
    commitments: tuple[CustomCommitment, ...]
    inflexible: tuple[InflexibleDevice, ...]
    aggregate_power: int | None
    flags: Mapping[str, bool]
    later_resolution: LaterResolution | None = None
    prefers_smooth_power: bool = False
    prefers_previous_schedule: bool = False
    scenarios: Scenarios | None = None

    def network(self, commodity: str) -> NetworkModel | None:
        """Return the context of a commodity, if there is one."""
        return next((each for each in self.networks if each.commodity == commodity), None)


def parse_site(raw: object, scope: Scope) -> Site:
    """Read a flex-context.

    Args:
        raw: The effective flex-context: the request's over the inherited one.
        scope: Sensors and calendar; its currency is found here.

    Raises:
        FlexModelError: Every problem with its field.
    """
    problems = Problems()
    context = normalised(raw, problems)
    scope = replace(scope, currency=find_currency(context, scope.sensors))
    fields = parse_fields(context, FLEX_CONTEXT, scope, problems)
    listed = list(_listed(fields.get("commodities", []), scope, problems))
    fills_defaults = _adopt_deprecated(fields, problems, scope)
    inherited = next((each.fields for each in listed if each.commodity == ELECTRICITY), {})
    governing = {**{name: inherited[name] for name in inherited if name in _GOVERNING}, **fields}
    breach_prices = resolve_breach_prices(governing, fills_defaults=fills_defaults)
    is_relaxed = governing.get("relax-site-capacity-constraints", governing.get("relax-constraints", True))
    commitments = parse_commitments(fields.get("commitments", []), scope, problems)
    networks = [network_of(each.commodity, each.fields, is_relaxed=is_relaxed) for each in listed]
    is_top_level = not listed or any(name in fields for name in DEFINING)
    if is_top_level and all(each.commodity != ELECTRICITY for each in listed):
        if "consumption-price" in fields:
            networks.insert(0, electricity_of(fields, breach_prices))
        elif not any(context.get(name) is not None for name in ("consumption-price", "consumption-price-sensor")):
            problems.add("Missing consumption price for commodity 'electricity'.", "consumption-price")
    inflexible = [*_inflexible(fields), *(device for each in listed for device in each.inflexible)]
    scenarios = parse_scenarios(governing.get("scenarios"), scope, problems)
    if combines_well(fields, problems):
        _check_inflexible(inflexible, scope.sensors, problems)
    problems.raise_if_any()
    return Site(
        currency=scope.currency,
        networks=tuple(networks),
        breach_prices=breach_prices,
        commitments=(*commitments, *(promise for each in listed for promise in each.commitments)),
        inflexible=tuple(inflexible),
        aggregate_power=fields.get("aggregate-power"),
        flags={name: value for name, value in governing.items() if name.startswith("relax")},
        later_resolution=governing.get("later-resolution"),
        prefers_smooth_power=governing.get("prefer-smooth-power", False),
        prefers_previous_schedule=governing.get("prefer-previous-schedule", False),
        scenarios=scenarios,
    )


def normalised(raw: object, problems: Problems) -> Mapping[str, Any]:
    """Return a flex-context as one object: a list of contexts is one with these commodities."""
    if isinstance(raw, Mapping):
        return raw
    if isinstance(raw, list) and all(isinstance(item, Mapping) for item in raw):
        return {"commodities": raw}
    problems.add("The flex-context must be an object, or a list of objects.", "flex-context")
    return {}


@dataclass(frozen=True, slots=True)
class _Listed:
    """One of several contexts, read field by field."""

    commodity: str
    fields: Mapping[str, Any]
    commitments: tuple[CustomCommitment, ...]
    inflexible: tuple[InflexibleDevice, ...]


def _listed(raw: object, scope: Scope, problems: Problems) -> Iterator[_Listed]:
    """Yield the contexts of ``commodities``; problems are named below it."""
    if not isinstance(raw, list) or not all(isinstance(item, Mapping) for item in raw):
        problems.add("Must be a list of flex-contexts, one per commodity.", "commodities")
        return
    names = [str(item.get("commodity") or ELECTRICITY) for item in raw]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        message = f"Each commodity may only be listed once in `commodities`. Duplicate(s): {repeated}."
        problems.add(message, "commodities")
    for index, (name, item) in enumerate(zip(names, raw, strict=True)):
        try:
            yield _read_listed(name, item, scope)
        except FlexModelError as error:
            for problem in error.problems:
                problems.add(problem.message, "commodities", index, *problem.path)


def _read_listed(commodity: str, raw: Mapping[str, Any], scope: Scope) -> _Listed:
    problems = Problems()
    fields = parse_fields(raw, FLEX_CONTEXT, scope, problems)
    for name in _TOP_LEVEL_ONLY:
        if name in fields:
            problems.add("Belongs at the top level of the flex-context, not into a commodity.", name)
    commitments = parse_commitments(fields.get("commitments", []), scope, problems, commodity=commodity)
    problems.raise_if_any()
    return _Listed(commodity, fields, commitments, tuple(_inflexible(fields, commodity)))


def find_currency(context: Mapping[str, Any], sensors: Sensors) -> str:
    """Return what the prices of a flex-context are counted in: the first price decides, in the order of the table."""
    listed = context.get("commodities")
    contexts = [context, *(item for item in (listed if isinstance(listed, list) else ()) if isinstance(item, Mapping))]
    for value in (price for each in contexts for price in _prices(each)):
        unit = _unit_of_price(value, sensors)
        currency = price_currency(unit) if unit is not None else None
        if currency is not None:
            return currency
    return DEFAULT_CURRENCY


def _prices(context: Mapping[str, Any]) -> Iterator[object]:
    for name, field in FLEX_CONTEXT.items():
        if name in context and (field.is_price or name in _DEPRECATED_PRICES):
            yield {"sensor": context[name]} if field.kind is Kind.ID else context[name]
    commitments = context.get("commitments")
    for commitment in commitments if isinstance(commitments, list) else ():
        if isinstance(commitment, Mapping):
            yield from (commitment[name] for name, field in COMMITMENT.items() if field.is_price and name in commitment)


def _unit_of_price(value: object, sensors: Sensors) -> str | None:
    if isinstance(value, Mapping):
        sensor = sensors.get(as_id(value.get("sensor")) or 0)
        return sensor.unit if sensor is not None else None
    first = value[0] if isinstance(value, list) and value else {"value": value}
    return unit_of(first)


def _adopt_deprecated(fields: dict[str, Any], problems: Problems, scope: Scope) -> bool:
    """Turn deprecated price fields into today's; return whether default breach prices are filled in."""
    used = [name for name in _DEPRECATED_PRICES if name in fields]
    for name in used:
        new = _DEPRECATED_PRICES[name]
        if new in fields:
            problems.add(f"Must pass either {new} or {name} (deprecated).", name)
            continue
        value = {new: {"sensor": fields.pop(name)}}
        fields.update(parse_fields(value, FLEX_CONTEXT, scope, problems))
    for name in _REFUSED_WITH_DEPRECATED if used else ():
        if name in fields:
            new = _DEPRECATED_PRICES[used[0]]
            problems.add(f"Please switch to using `{new}: {{'sensor': …}}` in order to use `{name}`.", name)
    return not used


def combines_well(fields: Mapping[str, Any], problems: Problems) -> bool:
    """Return whether the ways in which inflexible devices are listed go together; other commodities are listed apart."""
    if fields.get("commodity", ELECTRICITY) != ELECTRICITY:
        message = (
            "The top-level flex-context dict only supports the 'electricity' commodity; list others in commodities."
        )
        problems.add(message, "commodity")
    mixed = [name for name in _INFLEXIBLE[1:] if name in fields and _INFLEXIBLE[0] in fields]
    for name in mixed:
        problems.add(f"Must pass either inflexible-device-sensors (deprecated) or {name}.", name)
    return not mixed


def _check_inflexible(inflexible: Iterable[InflexibleDevice], sensors: Sensors, problems: Problems) -> None:
    seen: set[int] = set()
    for device in inflexible:
        sensor_id = device.reference.sensor_id
        if sensor_id in seen:
            problems.add(repeated_complaint(device), device.field)
        else:
            complaint = sign_complaint(device, sensors)
            if complaint is not None:
                problems.add(complaint, device.field)
        seen.add(sensor_id)


def repeated_complaint(device: InflexibleDevice) -> str:
    """Return what is wrong if a device is listed twice: it would count twice."""
    return f"Sensor {device.reference.sensor_id} may only be listed once across the inflexible devices."


def sign_complaint(device: InflexibleDevice, sensors: Sensors) -> str | None:
    """Return what is wrong if a sensor says that its sign is another one than its field."""
    sensor_id = device.reference.sensor_id
    stated = sensors[sensor_id].attributes.get("consumption_is_positive")
    if None not in {stated, device.is_consumption} and bool(stated) is not device.is_consumption:
        return f"Sensor {sensor_id} has the attribute consumption_is_positive set to {stated}, which does not fit here."
    return None


def _inflexible(fields: Mapping[str, Any], commodity: str = ELECTRICITY) -> Iterator[InflexibleDevice]:
    for name, is_consumption in zip(_INFLEXIBLE, (None, True, False), strict=True):
        for reference in fields.get(name, ()):
            yield InflexibleDevice(reference, name, is_consumption, commodity)
