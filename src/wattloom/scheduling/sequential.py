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
from wattloom.scheduling.flexmodel import as_id
from wattloom.timeseries import Sensor, consumption_sign

_DEPRECATED = "inflexible-device-sensors"


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


def context_after(flex_context: Any, planned: Sensor) -> Any:
    """Return the flex-context for the devices that come after one: its schedule is given.

    Args:
        flex_context: One context, or one per commodity.
        planned: The power sensor of the device.
    """
    if isinstance(flex_context, list):
        return [context_after(each, planned) if _is_electricity(each) else each for each in flex_context]
    if isinstance(flex_context.get("commodities"), list):
        return {**flex_context, "commodities": context_after(flex_context["commodities"], planned)}
    lists = (_DEPRECATED, "inflexible-consumption", "inflexible-production")
    listed = [_ids(flex_context.get(name)) for name in lists]
    if any(planned.id in ids for ids in listed):
        return flex_context
    directional = "inflexible-consumption" if consumption_sign(planned) > 0 else "inflexible-production"
    field = _DEPRECATED if _DEPRECATED in flex_context else directional
    stated = flex_context.get(field) or []
    return {**flex_context, field: [*(stated if isinstance(stated, list) else [stated]), _item(field, planned.id)]}


def _item(field: str, sensor_id: int) -> Any:
    return sensor_id if field == _DEPRECATED else {"sensor": sensor_id}


def _ids(items: Any) -> set[int | None]:
    listed = items if isinstance(items, list) else [items]
    return {as_id(item.get("sensor") if isinstance(item, Mapping) else item) for item in listed}


def _is_electricity(context: Any) -> bool:
    return isinstance(context, Mapping) and context.get("commodity", "electricity") == "electricity"
