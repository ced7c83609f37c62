"""What an asset shows: graphs of sensors, and key figures.

``sensors_to_show`` is a list; each item is one graph in one of five forms::

    7                                                one sensor
    [7, 8]                                           sensors in one graph
    {"title": "Power", "sensor": 7}
    {"title": "Power", "sensors": [7, 8]}
    {"title": "Power", "plots": [{"sensor": 7}, {"sensors": [8, 9]}, {"asset": 3, "flex-model": "soc-max"}]}

An object may say where its y-axis begins and ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from wattloom.assets.tables import asset
from wattloom.errors import FieldPath, FieldProblem, InputError
from wattloom.timeseries.tables import sensor

KPI_FUNCTIONS = ("sum", "min", "max", "mean")
_FLEX_KEYS = {"flex-context": "flex_context", "flex-model": "flex_model"}
_Y_AXIS_WORDS = frozenset({"zero", "data"})
_MAX_GRAPHS = 100
_MAX_SHOWN = 1000
_MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph in its full form.

    Attributes:
        title: What stands above it.
        plots: What it shows: sensors, or fields of an asset's flex-config.
        y_axis: ``zero``, ``data``, ``[min, max]`` or ``{"min": …, "max": …}``.
    """

    title: str | None
    plots: tuple[Mapping[str, Any], ...]
    y_axis: Any = "zero"


def canonical_graphs(sensors_to_show: Iterable[Any]) -> list[Graph]:
    """Return valid ``sensors_to_show`` in full form."""
    return [_canonical(item) for item in sensors_to_show]


def _canonical(item: Any) -> Graph:
    if isinstance(item, int):
        return Graph(None, ({"sensor": item},))
    if isinstance(item, list):
        return Graph(None, ({"sensors": item},))
    plots = item.get("plots")
    if plots is None:
        plots = [{name: item[name] for name in ("sensor", "sensors") if name in item}]
    return Graph(item.get("title"), tuple(plots), item.get("y-axis", "zero"))


def check_sensors_to_show(connection: Connection, value: Any, *, field: str = "sensors_to_show") -> None:
    """Let valid graphs pass.

    Raises:
        InputError: A form is unknown, a sensor or asset does not exist, or an
            asset lacks the field to show; names each place.
    """
    graphs = _Problems(field)
    graphs.check(value)
    graphs.check_existence(connection)
    graphs.raise_any()


def check_kpis(connection: Connection, value: Any, *, field: str = "sensors_to_show_as_kpis") -> None:
    """Let valid key figures pass.

    Raises:
        InputError: An entry has the wrong form, its function is unknown, or
            its sensor does not exist or is not daily.
    """
    if len(value) > _MAX_GRAPHS:
        raise InputError(f"At most {_MAX_GRAPHS} key figures.", field=field)
    ids = [entry["sensor"] for entry in value if isinstance(entry, Mapping) and _is_id(entry.get("sensor"))]
    rows = connection.execute(select(sensor.c.id, sensor.c.event_resolution).where(sensor.c.id.in_(ids)))
    resolutions = {row.id: row.event_resolution for row in rows}
    problems = []
    for n, entry in enumerate(value):
        problem = _kpi_problem(entry, resolutions)
        if problem:
            problems.append(FieldProblem((field, n), problem))
    if problems:
        raise InputError(problems[0].message, problems=problems)


def _kpi_problem(entry: Any, resolutions: Mapping[int, str]) -> str | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("title"), str) or not _is_id(entry.get("sensor")):
        return 'Expected {"title": "…", "sensor": 1, "function": "sum"}.'
    unknown = set(entry) - {"title", "sensor", "function"}
    if unknown:
        return f"Unknown field: {min(unknown)}."
    if "function" in entry and entry["function"] not in KPI_FUNCTIONS:
        return f"The function must be one of: {', '.join(KPI_FUNCTIONS)}."
    resolution = resolutions.get(entry["sensor"])
    if resolution is None:
        return f"No sensor found with ID {entry['sensor']}."
    return None if resolution == "P1D" else f"Sensor {entry['sensor']} is not daily."


