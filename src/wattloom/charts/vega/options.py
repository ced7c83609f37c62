"""What the caller of a chart may choose."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

Spec: TypeAlias = dict[str, Any]
"""A part of a specification. Functions return new ones: a part that two charts share could be changed by one of them."""

CONTAINER = "container"
"""The width of the element that the chart is put in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartOptions:
    """How a chart is drawn, whatever it shows.

    Attributes:
        dataset: Name of the dataset that it draws.
        start: Where the time axis starts; None leaves it to the data.
        end: Where it ends; the axis is fixed when both are given.
        width: Pixels, as text, or :data:`CONTAINER`.
        height: Pixels, as text; None is the usual height of the kind of chart.
        combines_legends: Whether the rows of an asset share one legend.
        shows_annotations: Whether to draw the dataset of annotations.
    """

    dataset: str
    start: datetime | None = None
    end: datetime | None = None
    width: str = CONTAINER
    height: str | None = None
    combines_legends: bool = True
    shows_annotations: bool = False

    @property
    def domain_ms(self) -> list[int] | None:
        """The ends of the time axis [epoch ms]; None where they follow the data."""
        if self.start is None or self.end is None:
            return None
        return [round(bound.timestamp() * 1000) for bound in (self.start, self.end)]


def annotations_dataset(dataset: str) -> str:
    """Return the name of the dataset with the annotations of a chart."""
    return f"{dataset}_annotations"
