"""What the graphs of an asset show: its rows, with the sensors and constants in each.

Only what the user may read is there at all: a sensor, or a field of another
asset, that the user may not read leaves no trace.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from sqlalchemy import Connection, bindparam, select

from wattloom.accounts import Action, Kind, Resource, User, policy
from wattloom.accounts.tables import account
from wattloom.assets import Asset, Graph, canonical_graphs, references_in, sensor_resources, sensors_of_assets
from wattloom.assets.tables import asset as asset_table
from wattloom.db import in_batches
from wattloom.errors import UnitError
from wattloom.periods import Resolution
from wattloom.timeseries import Sensor, get_sensors
from wattloom.units import Quantity, parse_quantity

FLEX_MODEL_SOURCE, FLEX_CONTEXT_SOURCE = -1, -2
"""Ids of the sources of constants."""

# By the key of a plot: the column of the asset, and who states what stands there.
_FLEX_CONFIGS = {
    "flex-model": ("flex_model", FLEX_MODEL_SOURCE),
    "flex-context": ("flex_context", FLEX_CONTEXT_SOURCE),
}
_N_DEFAULT = 2

_parent, _owner, _parents_owner = asset_table.alias(), account.alias(), account.alias()
# Built once: building a statement costs more than running it.
_PLACES = (
    select(
        asset_table.c.id,
        asset_table.c.name,
        asset_table.c.account_id,
        asset_table.c.flex_model,
        asset_table.c.flex_context,
        _owner.c.consultancy_account_id,
        _parent.c.name.label("parent_name"),
        _parent.c.account_id.label("parent_account_id"),
        _parents_owner.c.consultancy_account_id.label("parent_consultancy_account_id"),
    )
    .outerjoin(_owner, _owner.c.id == asset_table.c.account_id)
    .outerjoin(_parent, _parent.c.id == asset_table.c.parent_asset_id)
    .outerjoin(_parents_owner, _parents_owner.c.id == _parent.c.account_id)
    .where(asset_table.c.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class ShownSensor:
    """A sensor in a row.

    Attributes:
        sensor: The sensor.
        asset_id: The asset that it stands on.
        description: For legends, for example ``power (battery)``.
        asset_description: The asset, and its parent if there is one: ``battery (site)``.
    """

    sensor: Sensor
    asset_id: int
    description: str
    asset_description: str

    @property
    def id(self) -> int:
        """The id of the sensor."""
        return self.sensor.id

    @property
    def name(self) -> str:
        """The name of the sensor."""
        return self.sensor.name

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return self.sensor.unit

    @property
    def resolution_s(self) -> float:
        """How long its events last [s]; 0 for samples."""
        return self.sensor.event_resolution.nominal.total_seconds()


@dataclass(frozen=True, slots=True)
class Constant:
    """A fixed quantity of a flex-config, drawn as a level line.

    Attributes:
        id: Stands for a sensor's id: −1, −2 and so on, in the order of appearance.
        source_id: :data:`FLEX_MODEL_SOURCE` or :data:`FLEX_CONTEXT_SOURCE`.
        name: The field, for example ``site-power-capacity``.
        unit: Unit of the value.
        value: As it stands in the flex-config.
        asset_id: The asset that stores it.
        description: For legends, for example ``site-power-capacity (site)``.
        asset_description: As for sensors.
    """

    id: int
    source_id: int
    name: str
    unit: str
    value: float
    asset_id: int
    description: str
    asset_description: str

    @property
    def resolution_s(self) -> float:
        """0: it holds at any moment."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One graph; rows stand below each other and share the time axis.

    Attributes:
        title: What stands above it.
        y_axis: ``zero``, ``data``, ``[min, max]`` or ``{"min": …, "max": …}``.
        sensors: Those that the user may read; none twice.
        constants: From flex-configs of assets that the user may read.
    """

    title: str | None
    y_axis: Any
    sensors: tuple[ShownSensor, ...]
    constants: tuple[Constant, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """An asset as charts name it; the configs are empty where the user may not read it."""

    name: str
    description: str
    configs: Mapping[str, Mapping[str, Any]]


def read_rows(connection: Connection, user: User, asset: Asset) -> list[Row]:
    """Return the graphs of an asset, in order; without ``sensors_to_show`` its first two sensors.

    Rows in which the user may read nothing are left out.

    Args:
        connection: Any transaction.
        user: Who looks.
        asset: One that the user may read.
    """
    graphs = canonical_graphs(asset.sensors_to_show) or _default_graphs(connection, asset)
    places = _read_places(
        connection, user, (plot["asset"] for graph in graphs for plot in graph.plots if "asset" in plot)
    )
    sensor_ids = chain.from_iterable(_sensor_ids(plot, places) for graph in graphs for plot in graph.plots)
    resources = sensor_resources(connection, set(sensor_ids))
    readable = [sensor_id for sensor_id, owner in resources.items() if policy.allows(user, Action.READ, owner)]
    sensors = get_sensors(connection, readable)
    places |= _read_places(connection, user, {sensor.asset_id for sensor in sensors.values()} - places.keys())
    shown = {sensor.id: _shown(sensor, places[sensor.asset_id]) for sensor in sensors.values()}
    ids = count(-1, -1)
    rows = [_row(graph, shown, places, ids) for graph in graphs]
    return [row for row in rows if row.sensors or row.constants]


def row_of_sensor(connection: Connection, user: User, sensor: Sensor) -> Row:
    """Return the graph of one sensor that the user may read."""
    places = _read_places(connection, user, [sensor.asset_id])
    return Row(None, "zero", (_shown(sensor, places[sensor.asset_id]),))


def shown_sensors(rows: Iterable[Row]) -> list[ShownSensor]:
    """Return the sensors of all rows in the order of appearance, each once."""
    return list({shown.sensor.id: shown for row in rows for shown in row.sensors}.values())


def finest_resolution(sensors: Iterable[ShownSensor]) -> Resolution | None:
    """Return the smallest positive resolution of some sensors; None where all are instantaneous."""
    resolutions = (shown.sensor.event_resolution for shown in sensors)
    positive = [resolution for resolution in resolutions if not resolution.is_instantaneous]
    return min(positive, key=lambda resolution: resolution.nominal, default=None)


def _default_graphs(connection: Connection, asset: Asset) -> list[Graph]:
    first = sensors_of_assets(connection, [asset.id])[:_N_DEFAULT]
    if len({sensor.unit for sensor in first}) == 1:
        return [Graph(None, ({"sensors": [sensor.id for sensor in first]},))]
    return [Graph(None, ({"sensor": sensor.id},)) for sensor in first]


def _read_places(connection: Connection, user: User, asset_ids: Iterable[int]) -> dict[int, _Place]:
    """Return assets by id; those that do not exist are left out."""

    def may_read(account_id: int | None, consultancy_account_id: int | None) -> bool:
        return policy.allows(user, Action.READ, Resource(Kind.ASSET, account_id, consultancy_account_id))

    places = {}
    for ids in in_batches(set(asset_ids)):
        for row in connection.execute(_PLACES, {"ids": ids}):
            knows_parent = row.parent_name is not None and may_read(
                row.parent_account_id, row.parent_consultancy_account_id
            )
            description = f"{row.name} ({row.parent_name})" if knows_parent else row.name
            is_readable = may_read(row.account_id, row.consultancy_account_id)
            configs = {"flex-model": row.flex_model, "flex-context": row.flex_context} if is_readable else {}
            places[row.id] = _Place(row.name, description, configs)
    return places


def _sensor_ids(plot: Mapping[str, Any], places: Mapping[int, _Place]) -> Iterator[int]:
    if "sensor" in plot:
        yield plot["sensor"]
    yield from plot.get("sensors", ())
    for key, field, config in _flex_fields(plot, places):
        column, _ = _FLEX_CONFIGS[key]
        found = references_in(column, {field: config[field]})
        yield from sorted(item_id for kind, item_id in found if kind == "sensor")


def _flex_fields(plot: Mapping[str, Any], places: Mapping[int, _Place]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the field of a flex-config that a plot shows: which config, the field's name, and the config."""
    place = places.get(plot["asset"]) if "asset" in plot else None
    for key in _FLEX_CONFIGS:
        config = place.configs.get(key, {}) if place is not None else {}
        if plot.get(key) in config:
            yield key, plot[key], config


