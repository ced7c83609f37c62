"""The flex-context: prices, the grid connection, and what is not scheduled behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wattloom.scheduling.flexmodel.commitment import CustomCommitment, parse_commitments
from wattloom.scheduling.flexmodel.fields import COMMITMENT, FLEX_CONTEXT, Kind
from wattloom.scheduling.flexmodel.quantity import price_currency, unit_of
from wattloom.scheduling.flexmodel.relaxation import BreachPrices, resolve_breach_prices
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import Fixed, SensorReference, Sensors, Variable, as_id

DEFAULT_CURRENCY = "EUR"
_DEPRECATED_PRICES = {
    "consumption-price-sensor": "consumption-price",
    "production-price-sensor": "production-price",
}
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
    """

    reference: SensorReference
    field: str
    is_consumption: bool | None


@dataclass(frozen=True, slots=True)
class Site:
    """A parsed flex-context: one connection to the electricity grid.

    Prices are per MWh or MW of ``currency``, capacities in MW.
    """

    currency: str
    consumption_price: Variable
    production_price: Variable
    power_capacity: Variable | None
    consumption_capacity: Variable | None
    production_capacity: Variable | None
    peak_consumption: Variable
    peak_consumption_price: Variable | None
    peak_production: Variable
    peak_production_price: Variable | None
    breach_prices: BreachPrices
    inflexible: tuple[InflexibleDevice, ...]
    commitments: tuple[CustomCommitment, ...]
    aggregate_consumption: int | None
    aggregate_production: int | None
    aggregate_power: int | None
    flags: Mapping[str, bool]


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
    scope = Scope(scope.sensors, scope.zone, currency=find_currency(context, scope.sensors))
    fields = parse_fields(context, FLEX_CONTEXT, scope, problems)
    if not any(context.get(name) is not None for name in ("consumption-price", "consumption-price-sensor")):
        problems.add("Missing consumption price for commodity 'electricity'.", "consumption-price")
    fills_defaults = _adopt_deprecated(fields, problems, scope)
    commitments = parse_commitments(fields.get("commitments", []), scope, problems)
    _check_combinations(fields, scope.sensors, problems)
    problems.raise_if_any()
    return Site(
        currency=scope.currency,
        consumption_price=fields["consumption-price"],
        production_price=fields.get("production-price", fields["consumption-price"]),
        power_capacity=fields.get("site-power-capacity"),
        consumption_capacity=fields.get("site-consumption-capacity"),
        production_capacity=fields.get("site-production-capacity"),
        peak_consumption=fields.get("site-peak-consumption", Fixed(0.0)),
        peak_consumption_price=fields.get("site-peak-consumption-price"),
        peak_production=fields.get("site-peak-production", Fixed(0.0)),
        peak_production_price=fields.get("site-peak-production-price"),
        breach_prices=resolve_breach_prices(fields, fills_defaults=fills_defaults),
        inflexible=tuple(_inflexible(fields)),
        commitments=commitments,
        aggregate_consumption=fields.get("aggregate-consumption"),
        aggregate_production=fields.get("aggregate-production"),
        aggregate_power=fields.get("aggregate-power"),
        flags={name: value for name, value in fields.items() if name.startswith("relax")},
    )


def normalised(raw: object, problems: Problems) -> Mapping[str, Any]:
    """Return a flex-context as one object: a list of one electricity context is that context.

    Several commodities are refused, until this version can schedule them.
    """
    listed = raw.get("commodities") if isinstance(raw, Mapping) else raw
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) for item in listed):
        if isinstance(raw, Mapping):
            return raw
        problems.add("The flex-context must be an object, or a list of objects.", "flex-context")
        return {}
    names = [item.get("commodity", "electricity") for item in listed]
    repeated = sorted({str(name) for name in names if names.count(name) > 1})
    if repeated:
        problems.add(
            f"Each commodity may only be listed once in `commodities`. Duplicate(s): {repeated}.", "commodities"
        )
    if any(name != "electricity" for name in names):
        problems.add("Commodities other than electricity are not supported yet by this version.", "commodities")
    top = {key: value for key, value in raw.items() if key != "commodities"} if isinstance(raw, Mapping) else {}
    electricity: Mapping[str, Any] = next(
        (item for item in listed if item.get("commodity", "electricity") == "electricity"), {}
    )
    return {**top, **electricity}


def find_currency(context: Mapping[str, Any], sensors: Sensors) -> str:
    """Return what the prices of a flex-context are counted in: the first price decides, in the order of the table."""
    for value in _prices(context):
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


def _check_combinations(fields: Mapping[str, Any], sensors: Sensors, problems: Problems) -> None:
    if fields.get("commodity", "electricity") != "electricity":
        problems.add("The top-level flex-context only supports the 'electricity' commodity.", "commodity")
    mixed = [name for name in _INFLEXIBLE[1:] if name in fields and _INFLEXIBLE[0] in fields]
    for name in mixed:
        problems.add(f"Must pass either inflexible-device-sensors (deprecated) or {name}.", name)
    seen: set[int] = set()
    for device in _inflexible(fields) if not mixed else ():
        complaint = _inflexible_complaint(device, seen, sensors)
        if complaint is not None:
            problems.add(complaint, device.field)
        seen.add(device.reference.sensor_id)


def _inflexible_complaint(device: InflexibleDevice, seen: set[int], sensors: Sensors) -> str | None:
    sensor_id = device.reference.sensor_id
    if sensor_id in seen:
        return f"Sensor {sensor_id} may only be listed once across the inflexible devices."
    stated = sensors[sensor_id].attributes.get("consumption_is_positive")
    if None not in {stated, device.is_consumption} and bool(stated) is not device.is_consumption:
        return f"Sensor {sensor_id} has the attribute consumption_is_positive set to {stated}, which does not fit here."
    return None


def _inflexible(fields: Mapping[str, Any]) -> Iterator[InflexibleDevice]:
    for name, is_consumption in zip(_INFLEXIBLE, (None, True, False), strict=True):
        for reference in fields.get(name, ()):
            yield InflexibleDevice(reference, name, is_consumption)
