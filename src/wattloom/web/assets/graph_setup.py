"""What ``<sensor-graphs>`` starts with: its rows, its window, and where its first data are."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.accounts import Action, Kind, Resource, policy, read_preferences
from wattloom.assets import Asset, get_asset, sensor_resources
from wattloom.charts import Row, ShownSensor, hues_of_sensors, read_rows, row_of_sensor, shown_sensors
from wattloom.charts.vega import UnitScale, unit_scale
from wattloom.db import MAX_ID
from wattloom.errors import InputError, PeriodError
from wattloom.http import PageVisit
from wattloom.periods import Period, from_us, parse_instant, to_us
from wattloom.sites import find_site
from wattloom.timeseries import SCHEDULER, Aggregation, Sensor, get_sensors, recorded_period, recorders_of
from wattloom.units import convert

MOST_ADDED = 50
TILE_POINTS = 512
"""So many points one tile of a series has at most; the same number stands in ``static/graphs/tiles.js``."""

_TILE_BASE_MS = 900_000
_WIDTHS_PX = {"(width < 720px)": 300, "(width >= 720px)": 1200}
"""How wide graphs usually are, by the kind of screen."""
_POINTS_PER_PX = 2
_LONGEST = timedelta(days=100 * 366)


@dataclass(frozen=True, slots=True)
class GraphSetup:
    """What the element and its template need.

    Attributes:
        rows: The graphs, as JSON; title and unit of each stand in the page before any script runs.
        facts: Everything else that scripts need, as JSON.
        data_urls: Where the values of the first picture are, by kind of screen (a CSS media query); empty without
            sensors, and where it shows other values.
    """

    rows: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    data_urls: Mapping[str, str]

    @property
    def json(self) -> dict[str, Any]:
        """Everything at once, for the script."""
        return {**self.facts, "rows": self.rows}


def graphs_of_asset(visit: PageVisit, asset: Asset) -> GraphSetup:
    """Return the graphs of an asset, and below them those of sensors that the address adds.

    Raises:
        InputError: The address names no proper window or sensors.
    """
    rows = read_rows(visit.connection, visit.user, asset)
    subject = {"kind": "assets", "id": asset.id, "may_annotate": _may(visit, Action.CREATE_CHILDREN, asset.resource)}
    return _setup(visit, asset, rows, {"subject": subject, "has_kpis": bool(asset.sensors_to_show_as_kpis)})


def graphs_of_sensor(visit: PageVisit, sensor: Sensor) -> GraphSetup:
    """Return the graph of one sensor, and below it those of sensors that the address adds.

    Raises:
        InputError: The address names no proper window or sensors.
    """
    asset = get_asset(visit.connection, sensor.asset_id)
    resource = Resource(Kind.SENSOR, asset.account_id, asset.consultancy_account_id)
    rows = [row_of_sensor(visit.connection, visit.user, sensor)]
    subject = {"kind": "sensors", "id": sensor.id, "may_annotate": _may(visit, Action.CREATE_CHILDREN, resource)}
    return _setup(visit, asset, rows, {"subject": subject, "has_kpis": False})


def _may(visit: PageVisit, action: Action, resource: Resource) -> bool:
    return policy.allows(visit.user, action, resource)


def _setup(visit: PageVisit, asset: Asset, own: Sequence[Row], facts: Mapping[str, Any]) -> GraphSetup:
    added = _added_rows(visit)
    site = find_site(visit.connection, visit.user, asset)
    shown = shown_sensors([*own, *added])
    zone = shown[0].sensor.zone if shown and not site.wanted else site.zone
    extent = recorded_period(visit.connection, [one.sensor for one in shown])
    window = _asked_window(visit) or _usual_window(extent, visit.now, zone)
    hues = hues_of_sensors(site, shown)
    own_json = [one for row in own for one in _rows_json(row, hues)]
    added_json = [one | {"is_added": True} for row in added for one in _rows_json(row, hues)]
    return GraphSetup(
        rows=[*own_json, *added_json],
        facts={
            "asset": asset.id,
            "name": asset.name,
            "zone": zone.key,
            "now": _ms(visit.now),
            "start": _ms(window.start),
            "end": _ms(window.end),
            "extent": None if extent is None else [_ms(extent.start), _ms(extent.end)],
            "schedule": _planned(visit, shown),
            "keep_legends_below": read_preferences(visit.connection, visit.user).keep_legends_below_graphs,
            **facts,
        },
        data_urls=_data_urls(visit, shown, window),
    )


def _added_rows(visit: PageVisit) -> list[Row]:
    """Return the rows of the sensors that the address adds; those that the user may not read leave no trace."""
    text = visit.request.query_params.get("sensors", "")
    try:
        ids = list(dict.fromkeys(int(part) for part in text.split(",") if part))
    except ValueError as error:
        raise InputError("Expected ids of sensors, such as 3,17.", field="sensors") from error
    if len(ids) > MOST_ADDED:
        raise InputError(f"At most {MOST_ADDED} sensors can be added.", field="sensors")
    owners = sensor_resources(visit.connection, {one for one in ids if 0 < one <= MAX_ID})
    readable = [one for one in ids if one in owners and _may(visit, Action.READ, owners[one])]
    sensors = get_sensors(visit.connection, readable)
    return [row_of_sensor(visit.connection, visit.user, sensors[one]) for one in readable if one in sensors]


def _asked_instant(visit: PageVisit, *names: str) -> datetime | None:
    given = visit.request.query_params
    name = next((name for name in names if given.get(name)), None)
    return None if name is None else parse_instant(given[name], field=name)


def _shows_lines(visit: PageVisit) -> bool:
    given = visit.request.query_params
    return given.get("view", "lines") == "lines" and not given.get("resolution")


def _asked_window(visit: PageVisit) -> Period | None:
    start, end = _asked_instant(visit, "start_time", "start"), _asked_instant(visit, "end_time", "end")
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise PeriodError("Give both a start and an end, or neither.", field="end" if end is None else "start")
    if _ms(end) <= _ms(start) or end - start > _LONGEST:
        raise PeriodError("Must lie after the start, by a century at most.", field="end")
    return Period(start, end)


def _planned(visit: PageVisit, shown: Sequence[ShownSensor]) -> list[int] | None:
    """Return the time from the present hour to the end of what is scheduled [ms]; None where nothing is."""
    recorded = recorders_of(visit.connection, [one.id for one in shown])
    last = [
        extent.last_event_start + one.sensor.event_resolution.nominal
        for one in shown
        for source_id, extent in recorded.of_sensor.get(one.id, {}).items()
        if recorded.sources[source_id].class_ == SCHEDULER
    ]
    hour = visit.now.replace(minute=0, second=0, microsecond=0)
    return [_ms(hour), _ms(max(last))] if last and max(last) > hour else None


def _usual_window(extent: Period | None, now: datetime, zone: ZoneInfo) -> Period:
    """Return today and tomorrow, or the last two days of what is recorded where nothing is then."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    soon = Period(midnight, midnight + timedelta(days=2))
    if extent is None or (extent.start < soon.end and soon.start < extent.end):
        return soon
    return Period(extent.end - timedelta(days=2), extent.end)


