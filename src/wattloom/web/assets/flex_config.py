"""What flex-configs hold, for people: fields by their labels, sensors by their names, and where values come from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from wattloom.assets import Asset, FoundSensor, SensorsWanted, choose_sensors, merge_flex_contexts, references_in
from wattloom.http import PageVisit
from wattloom.language import gettext as _
from wattloom.scheduling import FIELD_TABLES

MOST_SENSORS = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value; with an address it is a link."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FlexRow:
    """One field that is set.

    Attributes:
        name: As on the wire.
        label: What people call it.
        parts: Its value.
        origin: The asset that it is inherited from; None for an own one.
    """

    name: str
    label: str
    parts: tuple[Part, ...]
    origin: Asset | None


def inherited_fields(ancestors: tuple[Asset, ...]) -> dict[str, tuple[Asset, Any]]:
    """Return what flex-contexts above an asset say, by field: whose it is, and the value.

    Args:
        ancestors: The assets above that the reader may see, from the root down.
    """
    merged: dict[str, Any] = {}
    origins: dict[str, tuple[Asset, Any]] = {}
    for above in reversed(ancestors):
        merged = merge_flex_contexts([merged, above.flex_context])
        origins |= {name: (above, value) for name, value in merged.items() if name not in origins}
    return origins


def flex_rows(
    visit: PageVisit, place: str, own: Mapping[str, Any], inherited: Mapping[str, tuple[Asset, Any]]
) -> list[FlexRow]:
    """Return the fields that are set, in the order of the table.

    Args:
        visit: Who looks; sensors that may not be read are shown by their ids.
        place: ``flex-context`` or ``flex-model``.
        own: What the asset holds.
        inherited: As :func:`inherited_fields` returns it.
    """
    table = FIELD_TABLES[place]
    stated: dict[str, tuple[Asset | None, Any]] = {**inherited, **{name: (None, value) for name, value in own.items()}}
    sensors = _named(visit, {name: value for name, (_origin, value) in stated.items()})
    names = [*(name for name in table if name in stated), *(name for name in stated if name not in table)]
    return [
        FlexRow(
            name=name,
            label=_(table[name].label) if name in table else name,
            parts=tuple(_parts(stated[name][1], sensors)),
            origin=stated[name][0],
        )
        for name in names
    ]


def _named(visit: PageVisit, config: Mapping[str, Any]) -> dict[int, FoundSensor]:
    ids = {item for kind, item in references_in("flex_context", config) if kind == "sensor"}
    if not ids:
        return {}
    wanted = SensorsWanted(visit.user.account_id, ids=ids)
    found, _has_more = choose_sensors(visit.connection, visit.user, wanted, limit=MOST_SENSORS)
    return {each.sensor.id: each for each in found}


def _parts(value: Any, sensors: Mapping[int, FoundSensor]) -> Iterator[Part]:
    if isinstance(value, bool):
        yield Part(_("Yes") if value else _("No"))
    elif isinstance(value, Mapping) and value:
        for name, item in value.items():
            if name == "sensor" and isinstance(item, int):
                yield _sensor_part(item, sensors)
            else:
                yield from (Part(f"{name}: {part.text}", part.url) for part in _parts(item, sensors))
    elif isinstance(value, list) and value:
        for item in value:
            yield from _parts(item, sensors)
    else:
        yield Part(str(value) if isinstance(value, str | int | float) else orjson.dumps(value).decode())


def _sensor_part(sensor_id: int, sensors: Mapping[int, FoundSensor]) -> Part:
    found = sensors.get(sensor_id)
    if found is None:
        return Part(_("Sensor %(id)s", id=sensor_id))
    unit = f" ({found.sensor.unit})" if found.sensor.unit else ""
    return Part(f"{found.asset_name} · {found.sensor.name}{unit}", f"/sensors/{sensor_id}")
