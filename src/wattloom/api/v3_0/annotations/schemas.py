"""Annotations as clients send and see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.annotations import MAX_CONTENT, Annotation, AnnotationFilter, AnnotationType, Band, NewAnnotation
from wattloom.api.fields import Instant
from wattloom.api.v3_0.chart_params import ChartParams
from wattloom.timeseries import Source


class NewAnnotationBody(BaseModel):
    """A remark about a time."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "content": "Maintenance of the inverter",
                    "start": "2026-02-11T17:30:00+01:00",
                    "end": "2026-02-11T19:00:00+01:00",
                    "type": "alert",
                }
            ]
        },
    )

    content: str = Field(max_length=MAX_CONTENT, description="What is remarked; not only blanks.")
    start: Instant = Field(description="Where the time starts that it is about, with an offset.")
    end: Instant = Field(description="Where that time ends; later than the start.")
    type: AnnotationType = Field("label", description="What kind of remark it is.")
    prior: Instant | None = Field(
        None, description="When it was held to be true; without it the remark is shown whenever one looks."
    )

    def new_annotation(self) -> NewAnnotation:
        """Return the remark to attach."""
        return NewAnnotation(self.content, self.start, self.end, self.type, self.prior)


class ChartAnnotationParams(ChartParams):
    """Which annotations to show."""

    clip: bool = Field(True, description="Cut annotations to the window.")

    def wanted(self) -> AnnotationFilter:
        """Return which annotations are asked for.

        Raises:
            FilterError: The window ends before it starts, or only its duration is given.
        """
        start, end = self.period()
        return AnnotationFilter(start, end, self.beliefs_after, self.prior)


class AnnotationJson(TypedDict):
    """An annotation that is kept; ``source`` is the id of its author's data source."""

    id: int
    content: str
    start: str
    end: str
    type: str
    prior: str | None
    source: int


class ChartAnnotationJson(TypedDict):
    """Annotations that end together, for a chart: times in ms since 1970, text in lines."""

    index: int
    start: int
    end: int
    belief_time: int | None
    source: str
    type: str
    content: list[str]


def annotation_json(annotation: Annotation, sent: NewAnnotationBody) -> AnnotationJson:
    """Return an annotation as clients see it, its times with the offset in which they were sent."""
    zone = sent.start.tzinfo
    prior = annotation.belief_time
    return {
        "id": annotation.id,
        "content": annotation.content,
        "start": sent.start.isoformat(),
        "end": sent.end.isoformat(),
        "type": annotation.type,
        "prior": None if prior is None else prior.astimezone(zone).isoformat(),
        "source": annotation.source_id,
    }


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
