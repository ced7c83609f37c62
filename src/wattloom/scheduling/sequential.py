"""Plan devices one after another: which ones, and what each finds decided by those before it.

FlexMeasures makes a job of each device, and one that ends them. Here one job
plans them all, in the same order and with the same outcome: every device reads
what was planned for those before it as if it were recorded. So no plan is half
visible, the one id that a trigger returns serves every sensor, and nothing
waits between two devices.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wattloom.errors import FieldProblem, FlexModelError, InputError
from wattloom.scheduling.flexmodel import ELECTRICITY, as_id
from wattloom.timeseries import Sensor, consumption_sign

_DEPRECATED = "inflexible-device-sensors"
_INFLEXIBLE = (_DEPRECATED, "inflexible-consumption", "inflexible-production")


def in_sequence(flex_model: Sequence[dict[str, Any]], n_requested: int) -> list[dict[str, Any]]:
    """Return the entries to plan one after another: those asked for in their order, or if there are none the stored ones.

    Args:
        flex_model: Merged entries; those asked for are the last ones.
        n_requested: How many were asked for.

    Raises:
        InputError: An entry names no power sensor, on which those after it could read its schedule.
    """
    entries = list(flex_model[-n_requested:] if n_requested else flex_model)
    message = "Missing data for required field. Devices that are scheduled one after another need a power sensor."
    problems = [
        FieldProblem(("flex-model", index, "sensor"), message)
        for index, entry in enumerate(entries)
        if as_id(entry.get("sensor")) is None
    ]
    if problems:
        raise InputError(message, problems=problems)
    return entries


def power_sensor(entry: Mapping[str, Any], sensors: Mapping[int, Sensor]) -> Sensor:
    """Return the power sensor of an entry that has one.

    Raises:
        FlexModelError: It does not exist.
    """
    sensor_id = as_id(entry["sensor"])
    if sensor_id is None or sensor_id not in sensors:
        raise FlexModelError(f"No sensor found with ID {entry['sensor']}.", field="sensor")
    return sensors[sensor_id]


def context_after(flex_context: Mapping[str, Any], entry: Mapping[str, Any], planned: Sensor) -> Mapping[str, Any]:
    """Return the flex-context for the devices that come after one: in the context of its commodity, its schedule is given.

    Args:
        flex_context: The effective context of all commodities.
        entry: The device's entry of the flex-model.
        planned: Its power sensor.
    """
    contexts = flex_context.get("commodities") or []
    # No sensor may be listed twice, wherever that is.
    if any(planned.id in _listed(context) for context in (flex_context, *contexts)):
        return flex_context
    commodity = _commodity(entry)
    is_listed = any(_commodity(context) == commodity for context in contexts)
    if commodity == ELECTRICITY and not is_listed:
        return _with(flex_context, planned)
    # A commodity without a context is a node; what was planned is part of its balance, too.
    contexts = contexts if is_listed else [*contexts, {"commodity": commodity}]
    extended = [_with(each, planned) if _commodity(each) == commodity else each for each in contexts]
    return {**flex_context, "commodities": extended}


def _commodity(described: Mapping[str, Any]) -> str:
    return described.get("commodity") or ELECTRICITY


def _listed(context: Mapping[str, Any]) -> set[int | None]:
    """Return the sensors that a context lists as inflexible."""
    items = (item for name in _INFLEXIBLE for item in _as_list(context.get(name)))
    return {as_id(item.get("sensor") if isinstance(item, Mapping) else item) for item in items}


def _with(context: Mapping[str, Any], planned: Sensor) -> dict[str, Any]:
    """Return a context that lists a sensor as inflexible, in the way in which it lists others."""
    if _DEPRECATED in context:
        return {**context, _DEPRECATED: [*_as_list(context[_DEPRECATED]), planned.id]}
    field = "inflexible-consumption" if consumption_sign(planned) > 0 else "inflexible-production"
    return {**context, field: [*_as_list(context.get(field)), {"sensor": planned.id}]}


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
