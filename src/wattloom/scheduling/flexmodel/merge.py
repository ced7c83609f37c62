"""Stored and requested flex-models, merged into what is scheduled; the request wins, key by key."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from wattloom.errors import SCHEMA_FIELD, FieldProblem, InputError
from wattloom.scheduling.flexmodel.variable import SensorFacts, Sensors, as_id

_ONE_WAY = ("charging-efficiency", "discharging-efficiency")
_IDENTIFYING = ("sensor", "asset", "consumption", "production", "state-of-charge")
_FIXED = ("inflexible-consumption", "inflexible-production")


def merge_entry(request: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a flex-model entry over what its asset stores.

    A roundtrip-efficiency, wherever it stands, overrides one-way efficiencies from the other place.
    """
    stored_keys, requested_keys = set(stored), set(request)
    merged = {**stored, **request}
    one_place = "roundtrip-efficiency" in requested_keys and requested_keys & set(_ONE_WAY)
    if "roundtrip-efficiency" in merged and not one_place:
        other = stored_keys if "roundtrip-efficiency" in requested_keys else requested_keys
        for name in _ONE_WAY:
            if name in other:
                merged.pop(name, None)
    return merged


def merge_flex_model(
    request: Sequence[Mapping[str, Any]], stored: Mapping[int, Mapping[str, Any]], sensors: Sensors
) -> list[dict[str, Any]]:
    """Return the flex-model of an asset tree: stored entries of assets that are not mentioned, then the request's.

    Args:
        request: Entries as sent, identified by :func:`check_entries`.
        stored: Non-empty flex-models of the tree by asset id.
        sensors: The sensors that entries refer to.
    """
    assets = [asset_of(entry, sensors) for entry in request]
    unmentioned = [{**model, "asset": asset_id} for asset_id, model in stored.items() if asset_id not in assets]
    mentioned = [
        merge_entry(entry, {key: value for key, value in stored.get(asset_id, {}).items() if key != "asset"})
        if asset_id is not None
        else dict(entry)
        for entry, asset_id in zip(request, assets, strict=True)
    ]
    return unmentioned + mentioned


def asset_of(entry: Mapping[str, Any], sensors: Sensors) -> int | None:
    """Return the asset that an entry is about: as stated, else that of its sensors."""
    stated = as_id(entry.get("asset"))
    if stated is not None:
        return stated
    found = (_sensor(entry, name, sensors) for name in _IDENTIFYING)
    return next((sensor.asset_id for sensor in found if sensor is not None), None)


def check_entries(
    request: object, sensors: Sensors, *, tree: Collection[int], asset_id: int
) -> list[Mapping[str, Any]]:
    """Return the entries of a flex-model, each identified, inside the asset tree and about another device.

    Args:
        request: As sent; one object counts as a list of one.
        sensors: The sensors that it refers to, as far as they exist.
        tree: The triggered asset and its descendants.
        asset_id: The triggered asset.

    Raises:
        InputError: With paths such as ``("flex-model", 0, "sensor")``.
    """
    entries = [request] if isinstance(request, Mapping) else request
    if not isinstance(entries, list):
        raise InputError("Must be a list of objects.", field="flex-model")
    problems = [
        FieldProblem(("flex-model", index, place), text)
        for index, entry in enumerate(entries)
        for place, text in _entry_complaints(entry, sensors)
    ]
    # compat: FlexMeasures tells under _schema what fields do to each other (tests/compat/test_to_the_letter.py).
    problems = problems or [
        FieldProblem(path, text)
        for index, place, text in _device_complaints(entries, sensors, tree, asset_id)
        for path in (("flex-model", index, place), (SCHEMA_FIELD,))
    ]
    if problems:
        raise InputError(problems[0].message, problems=problems)
    return entries


def _entry_complaints(entry: object, sensors: Sensors) -> Iterator[tuple[str, str]]:
    """Find what is wrong with an entry by itself."""
    if not isinstance(entry, Mapping):
        yield SCHEMA_FIELD, "Invalid input type."
    elif not any(entry.get(name) is not None for name in (*_IDENTIFYING, *_FIXED)):
        yield SCHEMA_FIELD, "Specify either a sensor or an asset."
    elif entry.get("sensor") is not None and _sensor(entry, "sensor", sensors) is None:
        yield "sensor", f"No sensor found with ID {entry['sensor']}."


def _device_complaints(
    entries: Iterable[Mapping[str, Any]], sensors: Sensors, tree: Collection[int], asset_id: int
) -> Iterator[tuple[int, str, str]]:
    """Find devices that are not in the tree, or there before: position, field and text."""
    seen: set[tuple[str, int]] = set()
    for index, entry in enumerate(entries):
        place, name, number = _identity(entry)
        sensor = _sensor(entry, "sensor", sensors)
        asset = as_id(entry.get("asset"))
        if entry.get("asset") is not None and asset not in tree:
            yield index, "asset", f"Asset {entry['asset']} {_elsewhere(asset_id)}"
        elif number is not None and (place, number) in seen:
            yield index, place, f"{name} {number} should not occur more than once in the flex-model."
        elif sensor is not None and sensor.asset_id not in tree:
            yield index, "sensor", f"Sensor {sensor.id} {_elsewhere(asset_id)}"
        elif sensor is not None and asset not in {None, sensor.asset_id}:
            yield index, "sensor", "Sensor does not belong to asset."
        if number is not None:
            seen.add((place, number))


def _identity(entry: Mapping[str, Any]) -> tuple[str, str, int | None]:
    """Return which device an entry is: that of its power sensor, or the asset as such when it names no sensor at all."""
    if entry.get("sensor") is not None:
        return "sensor", "Sensor", as_id(entry["sensor"])
    is_asset = all(entry.get(name) is None for name in _IDENTIFYING if name != "asset")
    return "asset", "Asset", as_id(entry.get("asset")) if is_asset else None


def _elsewhere(asset_id: int) -> str:
    return f"does not belong to asset {asset_id} (or to one of its offspring)."


def _sensor(entry: Mapping[str, Any], name: str, sensors: Sensors) -> SensorFacts | None:
    value = entry.get(name)
    number = as_id(value.get("sensor") if isinstance(value, Mapping) else value)
    return sensors.get(number) if number is not None and name != "asset" else None
