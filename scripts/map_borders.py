"""Draw the map that pages show: land and borders of Natural Earth, from what the npm package world-atlas holds.

``python scripts/map_borders.py countries-50m.json borders.json`` keeps what is
drawn: the lines of the topology as they are, differences between points on an
integer grid, and which of them bound land or part two countries. Names and
flags are left out. ``maps/borders.js`` reads it.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def borders_of(topology: Mapping[str, Any]) -> dict[str, Any]:
    """Return land and borders of a TopoJSON topology of countries.

    Args:
        topology: With the objects ``countries`` and ``land``, quantised.

    Returns:
        ``scale`` and ``translate`` from the grid to degrees, ``arcs`` as lists of differences ``x, y, x, y, …``,
        ``land`` as polygons of rings of arcs, ``borders`` as arcs. An arc that is walked backwards is ``~n``.
    """
    land = [polygon for shape in topology["objects"]["land"]["geometries"] for polygon in _polygons(shape)]
    countries = topology["objects"]["countries"]["geometries"]
    sides = Counter(arc for country in countries for arc in _arcs(country))
    used = sorted({_plain(arc) for polygon in land for ring in polygon for arc in ring} | set(sides))
    position = {arc: n for n, arc in enumerate(used)}

    def renumbered(arc: int) -> int:
        return position[arc] if arc >= 0 else ~position[~arc]

    return {
        "scale": topology["transform"]["scale"],
        "translate": topology["transform"]["translate"],
        "arcs": [[number for point in topology["arcs"][arc] for number in point] for arc in used],
        "land": [[[renumbered(arc) for arc in ring] for ring in polygon] for polygon in land],
        "borders": sorted(position[arc] for arc, n in sides.items() if n > 1),
    }


def _polygons(shape: Mapping[str, Any]) -> list[Any]:
    if shape["type"] == "Polygon":
        return [shape["arcs"]]
    return list(shape["arcs"]) if shape["type"] == "MultiPolygon" else []


def _arcs(shape: Mapping[str, Any]) -> Iterator[int]:
    return (_plain(arc) for polygon in _polygons(shape) for ring in polygon for arc in ring)


def _plain(arc: int) -> int:
    return arc if arc >= 0 else ~arc


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    drawn = borders_of(json.loads(source.read_text(encoding="utf-8")))
    target.write_text(json.dumps(drawn, separators=(",", ":")), encoding="utf-8")
