"""Gather what is to be planned: what is asked for over what assets store, and the sensors that both name."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.assets import collect_flex_models, inherited_flex_context, merge_flex_contexts, subtree_ids
from wattloom.errors import FlexModelError, InputError, NotFoundError, PeriodError
from wattloom.periods import parse_instant, zone
from wattloom.scheduling.arguments import load_assets, load_sensors
from wattloom.scheduling.flexmodel import as_id, check_entries, find_references, merge_entry, merge_flex_model
from wattloom.scheduling.schedulers import AssetFacts
from wattloom.scheduling.sequential import in_sequence
from wattloom.scheduling.triggering.access import check_nameable, check_usable
from wattloom.scheduling.triggering.request import ScheduleRequest
from wattloom.timeseries import Sensor, get_sensor

_MAX_DEVICES = 500
_TELLING: Mapping[object, int] = {"sensor": 0, "asset": 1}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The effective flex-model and flex-context, not parsed yet.

    Attributes:
        flex_model: An entry for each device, in the order of planning.
        flex_context: One object, with those of several commodities in ``commodities``.
        sensors: The sensors that both name, as far as they exist, by id.
        assets: What is scheduled, the assets of the sensors, and those that the flex-model names, by id.
    """

    flex_model: list[dict[str, Any]]
    flex_context: Mapping[str, Any]
    sensors: dict[int, Sensor]
    assets: dict[int, AssetFacts]

    @property
    def timezone(self) -> str:
        """The calendar: of the first power sensor, else of any sensor."""
        sensor = next(iter((*self.power_sensors(self.flex_model), *self.sensors.values())), None)
        return sensor.timezone if sensor is not None else "UTC"

    @property
    def calendar(self) -> ZoneInfo:
        """The time zone of nominal durations."""
        return zone(self.timezone)

    @contextmanager
    def naming_devices(self, flex_model: Sequence[Mapping[str, Any]]) -> Iterator[None]:
        """Let complaints about one of these entries say which it is, if there are several devices.

        Clients look for the field alone, so the message says it.
        """
        try:
            yield
        except FlexModelError as error:
            if len(self.flex_model) == 1:
                raise
            problems = [
                each
                if each.entry is None
                else replace(each, message=f"{self._name(flex_model[each.entry])}: {each.message}")
                for each in error.problems
            ]
            raise FlexModelError(problems[0].message, problems=problems) from error

    def _name(self, entry: Mapping[str, Any]) -> str:
        """Return what an entry is told apart by: its power sensor, its asset, or what else it names."""
        named = sorted(find_references(entry, None), key=lambda each: _TELLING.get(each.path[1], len(_TELLING)))
        if not named:
            return "a device"
        kind, item_id = named[0].kind, named[0].item_id
        sensor = self.sensors.get(item_id) if kind == "sensor" else None
        asset_id = item_id if kind == "asset" else sensor.asset_id if sensor is not None else None
        asset = None if asset_id is None else self.assets.get(asset_id)
        return f"{kind} {item_id}" if asset is None else f"'{asset.name}' ({kind} {item_id})"

    def power_sensors(self, flex_model: Sequence[Mapping[str, Any]]) -> list[Sensor]:
        """Return the sensors that set the step: of each of these devices its power sensor, else an output sensor.

        Groups and fixed loads are no devices: what measures them may do so every second.
        """
        stated = [entry["group"] for entry in flex_model if isinstance(entry.get("group"), Mapping)]
        groups = {(kind, as_id(number)) for group in stated for kind, number in group.items()}
        found = []
        for entry in flex_model:
            is_group = any((kind, as_id(entry[kind])) in groups for kind in ("asset", "sensor") if kind in entry)
            if is_group or "inflexible-consumption" in entry or "inflexible-production" in entry:
                continue
            outputs = (entry.get(name) for name in ("consumption", "production"))
            named = (entry.get("sensor"), *(each.get("sensor") for each in outputs if isinstance(each, Mapping)))
            ids = (as_id(value) for value in named)
            found += [self.sensors[number] for number in ids if number is not None and number in self.sensors][:1]
        return found


