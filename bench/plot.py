"""Draw lines on logarithmic scales as a small SVG that reads well on light and dark pages."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 300, 220
LEFT, RIGHT, TOP, BOTTOM = 66, 22, 26, 44
STYLE = """
text { font: 11px system-ui, sans-serif; fill: #333 }
path { fill: none; stroke-width: 2 }
.grid { stroke: #ccc; stroke-width: 1 }
.line0 { stroke: #0b6e99 } .line1 { stroke: #c2410c }
text.line0 { stroke: none; fill: #0b6e99 } text.line1 { stroke: none; fill: #c2410c }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .grid { stroke: #444 }
  .line0 { stroke: #5ec4ef } .line1 { stroke: #ff9861 }
  text.line0 { fill: #5ec4ef } text.line1 { fill: #ff9861 }
}
"""


@dataclass(frozen=True)
class Line:
    """A named series of points, all numbers above zero."""

    name: str
    points: list[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """Lines over one quantity."""

    quantity: str
    lines: list[Line]


@dataclass(frozen=True)
class _Axis:
    """A logarithmic scale from one power of ten to another."""

    lowest: int
    highest: int
    start: float
    end: float

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.lowest) / (self.highest - self.lowest)
        return round(self.start + share * (self.end - self.start), 1)


def draw(panels: list[Panel], *, unit: str) -> str:
    """Return an SVG with panels side by side, whose vertical scale is the same."""
    values = [y for panel in panels for line in panel.lines for _, y in line.points]
    vertical = _axis(values, HEIGHT - BOTTOM, TOP)
    width = WIDTH * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}">',
        f"<style>{STYLE}</style>",
    ]
    for k, panel in enumerate(panels):
        quantities = [x for line in panel.lines for x, _ in line.points]
        horizontal = _axis(quantities, k * WIDTH + LEFT, (k + 1) * WIDTH - RIGHT)
        parts += _grid(horizontal, vertical, panel.quantity, unit)
        for n, line in enumerate(panel.lines):
            places = " L".join(f"{horizontal.place(x)} {vertical.place(y)}" for x, y in line.points)
            parts.append(f'<path class="line{n}" d="M{places}"/>')
            parts.append(
                f'<text class="line{n}" x="{horizontal.start + 8}" y="{TOP + 14 + 14 * n}">{escape(line.name)}</text>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _axis(values: list[float], start: float, end: float) -> _Axis:
    return _Axis(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))), start, end)


def _grid(horizontal: _Axis, vertical: _Axis, quantity: str, unit: str) -> list[str]:
    parts = []
    for power in range(horizontal.lowest, horizontal.highest + 1):
        x = horizontal.place(10.0**power)
        parts.append(f'<path class="grid" d="M{x} {vertical.end} V{vertical.start}"/>')
        parts.append(f'<text x="{x}" y="{vertical.start + 16}" text-anchor="middle">{10**power:,}</text>')
    for power in range(vertical.lowest, vertical.highest + 1):
        y = vertical.place(10.0**power)
        parts.append(f'<path class="grid" d="M{horizontal.start} {y} H{horizontal.end}"/>')
        parts.append(f'<text x="{horizontal.start - 6}" y="{y + 4}" text-anchor="end">{10.0**power:,g} {unit}</text>')
    middle = (horizontal.start + horizontal.end) / 2
    parts.append(f'<text x="{middle}" y="{vertical.start + 34}" text-anchor="middle">{escape(quantity)}</text>')
    return parts
