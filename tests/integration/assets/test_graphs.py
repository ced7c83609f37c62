"""Which graphs and key figures an asset accepts."""

from typing import Any

import pytest
from sqlalchemy import Connection, event

from tests.factories import make_asset, make_sensor
from wattloom.assets.graphs import check_kpis, check_sensors_to_show
from wattloom.errors import FieldPath, InputError


@pytest.fixture
def things(connection: Connection) -> dict[str, int]:
    asset = make_asset(connection, flex_model={"soc-max": "9 kWh"}, flex_context={})
    return {
        "asset": asset,
        "power": make_sensor(connection, generic_asset_id=asset),
        "daily": make_sensor(connection, generic_asset_id=asset, event_resolution="P1D"),
    }


def filled(value: Any, things: dict[str, int]) -> Any:
    """Put ids in the place of their names."""
    if isinstance(value, dict):
        return {name: part if name in {"title", "y-axis"} else filled(part, things) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, things) for part in value]
    return things.get(value, value) if isinstance(value, str) else value


def problems(error: InputError) -> set[FieldPath]:
    return {problem.path[1:] for problem in error.problems}


@pytest.mark.parametrize(
    "graph",
    [
        "power",
        ["power", "daily"],
        {"sensor": "power"},
        {"title": None, "sensor": "power", "y-axis": "data"},
        {"title": "a", "sensors": ["power"], "y-axis": [0, 1.5]},
        {"title": "a", "plots": [{"sensor": "power"}, {"sensors": ["daily"]}], "y-axis": {"min": -1, "max": 1}},
        {"title": "a", "plots": [{"asset": "asset", "flex-model": "soc-max"}]},
        {"title": "a", "plots": []},
    ],
)
def test_forms_of_graphs(connection: Connection, things: dict[str, int], graph: Any) -> None:
    check_sensors_to_show(connection, [filled(graph, things)])


@pytest.mark.parametrize(
    ("graph", "path"),
    [
        (987, ()),
        (True, ()),
        (1.5, ()),
        ("text", ()),
        (None, ()),
        ([], ()),
        ([["power"]], (0,)),
        ([2**40], (0,)),
        ({}, ()),
        ({"title": 7, "sensor": "power"}, ("title",)),
        ({"sensor": "power", "sensors": ["power"]}, ()),
        ({"sensor": "power", "colour": "red"}, ("colour",)),
        ({"sensor": "power", "y-axis": "max"}, ("y-axis",)),
        ({"sensor": "power", "y-axis": [2, 1]}, ("y-axis",)),
        ({"sensor": "power", "y-axis": {"min": 1}}, ("y-axis",)),
        ({"plots": {}}, ("plots",)),
        ({"plots": [{"sensor": 987}]}, ("plots", 0, "sensor")),
        ({"plots": [{"sensor": "power", "asset": "asset"}]}, ("plots", 0)),
        ({"plots": ["power"]}, ("plots", 0)),
        ({"plots": [{"asset": "asset"}]}, ("plots", 0)),
        ({"plots": [{"asset": 987, "flex-model": "soc-max"}]}, ("plots", 0, "asset")),
        ({"plots": [{"asset": "asset", "flex-context": "soc-max"}]}, ("plots", 0, "flex-context")),
        ({"plots": [{"asset": "asset", "flex-model": {}}]}, ("plots", 0, "flex-model")),
    ],
)
def test_wrong_graphs_are_named(connection: Connection, things: dict[str, int], graph: Any, path: FieldPath) -> None:
    with pytest.raises(InputError) as caught:
        check_sensors_to_show(connection, [things["power"], filled(graph, things)])

    assert problems(caught.value) == {(1, *path)}


@pytest.mark.parametrize("ids", [list(range(101)), [list(range(1, 1002))]])
def test_graphs_are_limited_in_number(connection: Connection, ids: list[Any]) -> None:
    with pytest.raises(InputError):
        check_sensors_to_show(connection, ids)


@pytest.mark.parametrize("function", [{}, {"function": "sum"}, {"function": "mean"}])
def test_key_figures(connection: Connection, things: dict[str, int], function: dict[str, str]) -> None:
    check_kpis(connection, [{"title": "Energy", "sensor": things["daily"]} | function])


@pytest.mark.parametrize(
    "entry",
    [
        7,
        {"title": "Energy"},
        {"sensor": "daily"},
        {"title": "Energy", "sensor": 987},
        {"title": "Energy", "sensor": "power"},
        {"title": "Energy", "sensor": "daily", "function": "median"},
        {"title": "Energy", "sensor": "daily", "colour": "red"},
    ],
)
def test_wrong_key_figures_are_named(connection: Connection, things: dict[str, int], entry: Any) -> None:
    with pytest.raises(InputError) as caught:
        check_kpis(connection, [filled(entry, things)])

    assert problems(caught.value) == {(0,)}


def test_many_key_figures_take_one_query_and_too_many_are_refused(
    connection: Connection, things: dict[str, int]
) -> None:
    entry = {"title": "a", "sensor": things["daily"]}
    statements: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))

    check_kpis(connection, [entry] * 100)
    with pytest.raises(InputError, match="At most 100 key figures"):
        check_kpis(connection, [entry] * 101)

    assert len(statements) == 1


def test_sensors_count_as_often_as_they_are_shown(connection: Connection, things: dict[str, int]) -> None:
    check_sensors_to_show(connection, [[things["power"]] * 1000])

    with pytest.raises(InputError, match="At most 1000 sensors"):
        check_sensors_to_show(connection, [[things["power"]] * 1000, things["power"]])