def _rows_json(row: Row, hues: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return a row for each unit in it: no graph has two scales. Units that convert into each other share one."""
    scale = unit_scale([*(one.unit for one in row.sensors), *(one.unit for one in row.constants)])
    descriptions = [*(one.description for one in row.sensors), *(one.description for one in row.constants)]
    title = row.title or ", ".join(descriptions)
    return [
        {
            "title": title[:1].upper() + title[1:],
            "unit": unit,
            "y_axis": row.y_axis or "zero",
            "sensors": [_sensor_json(one, scale, hues) for one in row.sensors if scale.shown[one.unit] == unit],
            "constants": [
                {
                    "id": one.id,
                    "label": one.description,
                    "value": float(convert(np.array([one.value]), one.unit, unit)[0]),
                }
                for one in row.constants
                if scale.shown[one.unit] == unit
            ],
        }
        for unit in scale.units
    ]


def _sensor_json(one: ShownSensor, scale: UnitScale, hues: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.description,
        "name": one.name,
        "unit": one.unit,
        "factor": scale.factors.get(one.unit, 1),
        "offset": scale.offsets.get(one.unit, 0),
        "length_ms": round(one.resolution_s * 1000),
        "hue": hues.get(one.id),
        "is_summed": one.sensor.aggregation() is Aggregation.SUM,
    }


def _data_urls(visit: PageVisit, shown: Sequence[ShownSensor], window: Period) -> Mapping[str, str]:
    """Return the addresses of the tiles under the window, as ``static/graphs/tiles.js`` would ask for them.

    Other views, and other resolutions than the recorded one, need other values.
    """
    if not shown or not _shows_lines(visit):
        return {}
    prior = _asked_instant(visit, "asof")
    return {screen: _data_url(shown, window, prior, width_px) for screen, width_px in _WIDTHS_PX.items()}


def _data_url(shown: Sequence[ShownSensor], window: Period, prior: datetime | None, width_px: int) -> str:
    start, end = _ms(window.start), _ms(window.end)
    wanted_ms = (end - start) * TILE_POINTS / (_POINTS_PER_PX * width_px)
    span = _TILE_BASE_MS * 2 ** max(0, math.floor(math.log2(wanted_ms / _TILE_BASE_MS)))
    first, last = start // span, -(-end // span)
    query = [
        *(("sensor", one.id) for one in shown),
        ("start", from_us(first * span * 1000).isoformat()),
        ("end", from_us(last * span * 1000).isoformat()),
        ("points", (last - first) * TILE_POINTS),
        ("beliefs", "by-source"),
        *([("prior", prior.isoformat())] if prior is not None else []),
    ]
    return f"/api/v4/series?{urlencode(query)}"


def _ms(instant: datetime) -> int:
    return to_us(instant) // 1000
