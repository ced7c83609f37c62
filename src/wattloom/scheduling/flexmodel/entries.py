"""The entries of a flex-model sorted by what they are: devices, fixed loads and supplies, stocks and groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel.device import ELECTRICITY, DeviceModel, device_of
from wattloom.scheduling.flexmodel.fields import FLEX_MODEL
from wattloom.scheduling.flexmodel.group import GroupModel, Member, fill_groups, parse_group
from wattloom.scheduling.flexmodel.site import InflexibleDevice, repeated_complaint, sign_complaint
from wattloom.scheduling.flexmodel.stock import StockModel, has_stock, owns_stock, stock_of, storage_step
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import (
    Fixed,
    GroupKey,
    SensorFacts,
    SensorReference,
    Variable,
    as_id,
    fixed_value,
)

_SOC_UNITS = ("kWh", "MWh")
_INFLEXIBLE = ("inflexible-consumption", "inflexible-production")
_BESIDE_INFLEXIBLE = frozenset({*_INFLEXIBLE, "group", "commodity", "asset", "sensor"})
_FAR_ABOVE_ALL = 10.0
"""A storage efficiency of more is a percentage without its sign; 110 % counts as 100 %."""
_NO_RESOLUTION = (
    "The storage-efficiency cannot be interpreted without a resolution. "
    "Give a sensor, or a power, consumption or production sensor with a resolution."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a flex-model, read field by field.

    Attributes:
        index: Its place in the flex-model.
        name: What people call it: its sensor, until the asset's name is known.
        asset_id: The asset that it is about, as far as it is known.
        fields: Typed values by field name.
    """

    index: int
    name: str
    asset_id: int | None
    fields: Mapping[str, Any]

    @property
    def soc_sensor_id(self) -> int | None:
        """The sensor of its stock."""
        reference = self.fields.get("state-of-charge")
        return reference.sensor_id if isinstance(reference, SensorReference) else None

    @property
    def is_inflexible(self) -> bool:
        """Whether it states a fixed load or supply."""
        return any(name in self.fields for name in _INFLEXIBLE)


@dataclass(frozen=True, slots=True)
class Sorted:
    """What the entries describe, in the order of the flex-model.

    Attributes:
        devices: What may be scheduled.
        stocks: What they fill and empty.
        inflexible: What is taken as it is.
        groups: Limits that they share.
    """

    devices: tuple[DeviceModel, ...]
    stocks: tuple[StockModel, ...]
    inflexible: tuple[InflexibleDevice, ...]
    groups: tuple[GroupModel, ...]


def read_entries(
    flex_model: Sequence[object], scope: Scope, inflexible_of_site: Sequence[InflexibleDevice], problems: Problems
) -> Sorted:
    """Read all entries and sort them.

    Args:
        flex_model: Entries, each merged over what its asset stores.
        scope: Sensors, calendar and currency.
        inflexible_of_site: What the flex-context lists; it comes after what the entries list.
        problems: Told what is wrong.
    """
    entries = [
        entry
        for index, raw in enumerate(flex_model)
        if (entry := problems.take(partial(_read, raw, index, scope), entry=index)) is not None
    ]
    keys = {entry.fields["group"] for entry in entries if "group" in entry.fields}
    owners = {key: entry for entry in entries for key in _keys(entry) if key in keys}
    groups = {key: problems.take(partial(_group, key, entry), entry=entry.index) for key, entry in owners.items()}
    indices = {entry.index for entry in owners.values()}
    members = [entry for entry in entries if entry.index not in indices]
    fixed = list(_fixed(members, inflexible_of_site, scope, problems))
    flexible = [entry for entry in members if not entry.is_inflexible and not _is_stock_only(entry, members)]
    devices = [problems.take(partial(_device, entry, scope), entry=entry.index) for entry in flexible]
    known = [(entry, device) for entry, device in zip(flexible, devices, strict=True) if device is not None]
    inflexible = (*fixed, *inflexible_of_site)
    return Sorted(
        devices=tuple(device for _, device in known),
        stocks=tuple(_stocks([entry for entry, _ in known], members, scope, problems)),
        inflexible=inflexible,
        groups=fill_groups(
            groups,
            [Member(device.group, device.commodity) for _, device in known],
            [Member(each.group, each.commodity) for each in inflexible],
            problems,
        ),
    )


