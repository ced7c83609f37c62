"""The tree below an asset, line by line."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wattloom.assets import Asset
from wattloom.timeseries import Sensor

_BRANCH, _LAST, _TRUNK, _NOTHING = "├─ ", "└─ ", "│  ", "   "


@dataclass(frozen=True, slots=True)
class Node:
    """An asset with what is directly below it."""

    asset: Asset
    sensors: tuple[Sensor, ...]
    children: tuple["Node", ...]


def tree_of(top_id: int, assets: Sequence[Asset], sensors: Sequence[Sensor]) -> Node:
    """Return the tree of an asset.

    Args:
        top_id: The asset.
        assets: It and all below it.
        sensors: Those of all of them.
    """
    own: defaultdict[int, list[Sensor]] = defaultdict(list)
    below: defaultdict[int | None, list[Asset]] = defaultdict(list)
    for sensor in sensors:
        own[sensor.asset_id].append(sensor)
    for asset in assets:
        below[asset.parent_asset_id].append(asset)

    def node(asset: Asset) -> Node:
        return Node(asset, tuple(own[asset.id]), tuple(node(child) for child in below[asset.id]))

    return node(next(asset for asset in assets if asset.id == top_id))


def lines_of(node: Node, *, guide: str = "", indent: str = "") -> Iterator[tuple[str, Asset | Sensor]]:
    """Yield an asset, its sensors and what is below it, each with its name behind the lines that lead to it."""
    yield f"{guide}{node.asset.name}", node.asset
    n = len(node.sensors) + len(node.children)
    for k, sensor in enumerate(node.sensors, start=1):
        yield f"{indent}{_LAST if k == n else _BRANCH}{sensor.name}", sensor
    for k, child in enumerate(node.children, start=len(node.sensors) + 1):
        more = _NOTHING if k == n else _TRUNK
        yield from lines_of(child, guide=f"{indent}{_LAST if k == n else _BRANCH}", indent=indent + more)