class _Problems:
    """Collects what is wrong with graphs, and which things they refer to."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._problems: list[FieldProblem] = []
        self._sensors: dict[int, FieldPath] = {}
        self._n_shown = 0
        self._plots_of_assets: list[tuple[FieldPath, Mapping[str, Any]]] = []

    def raise_any(self) -> None:
        if self._problems:
            raise InputError(self._problems[0].message, problems=self._problems)

    def check(self, value: list[Any]) -> None:
        if len(value) > _MAX_GRAPHS:
            self._add((), f"At most {_MAX_GRAPHS} graphs.")
            return
        for n, item in enumerate(value):
            self._check_item((n,), item)

    def check_existence(self, connection: Connection) -> None:
        if self._n_shown + len(self._plots_of_assets) > _MAX_SHOWN:
            self._add((), f"At most {_MAX_SHOWN} sensors.")
            return
        known = set(connection.scalars(select(sensor.c.id).where(sensor.c.id.in_(list(self._sensors)))))
        for sensor_id, path in self._sensors.items():
            if sensor_id not in known:
                self._add(path, f"No sensor found with ID {sensor_id}.")
        ids = [plot["asset"] for _, plot in self._plots_of_assets]
        columns = (asset.c.id, *(asset.c[name] for name in _FLEX_KEYS.values()))
        rows = connection.execute(select(*columns).where(asset.c.id.in_(ids)))
        configs = {row.id: row._mapping for row in rows}  # noqa: SLF001 - SQLAlchemy's name for a row by column
        for path, plot in self._plots_of_assets:
            self._check_asset_plot(path, plot, configs)

    def _add(self, path: FieldPath, message: str) -> None:
        self._problems.append(FieldProblem((self._field, *path), message))

    def _check_item(self, path: FieldPath, item: Any) -> None:
        if isinstance(item, Mapping):
            self._check_graph(path, item)
        elif isinstance(item, list):
            self._check_ids(path, item)
        else:
            self._check_id(path, item)

    def _check_graph(self, path: FieldPath, graph: Mapping[str, Any]) -> None:
        unknown = set(graph) - {"title", "sensor", "sensors", "plots", "y-axis"}
        if unknown:
            self._add((*path, min(unknown)), "Unknown field.")
        title = graph.get("title")
        if title is not None and (not isinstance(title, str) or len(title) > _MAX_TITLE):
            self._add((*path, "title"), f"Not a text of at most {_MAX_TITLE} characters.")
        if "y-axis" in graph and not _is_y_axis(graph["y-axis"]):
            self._add((*path, "y-axis"), 'Expected "zero", "data", [min, max] or {"min": …, "max": …} with min < max.')
        if sum(name in graph for name in ("sensor", "sensors", "plots")) != 1:
            self._add(path, "Expected one of sensor, sensors and plots.")
        elif "plots" not in graph:
            self._check_plot(path, {name: graph[name] for name in ("sensor", "sensors") if name in graph})
        elif not isinstance(graph["plots"], list):
            self._add((*path, "plots"), "Not a valid list.")
        else:
            for n, plot in enumerate(graph["plots"]):
                self._check_plot((*path, "plots", n), plot)

    def _check_plot(self, path: FieldPath, plot: Any) -> None:
        kinds = [name for name in ("sensor", "sensors", "asset") if isinstance(plot, Mapping) and name in plot]
        if len(kinds) != 1 or not set(plot) <= {kinds[0], *(_FLEX_KEYS if kinds == ["asset"] else ())}:
            self._add(path, 'Expected {"sensor": 1}, {"sensors": [1, 2]} or {"asset": 1, "flex-model": "soc-max"}.')
        elif kinds == ["sensor"]:
            self._check_id((*path, "sensor"), plot["sensor"])
        elif kinds == ["sensors"]:
            self._check_ids((*path, "sensors"), plot["sensors"])
        elif len(plot) != 2 or not _is_id(plot["asset"]):  # noqa: PLR2004 - the asset and one flex key
            self._add(path, "An asset is shown with one of flex-context and flex-model.")
        else:
            self._plots_of_assets.append((path, plot))

    def _check_ids(self, path: FieldPath, ids: Any) -> None:
        if not isinstance(ids, list) or not ids:
            self._add(path, "Not a list of sensor ids.")
            return
        for n, sensor_id in enumerate(ids):
            self._check_id((*path, n), sensor_id)

    def _check_id(self, path: FieldPath, sensor_id: Any) -> None:
        self._n_shown += 1
        if _is_id(sensor_id):
            self._sensors.setdefault(sensor_id, path)
        else:
            self._add(path, "Not a valid sensor id.")

    def _check_asset_plot(self, path: FieldPath, plot: Mapping[str, Any], configs: Mapping[int, Any]) -> None:
        key = next(name for name in _FLEX_KEYS if name in plot)
        if plot["asset"] not in configs:
            self._add((*path, "asset"), f"No asset found with ID {plot['asset']}.")
        elif not isinstance(plot[key], str) or plot[key] not in configs[plot["asset"]][_FLEX_KEYS[key]]:
            self._add((*path, key), f"Asset {plot['asset']} has no such field in its {key}.")


def _is_y_axis(value: Any) -> bool:
    if isinstance(value, Mapping):
        value = [value.get("min"), value.get("max")] if set(value) == {"min", "max"} else None
    if isinstance(value, list):
        is_pair = len(value) == 2 and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)  # noqa: PLR2004 - minimum and maximum
        return is_pair and value[0] < value[1]
    return isinstance(value, str) and value in _Y_AXIS_WORDS


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
