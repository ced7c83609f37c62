"""Groups: devices that share a limit, such as a feeder or an inverter, and the entries that state it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel.table import Problems
from wattloom.scheduling.flexmodel.variable import GroupKey, Variable

_OF_GROUPS = frozenset(
    {
        "sensor",
        "asset",
        "commodity",
        "group",
        "consumption",
        "production",
        "power-capacity",
        "consumption-capacity",
        "production-capacity",
    }
)
_CAPACITIES = ("power-capacity", "consumption-capacity", "production-capacity")


@dataclass(frozen=True, slots=True)
class GroupModel:
    """A parsed group entry. Capacities in MW.

    Attributes:
        index: Its place in the flex-model.
        key: What members call it.
        name: What people call it.
        asset_id: Its asset, as far as it is known.
        parent: The group that it stands in.
        power_capacity: Hard limit on the sum of its members, in both directions.
        consumption_capacity: Limit on their net consumption; soft.
        production_capacity: Limit on their net production; soft.
        sensor_output: Sensor that receives the sum, with the sign of its attribute.
        consumption_output: Sensor that receives net consumption.
        production_output: Sensor that receives net production.
        devices: Places of its flexible devices among all; those of groups inside it included.
        inflexible: Places of its inflexible devices among all.
    """

    index: int
    key: GroupKey
    name: str
    asset_id: int | None
    parent: GroupKey | None
    power_capacity: Variable | None
    consumption_capacity: Variable | None
    production_capacity: Variable | None
    sensor_output: int | None
    consumption_output: int | None
    production_output: int | None
    devices: tuple[int, ...] = ()
    inflexible: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A device or inflexible device, as far as its groups are concerned."""

    group: GroupKey | None
    commodity: str


def parse_group(fields: Mapping[str, Any], *, index: int, key: GroupKey, name: str, asset_id: int | None) -> GroupModel:
    """Read the entry of a group.

    Raises:
        FlexModelError: Fields of devices stand in it, or no capacity.
    """
    problems = Problems()
    for field in fields:
        if field not in _OF_GROUPS and not field.startswith("prefer-"):
            problems.add(f"The entry of group {key} cannot have a {field}: groups state capacities only.", field)
    if key.kind == "asset" and "sensor" in fields:
        problems.add(
            "A group that is referred to as an asset must not have a sensor; name it as consumption.", "sensor"
        )
    if not any(capacity in fields for capacity in _CAPACITIES):
        problems.add(f"Group {key} needs a power-capacity, consumption-capacity or production-capacity.", "group")
    problems.raise_if_any()
    power, consumption, production = (fields.get(capacity) for capacity in _CAPACITIES)
    return GroupModel(
        index=index,
        key=key,
        name=name,
        asset_id=asset_id,
        parent=fields.get("group"),
        power_capacity=power,
        consumption_capacity=consumption,
        production_capacity=production,
        sensor_output=fields.get("sensor"),
        consumption_output=fields.get("consumption"),
        production_output=fields.get("production"),
    )


def fill_groups(
    groups: Mapping[GroupKey, GroupModel | None],
    devices: Sequence[Member],
    inflexible: Sequence[Member],
    problems: Problems,
) -> tuple[GroupModel, ...]:
    """Return the groups with their members, those of nested groups included.

    Complains about groups that do not exist, are empty, contain themselves, or mix commodities.

    Args:
        groups: By what members call them; None for those whose entry is wrong, which is known already.
        devices: The flexible devices.
        inflexible: What is not scheduled.
        problems: Told what is wrong.
    """
    by_key = {key: group for key, group in groups.items() if group is not None}
    named = [member.group for member in (*devices, *inflexible)] + [group.parent for group in by_key.values()]
    for key in dict.fromkeys(named):
        if key is not None and key not in groups:
            entry = f'{{"{key.kind}": {key.id}, "power-capacity": "10 kW"}}'
            problems.add(f"No entry states the limits of group {key}. Add one, such as {entry}.", "group")
    children: dict[GroupKey | None, list[GroupKey]] = {}
    for group in by_key.values():
        children.setdefault(group.parent, []).append(group.key)
    filled = []
    for group in by_key.values():
        try:
            inside = _inside(group.key, by_key, children)
        except FlexModelError as error:
            problems.add(error.message, "group")
            continue
        members = tuple(d for d, device in enumerate(devices) if device.group in inside)
        fixed = tuple(i for i, device in enumerate(inflexible) if device.group in inside)
        commodities = {devices[d].commodity for d in members} | {inflexible[i].commodity for i in fixed}
        if not commodities:
            problems.add(f"Group {group.key} has no members.", "group")
        if len(commodities) > 1:
            problems.add(f"Group {group.key} mixes commodities: {', '.join(sorted(commodities))}.", "group")
        filled.append(replace(group, devices=members, inflexible=fixed))
    return tuple(filled)


def _inside(
    key: GroupKey, groups: Mapping[GroupKey, GroupModel], children: Mapping[GroupKey | None, Sequence[GroupKey]]
) -> set[GroupKey]:
    """Return a group and all groups that stand in it, at any depth."""
    above, path = groups[key].parent, {key}
    while above is not None and above in groups:
        if above in path:
            raise FlexModelError(f"Group {key} stands in itself.")
        path.add(above)
        above = groups[above].parent
    inside = [key]
    for each in inside:
        inside += children.get(each, ())
    return set(inside)