def _shown(sensor: Sensor, place: _Place) -> ShownSensor:
    return ShownSensor(sensor, sensor.asset_id, f"{sensor.name} ({place.name})", place.description)


def _row(
    graph: Graph, shown: Mapping[int, ShownSensor], places: Mapping[int, _Place], constant_ids: Iterator[int]
) -> Row:
    ids = dict.fromkeys(chain.from_iterable(_sensor_ids(plot, places) for plot in graph.plots))
    constants = tuple(chain.from_iterable(_constants(plot, places, constant_ids) for plot in graph.plots))
    sensors = tuple(shown[sensor_id] for sensor_id in ids if sensor_id in shown)
    return Row(graph.title, graph.y_axis, sensors, constants)


def _constants(
    plot: Mapping[str, Any], places: Mapping[int, _Place], constant_ids: Iterator[int]
) -> Iterator[Constant]:
    for key, field, config in _flex_fields(plot, places):
        quantity = _quantity(field, config)
        if quantity is not None:
            place = places[plot["asset"]]
            yield Constant(
                id=next(constant_ids),
                source_id=_FLEX_CONFIGS[key][1],
                name=field,
                unit=quantity.unit,
                value=quantity.magnitude,
                asset_id=plot["asset"],
                description=f"{field} ({place.name})",
                asset_description=place.description,
            )


def _quantity(field: str, config: Mapping[str, Any]) -> Quantity | None:
    """Return a fixed quantity; None for references, segments, flags and words.

    Numbers without a unit are states of charge in the unit that the flex-model names, or fractions.
    """
    value = config[field]
    if isinstance(value, str):
        try:
            return parse_quantity(value, field=field)
        except UnitError:
            return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or references_in("flex_model", {field: value}):
        return None
    return Quantity(float(value), config.get("soc-unit", "MWh") if field.startswith("soc-") else "")
