"""Which limits the stored flex-config of a site states, and what they are on the grid of its plan.

As in ``wanted``, what cannot be read is skipped: a chart shows what there is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.assets import Asset, inherited_flex_context
from wattloom.sites.plan import DeviceKind, LimitCode, PlanLimit
from wattloom.sites.site import Site, readable_sensors
from wattloom.sites.wanted import Term, electricity_of, kind_of, quantity_of, terms_of
from wattloom.timeseries import Floats, Sensor
from wattloom.units import is_convertible

_SITE: Final = (
    (LimitCode.IMPORT_CAPACITY, ("site-power-capacity", "site-consumption-capacity")),
    (LimitCode.EXPORT_CAPACITY, ("site-power-capacity", "site-production-capacity")),
)
_DEVICE: Final = (
    (LimitCode.CONSUMPTION_CAPACITY, ("power-capacity", "consumption-capacity")),
    (LimitCode.PRODUCTION_CAPACITY, ("power-capacity", "production-capacity")),
)
_STOCK: Final = (
    (LimitCode.MINIMUM, ("soc-min",)),
    (LimitCode.MAXIMUM, ("soc-max",)),
    (LimitCode.MINIMA, ("soc-minima",)),
    (LimitCode.MAXIMA, ("soc-maxima",)),
    (LimitCode.TARGET, ("soc-targets",)),
)


@dataclass(frozen=True, slots=True)
class WantedLimit:
    """A limit of the plan: the least of some constants and sensors.

    Attributes:
        code: What it bounds.
        asset: The site or the device.
        kind: Of the device; None for the site.
        unit: ``kW`` or ``kWh``.
        constant: The least of those that are stated as quantities; None without any.
        terms: Sensors that state others.
    """

    code: LimitCode
    asset: Asset
    kind: DeviceKind | None
    unit: str
    constant: float | None
    terms: tuple[Term, ...]


def wanted_limits(site: Asset, context: Mapping[str, Any], devices: Sequence[Asset]) -> list[WantedLimit]:
    """Return the limits of a site and of its devices, each in reading order.

    Args:
        site: The site.
        context: The flex-context in force there.
        devices: The site and the assets below it; those with a flex-model count.
    """
    models = [(asset, asset.flex_model) for asset in devices if asset.flex_model]
    return [
        *_limits(_SITE, site, None, "kW", electricity_of(context)),
        *(each for asset, model in models for each in _limits(_DEVICE, asset, _kind(asset, model), "kW", model)),
        *(each for asset, model in models for each in _limits(_STOCK, asset, _kind(asset, model), "kWh", model)),
    ]


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """The limits of a site that a user may read, with the sensors that state some of them.

    Attributes:
        wanted: In reading order.
        sensors: By id.
    """

    wanted: Sequence[WantedLimit]
    sensors: Mapping[int, Sensor]


def find_limits(connection: Connection, user: User, site: Site) -> SiteLimits:
    """Return the limits that the stored flex-config of a site states; without those that the user may not read."""
    context = inherited_flex_context(connection, site.asset.id)
    limits = wanted_limits(site.asset, context, list(site.devices.values()))
    ids = {term.sensor_id for limit in limits for term in limit.terms}
    readable = readable_sensors(connection, user, ids, site.devices)
    return SiteLimits([limit for limit in limits if _is_readable(limit, readable)], readable)


def limit_on_grid(wanted: WantedLimit, stated: Sequence[Floats]) -> PlanLimit:
    """Return a limit as one value, or as one for each step where sensors state it.

    Args:
        wanted: The limit.
        stated: The values of its sensors in its unit, each of shape (n_steps,).
    """
    least = np.nan if wanted.constant is None else wanted.constant
    values: float | Floats = np.fmin.reduce([*stated, np.full_like(stated[0], least)]) if stated else least
    return PlanLimit(wanted.code, wanted.kind, wanted.asset.name, wanted.asset.id, wanted.unit, values)


def _limits(
    table: Sequence[tuple[LimitCode, Sequence[str]]],
    asset: Asset,
    kind: DeviceKind | None,
    unit: str,
    config: Mapping[str, Any],
) -> Iterator[WantedLimit]:
    bare = "MWh" if unit == "kWh" else None
    for code, names in table:
        stated = [config[name] for name in names if name in config]
        constants = [found for value in stated if (found := quantity_of(value, unit, bare=bare)) is not None]
        terms = tuple(term for value in stated if isinstance(value, dict) for term in terms_of(value, 1))
        if constants or terms:
            yield WantedLimit(code, asset, kind, unit, min(constants, default=None), terms)


def _is_readable(limit: WantedLimit, sensors: Mapping[int, Sensor]) -> bool:
    """Return whether all sensors of a limit are there, and their values can have its unit."""
    found = [sensors.get(term.sensor_id) for term in limit.terms]
    return all(
        sensor is not None and is_convertible(sensor.unit, limit.unit, event_h=sensor.event_resolution.hours or None)
        for sensor in found
    )


def _kind(asset: Asset, model: Mapping[str, Any]) -> DeviceKind:
    return kind_of(asset, has_stock="state-of-charge" in model)