def gather(connection: Connection, request: ScheduleRequest, *, by: User | None) -> Gathered:
    """Return what is to be planned, when whoever asks may use all of it.

    Whoever stored a flex-model or flex-context may have been allowed more than
    who asks now, so every sensor that is named is judged, wherever that is.

    Args:
        connection: To read with.
        request: What is wanted.
        by: Who asks, and may do so for the asset or sensor itself; None for the command line.

    Raises:
        PermissionDeniedError: A sensor that is named is not the caller's to use, or an asset not the caller's to read.
        NotFoundError: The asset or sensor does not exist.
        InputError: Entries are wrong, too many or none; paths such as ``("flex-model", 0, "sensor")``.
        FlexModelError: A sensor's entry names a sensor.
    """
    if by is not None:
        # First of all, since complaints about a sensor tell something of it.
        check_usable(connection, by, request.flex_model, request.flex_context)
    gathered = _of_asset(connection, request) if request.subject[0] == "asset" else _of_sensor(connection, request)
    if by is not None:
        check_usable(connection, by, gathered.flex_model, gathered.flex_context)
        check_nameable(connection, by, gathered.flex_model, gathered.flex_context)
    n_devices = len(gathered.flex_model)
    if not n_devices:
        message = "There is nothing to schedule: no flex-model is given, and none is stored on the asset or below it."
        raise InputError(message, field="flex-model")
    if n_devices > _MAX_DEVICES:
        message = f"{n_devices} devices are too many for one schedule; at most {_MAX_DEVICES} are accepted."
        raise InputError(message, field="flex-model")
    return gathered


def _of_asset(connection: Connection, request: ScheduleRequest) -> Gathered:
    """Gather the devices of an asset and of all below it."""
    asset_id = request.subject[1]
    tree = subtree_ids(connection, asset_id)
    if not tree:
        raise NotFoundError("asset", asset_id)
    stored = collect_flex_models(connection, asset_id)
    context = _effective_context(connection, request.flex_context, asset_id)
    asked = [] if request.flex_model is None else request.flex_model
    sensors = load_sensors(connection, [asked, *stored.values()], context)
    entries = check_entries(asked, sensors, tree=tree, asset_id=asset_id)
    merged = merge_flex_model(entries, stored, sensors)
    planned = in_sequence(merged, len(entries)) if request.is_sequential else merged
    return Gathered(planned, context, sensors, load_assets(connection, planned, sensors, asset_id))


def _of_sensor(connection: Connection, request: ScheduleRequest) -> Gathered:
    """Gather one device: of the stored flex-models only that of its asset counts."""
    sensor = get_sensor(connection, request.subject[1])
    asked = {} if request.flex_model is None else request.flex_model
    if not isinstance(asked, Mapping):
        raise InputError("Not a valid mapping type.", field="flex-model")
    if "sensor" in asked:
        raise FlexModelError("Unknown field.", field="sensor")
    stored = collect_flex_models(connection, sensor.asset_id).get(sensor.asset_id, {})
    context = _effective_context(connection, request.flex_context, sensor.asset_id)
    entry = {**merge_entry(asked, stored), "sensor": sensor.id}
    sensors = load_sensors(connection, [entry], context)
    assets = load_assets(connection, [entry], sensors)
    if entry.get("soc-at-start") is None and entry.get("state-of-charge") is None:
        attributes = {**assets[sensor.asset_id].attributes, **sensor.attributes}
        entry |= _noted_start(attributes, request.start)
    return Gathered([entry], context, sensors, assets)


def _noted_start(attributes: Mapping[str, Any], start: datetime) -> dict[str, Any]:
    """Return the state of charge that attributes note for the very start of the schedule, if they do."""
    # compat: clients of old note soc_in_mwh and soc_datetime (tests/integration/scheduling/test_noted_starts.py).
    noted, at = attributes.get("soc_in_mwh"), attributes.get("soc_datetime")
    is_number = isinstance(noted, (int, float)) and not isinstance(noted, bool)
    try:
        is_meant = is_number and isinstance(at, str) and parse_instant(at, field="soc_datetime") == start
    except PeriodError:
        is_meant = False
    return {"soc-at-start": f"{noted} MWh"} if is_meant else {}


def _effective_context(connection: Connection, asked: Any, asset_id: int) -> dict[str, Any]:
    """Return what is asked for over what is inherited, as one object: a list of contexts is one with these commodities."""
    context = {"commodities": asked} if isinstance(asked, list) else {} if asked is None else asked
    is_object = isinstance(context, Mapping)
    if not is_object or (isinstance(asked, list) and not all(isinstance(each, Mapping) for each in asked)):
        raise InputError("The flex-context must be an object, or a list of objects.", field="flex-context")
    return merge_flex_contexts([context, inherited_flex_context(connection, asset_id)])
