"""Bands of a terminal chart: one series each, over a shared time axis."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from wattloom.cli.bars import hanging_bars, rising_bars

LABEL_WIDTH = 21
"""Columns to the left of the values."""

_GAP = "·"
_LONGEST_INTEGER = 99_999.5
_LONGEST_FRACTION = 999.5


@dataclass(frozen=True)
class Band:
    """One series of the chart.

    Attributes:
        name: What it shows, with its unit.
        values: One value per column; NaN is a gap.
        colours: One colour per column.
        foot: Value at the foot of the bars.
        top: Value at their top.
        labels: What stands beside the first and the last line.
        height: Lines above the foot.
        depth: Lines below it, for negative values, in the same scale.
    """

    name: str
    values: NDArray[np.float64]
    colours: Sequence[str]
    foot: float
    top: float
    labels: tuple[float, float]
    height: int = 2
    depth: int = 0

    def lines(self) -> Iterator[Text]:
        """Yield the lines, highest first."""
        span = self.top - self.foot
        rows = rising_bars((self.values - self.foot).tolist(), top=span, height=self.height)
        rows[-1] = "".join(_GAP if math.isnan(v) else block for v, block in zip(self.values, rows[-1], strict=True))
        rows += hanging_bars(self.values.tolist(), bottom=-span * self.depth / self.height, height=self.depth)
        names = [self.name, *[""] * (len(rows) - 1)]
        scale = [_label(self.labels[0]), *[""] * (len(rows) - 2), _label(self.labels[1])]
        for name, label, row in zip(names, scale, rows, strict=True):
            head = name[: LABEL_WIDTH - 8].ljust(LABEL_WIDTH - 8) + label.rjust(6)
            line = Text(f"{head} ┤", style="dim", no_wrap=True)
            for colour, block in zip(self.colours, row, strict=True):
                line.append(block, style="dim" if block == _GAP else f"not dim {colour}")
            yield line


def axis_line(cells: Sequence[str]) -> Text:
    """Return a line of the time axis, one character per column."""
    return Text(" " * LABEL_WIDTH + "".join(cells), style="dim", no_wrap=True)


def write(cells: list[str], at: int, text: str) -> None:
    """Put a label on the time axis, unless it would touch another or the end."""
    if at + len(text) <= len(cells) and all(cell == " " for cell in cells[max(at - 1, 0) : at + len(text) + 1]):
        cells[at : at + len(text)] = text


def _label(value: float) -> str:
    # Six characters at most.
    digits = ".0e" if abs(value) >= _LONGEST_INTEGER else ".0f" if abs(value) >= _LONGEST_FRACTION else ".3g"
    return f"{value:{digits}}".replace("-", "−")
