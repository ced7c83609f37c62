"""Answers in columns as JSON; the arrays of one object have equal lengths."""

from typing import NotRequired

from typing_extensions import TypedDict


class SourceColumnJson(TypedDict):
    """A data source that a column names by its id."""

    id: int
    name: str
    type: str
    model: str | None
    version: str | None
    description: str


class SeriesJson(TypedDict):
    """The rows of one sensor; instants are milliseconds since 1970 in UTC, gaps are null."""

    sensor: int
    name: str
    unit: str
    resolution: str
    timezone: str
    source_id: NotRequired[int]
    event_start_ms: list[float]
    event_value: list[float | None]
    source: NotRequired[list[int]]
    belief_time_ms: NotRequired[list[float]]
    cumulative_probability: NotRequired[list[float]]


class SeriesAnswerJson(TypedDict):
    """Series in the order of the request."""

    start: str
    end: str
    series: list[SeriesJson]
    sources: NotRequired[list[SourceColumnJson]]


class LatestAnswerJson(TypedDict):
    """One row per sensor that has a value."""

    sensor: list[int]
    event_start_ms: list[float]
    event_value: list[float | None]
    source: list[int]
    belief_time_ms: list[float]
    unit: list[str]
    sources: list[SourceColumnJson]


class RecordedSeriesJson(TypedDict):
    """How many values of a sensor were new, changed what was believed, or said the same again."""

    sensor: int
    new: int
    changed: int
    unchanged: int


class RecordedAnswerJson(TypedDict):
    """What became of each series, or would become in a dry run."""

    series: list[RecordedSeriesJson]
    dry_run: bool