def _read(raw: object, index: int, scope: Scope) -> Entry:
    problems = Problems()
    sensor = _sensor_of(raw, scope)
    own = Scope(scope.sensors, scope.zone, soc_unit=_soc_unit(raw, sensor, problems), currency=scope.currency)
    fields = parse_fields(raw, FLEX_MODEL, own, problems)
    problems.raise_if_any()
    asset_id = fields.get("asset", sensor.asset_id if sensor is not None else None)
    return Entry(index, sensor.name if sensor is not None else f"device {index}", asset_id, fields)


def _keys(entry: Entry) -> Iterator[GroupKey]:
    """Yield what members of a group would call an entry."""
    for kind in ("asset", "sensor"):
        if kind in entry.fields:
            yield GroupKey(kind, entry.fields[kind])


def _group(key: GroupKey, entry: Entry) -> GroupModel:
    return parse_group(entry.fields, index=entry.index, key=key, name=entry.name, asset_id=entry.asset_id)


def _device(entry: Entry, scope: Scope) -> DeviceModel:
    return device_of(entry.fields, scope, index=entry.index, name=entry.name, asset_id=entry.asset_id)


def _fixed(
    members: Sequence[Entry], of_site: Sequence[InflexibleDevice], scope: Scope, problems: Problems
) -> Iterator[InflexibleDevice]:
    """Yield the fixed loads and supplies of a flex-model, each once."""
    seen = {each.reference.sensor_id for each in of_site}
    for entry in members:
        name = next((name for name in _INFLEXIBLE if name in entry.fields), None)
        if name is None:
            continue
        device = problems.take(partial(_inflexible, entry, name, scope), entry=entry.index)
        if device is None:
            continue
        if device.reference.sensor_id in seen:
            problems.add(repeated_complaint(device), name)
        seen.add(device.reference.sensor_id)
        yield device


def check_inflexible(fields: Mapping[str, Any]) -> None:
    """Refuse an entry that is inflexible and something else.

    Raises:
        FlexModelError: Names the field that makes it inflexible.
    """
    names = [name for name in _INFLEXIBLE if name in fields]
    if len(names) > 1:
        message = "An entry must declare either inflexible-consumption or inflexible-production, not both."
        raise FlexModelError(message, field=names[0])
    others = [field for field in fields if field not in _BESIDE_INFLEXIBLE and not field.startswith("prefer-")]
    if names and others:
        message = f"An inflexible entry must not also carry schedulable-device field(s) {others}."
        raise FlexModelError(message, field=names[0])


def _inflexible(entry: Entry, name: str, scope: Scope) -> InflexibleDevice:
    check_inflexible(entry.fields)
    device = InflexibleDevice(
        reference=entry.fields[name],
        field=name,
        is_consumption=name == _INFLEXIBLE[0],
        commodity=entry.fields.get("commodity", ELECTRICITY),
        group=entry.fields.get("group"),
    )
    complaint = sign_complaint(device, scope.sensors)
    if complaint is not None:
        raise FlexModelError(complaint, field=name)
    return device


def _is_stock_only(entry: Entry, members: Sequence[Entry]) -> bool:
    """Whether an entry owns a stock that only other entries fill and empty."""
    if entry.soc_sensor_id is None or {"sensor", "consumption", "production"} & set(entry.fields):
        return False
    return any(other is not entry and other.soc_sensor_id == entry.soc_sensor_id for other in members)


