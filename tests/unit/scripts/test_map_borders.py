from typing import Any

from scripts.map_borders import borders_of

# Two squares side by side: arc 0 is the border, 1 bounds the western country, 2 the eastern one; 3 is on neither.
SQUARES: dict[str, Any] = {
    "transform": {"scale": [0.5, 0.25], "translate": [-180, -90]},
    "arcs": [
        [[10, 0], [0, 10]],
        [[10, 10], [-10, 0], [0, -10], [10, 0]],
        [[10, 0], [10, 0], [0, 10], [-10, 0]],
        [[0, 0]],
    ],
    "objects": {
        "countries": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "West"}},
                {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"name": "East"}},
                {"type": None},
            ]
        },
        "land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[2, 1]]]}]},
    },
}


def test_borders_are_what_two_countries_share() -> None:
    drawn = borders_of(SQUARES)

    assert drawn["borders"] == [0]
    assert drawn["land"] == [[[2, 1]]]
    assert drawn["scale"] == [0.5, 0.25]


def test_lines_are_differences_and_unused_ones_are_left_out() -> None:
    drawn = borders_of(SQUARES)

    assert drawn["arcs"][0] == [10, 0, 0, 10]
    assert len(drawn["arcs"]) == 3


def test_lines_walked_backwards_keep_their_direction() -> None:
    topology = SQUARES | {
        "objects": SQUARES["objects"] | {"land": {"geometries": [{"type": "Polygon", "arcs": [[~0]]}]}}
    }

    assert borders_of(topology)["land"] == [[[~0]]]
