"""Which sensors of a site the plan needs, read from its flex-context and flex-models.

The stored JSON is read leniently: what is not a reference to a sensor is
skipped, since a chart should show what there is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattloom.assets import Asset
from wattloom.errors import InputError
from wattloom.sites.plan import DeviceKind, Role
from wattloom.timeseries import BeliefFilter, Sensor, consumption_sign
from wattloom.units import convert, parse_quantity

ELECTRICITY: Final = "electricity"
_KINDS: Mapping[str, DeviceKind] = {
    "solar": DeviceKind.PV,
    "wind": DeviceKind.PV,
    "battery": DeviceKind.BATTERY,
    "one-way_evse": DeviceKind.EV,
    "two-way_evse": DeviceKind.EV,
    "heat-storage": DeviceKind.HEAT,
    "heat-pump": DeviceKind.HEAT,
    "process": DeviceKind.PROCESS,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One sensor that a series is made of.

    Attributes:
        sensor_id: The sensor.
        filter: Which of its beliefs count.
        sign: 1 where its values are consumption-positive, −1 where production
            is, 0 where the sensor itself says so.
    """

    sensor_id: int
    filter: BeliefFilter
    sign: int = 1

    def sign_for(self, sensor: Sensor) -> int:
        """Return 1 or −1: what its values are multiplied with."""
        return self.sign or consumption_sign(sensor)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series of the plan, as the sum of its terms.

    Attributes:
        role: What it says.
        terms: Never empty.
        device: The asset that it belongs to; None for prices and the grid, and
            where the sensor decides.
        kind: Of the device; None where its asset type decides.
        capacity_kwh: Of a stock, if known [kWh].
    """

    role: Role
    terms: tuple[Term, ...]
    device: Asset | None = None
    kind: DeviceKind | None = None
    capacity_kwh: float | None = None


def wanted_series(context: Mapping[str, Any], devices: Sequence[Asset]) -> list[Wanted]:
    """Return the series of a site in reading order: prices, devices, grid, stocks.

    Args:
        context: The flex-context in force at the site.
        devices: The site and the assets below it; those with a flex-model count.
    """
    electricity = electricity_of(context)
    models = [(asset, asset.flex_model) for asset in devices if asset.flex_model]
    return [
        *_prices(electricity),
        *_inflexible(electricity),
        *(wanted for asset, model in models for wanted in _device_power(asset, model)),
        *_aggregate(electricity),
        *(wanted for asset, model in models for wanted in _stock(asset, model)),
    ]


def kind_of(asset: Asset, *, has_stock: bool = False) -> DeviceKind:
    """Return the kind of device that an asset is; unknown types are told by whether they store."""
    return _KINDS.get(asset.asset_type.name, DeviceKind.BATTERY if has_stock else DeviceKind.PROCESS)


def electricity_of(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part of a flex-context that is about electricity."""
    commodities = context.get("commodities")
    if isinstance(commodities, list):
        for entry in commodities:
            if isinstance(entry, dict) and entry.get("commodity", ELECTRICITY) == ELECTRICITY:
                return entry
    return context


def _prices(context: Mapping[str, Any]) -> Iterator[Wanted]:
    for role, fields in (
        (Role.CONSUMPTION_PRICE, ("consumption-price", "consumption-price-sensor")),
        (Role.PRODUCTION_PRICE, ("production-price", "production-price-sensor")),
    ):
        terms = [term for field in fields for term in terms_of(context.get(field), 1)]
        if terms:
            yield Wanted(role, (terms[0],))


def _inflexible(context: Mapping[str, Any]) -> Iterator[Wanted]:
    for field, sign, kind in (
        ("inflexible-production", -1, DeviceKind.PV),
        ("inflexible-consumption", 1, DeviceKind.LOAD),
        ("inflexible-device-sensors", 0, None),
    ):
        for term in terms_of(context.get(field), sign):
            yield Wanted(Role.POWER, (term,), kind=kind)


def _device_power(asset: Asset, model: Mapping[str, Any]) -> Iterator[Wanted]:
    """Yield the power of a device: its output sensors, else its power sensor, else it is inflexible."""
    for fields in (
        (("consumption", 1), ("production", -1)),
        (("sensor", 0),),
        (("inflexible-consumption", 1), ("inflexible-production", -1)),
    ):
        terms = tuple(term for field, sign in fields for term in terms_of(model.get(field), sign))
        if terms:
            yield Wanted(Role.POWER, terms, asset, kind_of(asset, has_stock="state-of-charge" in model))
            return


def _aggregate(context: Mapping[str, Any]) -> Iterator[Wanted]:
    for fields in ((("aggregate-consumption", 1), ("aggregate-production", -1)), (("aggregate-power", 0),)):
        terms = tuple(term for field, sign in fields for term in terms_of(context.get(field), sign))
        if terms:
            yield Wanted(Role.NET_POWER, terms)
            return


def _stock(asset: Asset, model: Mapping[str, Any]) -> Iterator[Wanted]:
    terms = tuple(terms_of(model.get("state-of-charge"), 1))
    if terms:
        yield Wanted(
            Role.STOCK,
            terms,
            asset,
            kind_of(asset, has_stock=True),
            quantity_of(model.get("soc-max"), "kWh", bare="MWh"),
        )


def terms_of(value: object, sign: int) -> Iterator[Term]:
    """Yield the sensors that a field refers to: an id, a reference, or a list of them."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield Term(value, BeliefFilter(), sign)
    elif isinstance(value, dict) and isinstance(value.get("sensor"), int):
        yield Term(value["sensor"], _filter(value), sign)
    elif isinstance(value, list):
        for item in value:
            yield from terms_of(item, sign)


def _filter(reference: Mapping[str, Any]) -> BeliefFilter:
    def listed(field: str) -> frozenset[Any] | None:
        value = reference.get(field)
        return frozenset(value) if isinstance(value, list) else None

    return BeliefFilter(
        source_ids=listed("sources"),
        source_types=listed("source-types"),
        exclude_source_types=listed("exclude-source-types") or frozenset(),
        source_account_ids=listed("source-account"),
    )


def quantity_of(value: object, unit: str, *, bare: str | None = None) -> float | None:
    """Return a quantity in a unit; None where it is none, or a reference to a sensor.

    Args:
        value: JSON of a field.
        unit: The unit wanted.
        bare: What numbers without a unit mean.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and bare is not None:
        return float(convert(np.array([float(value)]), bare, unit)[0])
    if not isinstance(value, str):
        return None
    try:
        quantity = parse_quantity(value, field="value")
        return float(convert(np.array([quantity.magnitude]), quantity.unit or bare or "", unit)[0])
    except InputError:
        return None
