"""Bars of Unicode blocks: numbers as lines of text."""

import math
from collections.abc import Sequence

_RISING = " ▁▂▃▄▅▆▇█"
_HANGING = " ▀█"  # fonts have no finer blocks that hang from the top


def rising_bars(values: Sequence[float], *, top: float, height: int) -> list[str]:
    """Draw bars that stand on a line; negative values and gaps (NaN) stay empty.

    Args:
        values: One value per column.
        top: The value that fills all lines.
        height: Number of lines.

    Returns:
        The lines, highest first.
    """
    return list(reversed(_layers(values, top, height, _RISING)))


def hanging_bars(values: Sequence[float], *, bottom: float, height: int) -> list[str]:
    """Draw bars that hang from a line for negative values; positive ones stay empty.

    Args:
        values: One value per column.
        bottom: The negative value that fills all lines.
        height: Number of lines.

    Returns:
        The lines, highest first.
    """
    return _layers([-value for value in values], -bottom, height, _HANGING)


def _layers(values: Sequence[float], full: float, height: int, blocks: str) -> list[str]:
    eighths = len(blocks) - 1
    filled = [_levels(value / full if full > 0 else 0, height * eighths) for value in values]
    return ["".join(blocks[min(max(level - line * eighths, 0), eighths)] for level in filled) for line in range(height)]


def _levels(share: float, n: int) -> int:
    if not math.isfinite(share) or share <= 0:
        return 0
    return min(max(round(share * n), 1), n)