def _stocks(
    devices: Sequence[Entry], members: Sequence[Entry], scope: Scope, problems: Problems
) -> Iterator[StockModel]:
    """Yield the stock of each device that has one, and each shared one once."""
    seen: set[int] = set()
    for d, entry in enumerate(devices):
        sensor_id = entry.soc_sensor_id
        if not has_stock(entry.fields) or sensor_id in seen:
            continue
        parties: list[Entry] = [entry]
        feeders: tuple[int, ...] = (d,)
        if sensor_id is not None:
            seen.add(sensor_id)
            parties = [each for each in members if each.soc_sensor_id == sensor_id]
            feeders = tuple(i for i, each in enumerate(devices) if each.soc_sensor_id == sensor_id)
        stock = problems.take(partial(_stock, parties, feeders, scope), entry=entry.index)
        if stock is not None:
            yield stock


def _stock(parties: Sequence[Entry], feeders: tuple[int, ...], scope: Scope) -> StockModel:
    owners = [entry for entry in parties if owns_stock(entry.fields)] or parties[:1]
    owner, sensor_id = owners[0], parties[0].soc_sensor_id
    if len(owners) > 1:
        message = (
            f"Multiple flex-model entries define state-of-charge parameters for the same stock (sensor {sensor_id})."
        )
        raise FlexModelError(message, field="state-of-charge")
    if sensor_id is not None and scope.sensors[sensor_id].unit == "%" and not fixed_value(owner.fields.get("soc-max")):
        raise FlexModelError("A state of charge in % needs a soc-max above 0.", field="soc-max")
    asset_id = owner.asset_id
    return stock_of(
        owner.fields, _storage(parties, scope), index=owner.index, name=owner.name, asset_id=asset_id, feeders=feeders
    )


def _storage(parties: Sequence[Entry], scope: Scope) -> tuple[Variable, timedelta | None]:
    """Return the storage efficiency that one of the entries of a stock states, and the step that it is about."""
    stated = [entry for entry in parties if "storage-efficiency" in entry.fields]
    if len(stated) > 1:
        message = "Several entries of one stock define a storage-efficiency; it may stand in one of them only."
        raise FlexModelError(message, field="storage-efficiency")
    efficiency: Variable = stated[0].fields["storage-efficiency"] if stated else Fixed(1.0)
    if isinstance(efficiency, Fixed):
        if efficiency.value > _FAR_ABOVE_ALL:
            message = (
                f"{efficiency.value:g} is {efficiency.value:.0%}. Write the share that is left, such as '99 %' or 0.99."
            )
            raise FlexModelError(message, field="storage-efficiency")
        efficiency = Fixed(min(1.0, max(0.0, efficiency.value)))
        if efficiency.value == 1:
            return efficiency, None
    steps = (storage_step(efficiency, entry.fields, scope) for entry in [*stated, *parties])
    step = next((each for each in steps if each is not None), None)
    if step is None:
        raise FlexModelError(_NO_RESOLUTION, field="storage-efficiency")
    return efficiency, step


def _sensor_of(raw: object, scope: Scope) -> SensorFacts | None:
    """Return the sensor that an entry is known by: of its power, else of what it consumes, produces or stores."""
    if not isinstance(raw, Mapping):
        return None
    named = (raw.get(name) for name in ("sensor", "consumption", "production", "state-of-charge", *_INFLEXIBLE))
    ids = (as_id(value.get("sensor") if isinstance(value, Mapping) else value) for value in named)
    return next((scope.sensors[n] for n in ids if n is not None and n in scope.sensors), None)


def _soc_unit(raw: object, sensor: SensorFacts | None, problems: Problems) -> str:
    stated = raw.get("soc-unit") if isinstance(raw, Mapping) else None
    if stated is not None:
        if stated in _SOC_UNITS:
            return str(stated)
        problems.add("Must be one of: kWh, MWh.", "soc-unit")
    unit = sensor.unit if sensor is not None else ""
    return next((known for known in _SOC_UNITS if known in {unit, f"{unit}h"}), "MWh")
