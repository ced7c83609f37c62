"""Annotations as charts ask for them and show them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field
from typing_extensions import TypedDict

from wattloom.annotations import AnnotationFilter, Band
from wattloom.api.v3_0.charts.params import ChartParams
from wattloom.timeseries import Source


class ChartAnnotationParams(ChartParams):
    """Which annotations to show."""

    clip: bool = Field(True, description="Cut annotations to the window.")


class ChartAnnotationJson(TypedDict):
    """Annotations that end together, for a chart: times in ms since 1970, text in lines."""

    index: int
    start: int
    end: int
    belief_time: int | None
    source: str
    type: str
    content: list[str]


def chart_annotations_json(
    bands: Sequence[Band], sources: Mapping[int, Source], clip_to: AnnotationFilter | None
) -> list[ChartAnnotationJson]:
    """Return annotations as charts show them.

    Args:
        bands: In the order in which they are shown.
        sources: At least those of the bands, by id.
        clip_to: The window to which they are cut; None leaves them whole.
    """
    shown = bands if clip_to is None else [band.clipped(clip_to.start, clip_to.end) for band in bands]
    return [
        {
            "index": index,
            "start": _ms(band.start),
            "end": _ms(band.end),
            "belief_time": None if band.belief_time is None else _ms(band.belief_time),
            "source": sources[band.source_id].description,
            "type": band.type,
            "content": list(band.lines),
        }
        for index, band in enumerate(shown)
    ]


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
