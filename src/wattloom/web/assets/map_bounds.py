"""What a map shows at first on which somebody chooses the location of an asset."""

from collections.abc import Iterable
from typing import Final

from wattloom.assets import Asset
from wattloom.sites import Box

_AROUND_DEG: Final = 4
_EUROPE: Final = Box(-11, 35, 31, 61)


def map_bounds(assets: Iterable[Asset]) -> Box:
    """Return what surrounds the first of some assets that has a location; Europe where none has."""
    for each in assets:
        if each.latitude is not None and each.longitude is not None:
            lat, lon = each.latitude, each.longitude
            return Box(lon - _AROUND_DEG, lat - _AROUND_DEG, lon + _AROUND_DEG, lat + _AROUND_DEG)
    return _EUROPE
