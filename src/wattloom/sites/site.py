"""Which assets and sensors a site consists of: what is known about it before any value is read."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import Asset, inherited_flex_context, list_assets_below, sensor_resources
from wattloom.periods import zone
from wattloom.sites.plan import DeviceKind, Role
from wattloom.sites.wanted import Wanted, kind_of, wanted_series
from wattloom.timeseries import Sensor, list_sensors
from wattloom.timeseries.tables import sensor as sensor_table
from wattloom.units import currency_of, is_convertible


@dataclass(frozen=True, slots=True)
class Site:
    """A site with the sensors that its plan needs and the user may read.

    Attributes:
        asset: The site.
        devices: The site and the assets below it, by id.
        sensors: By id.
        wanted: The series of its plan, in reading order.
    """

    asset: Asset
    devices: Mapping[int, Asset]
    sensors: Mapping[int, Sensor]
    wanted: Sequence[Wanted]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of most sensors that the plan shows, power first: assets have none."""
        names = [
            self.sensors[term.sensor_id].timezone
            for role in (Role.POWER, Role.CONSUMPTION_PRICE, Role.STOCK)
            for wanted in self.wanted
            if wanted.role is role
            for term in wanted.terms
        ]
        return zone(Counter(names).most_common(1)[0][0]) if names else zone("UTC")

    def owner_of(self, wanted: Wanted) -> Asset | None:
        """Return the asset that a series belongs to: the device with the flex-model, or the one of the sensor."""
        return wanted.device or self.devices.get(self.sensors[wanted.terms[0].sensor_id].asset_id)

    def name_of(self, wanted: Wanted) -> str:
        """Return what people call a series: its device; of sensors on the site itself, the sensor."""
        sensor, owner = self.sensors[wanted.terms[0].sensor_id], wanted.device
        if owner is None and wanted.role is Role.POWER and sensor.asset_id != self.asset.id:
            owner = self.devices.get(sensor.asset_id)
        name = owner.name if owner is not None else sensor.name
        return name[:1].upper() + name[1:]

    def scale_of(self, wanted: Wanted) -> tuple[str, float]:
        """Return the unit of a series, and what values in that of :func:`unit_of` are multiplied with for it."""
        sensor = self.sensors[wanted.terms[0].sensor_id]
        unit = unit_of(wanted.role, sensor) or sensor.unit
        if unit == "%" and wanted.role is Role.STOCK:
            return "kWh", (wanted.capacity_kwh or math.nan) / 100
        return unit, 1.0

    def kind_of(self, wanted: Wanted) -> DeviceKind | None:
        """Return the kind of a device, None for prices and the grid; what is inflexible is PV or load."""
        if wanted.role not in {Role.POWER, Role.STOCK}:
            return None
        if wanted.kind is not None:
            return wanted.kind
        owner = self.devices.get(self.sensors[wanted.terms[0].sensor_id].asset_id)
        return DeviceKind.PV if owner is not None and kind_of(owner) is DeviceKind.PV else DeviceKind.LOAD


def find_site(connection: Connection, user: User, asset: Asset) -> Site:
    """Return what is known about one site.

    Args:
        connection: Any transaction.
        user: Who asks; may read the asset.
        asset: The site.
    """
    [site] = find_sites(connection, user, [asset])
    return site


def find_sites(connection: Connection, user: User, assets: Sequence[Asset]) -> list[Site]:
    """Return what is known about several sites, in their order and with the same few queries as for one."""
    below = list_assets_below(connection, user, [asset.id for asset in assets])
    wanted = {asset.id: wanted_series(_context(connection, asset), below[asset.id]) for asset in assets}
    ids = {term.sensor_id for all_series in wanted.values() for series in all_series for term in series.terms}
    own = {device.id for devices in below.values() for device in devices}
    readable = readable_sensors(connection, user, ids, own)
    return [_site(asset, below[asset.id], wanted[asset.id], readable) for asset in assets]


def readable_sensors(
    connection: Connection, user: User, ids: Collection[int], own: Collection[int]
) -> dict[int, Sensor]:
    """Return the sensors that exist and that the user may read, by id.

    Args:
        connection: Any transaction.
        user: Who asks.
        ids: The sensors.
        own: Assets that the user may read, as is known already.
    """
    found = {one.id: one for one in list_sensors(connection, sensor_table.c.id.in_(ids))} if ids else {}
    others = {sensor.id for sensor in found.values() if sensor.asset_id not in own}
    resources = sensor_resources(connection, others) if others else {}
    visible = {key for key, resource in resources.items() if policy.allows(user, Action.READ, resource)}
    return {key: sensor for key, sensor in found.items() if key not in others or key in visible}


def unit_of(role: Role, sensor: Sensor) -> str | None:
    """Return the unit that values of a sensor are read in, None to keep the sensor's."""
    if role in {Role.POWER, Role.NET_POWER}:
        return "kW"
    if role is Role.STOCK:
        return "%" if sensor.unit == "%" else "kWh"
    currency = currency_of(sensor.unit)
    return f"{currency}/kWh" if currency is not None else None


def _context(connection: Connection, asset: Asset) -> Mapping[str, object]:
    # Most sites have nothing above them that they could inherit from.
    return asset.flex_context if asset.parent_asset_id is None else inherited_flex_context(connection, asset.id)


def _site(asset: Asset, devices: Sequence[Asset], wanted: Iterable[Wanted], readable: Mapping[int, Sensor]) -> Site:
    shown = [series for series in wanted if _is_readable(series, readable)]
    sensors = {term.sensor_id: readable[term.sensor_id] for series in shown for term in series.terms}
    return Site(asset, {device.id: device for device in devices}, sensors, shown)


def _is_readable(wanted: Wanted, sensors: Mapping[int, Sensor]) -> bool:
    """Return whether all sensors of a series are there, and mean what its role says."""
    found = [sensors.get(term.sensor_id) for term in wanted.terms]
    return all(sensor is not None and _fits(wanted.role, sensor) for sensor in found)


def _fits(role: Role, sensor: Sensor) -> bool:
    unit = unit_of(role, sensor)
    return unit is None or is_convertible(sensor.unit, unit, event_h=sensor.event_resolution.hours or None)
