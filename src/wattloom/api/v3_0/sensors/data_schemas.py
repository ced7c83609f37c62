"""Answers about what is recorded on a sensor."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class RecordedJson(TypedDict):
    """What became of posted values; ``results`` is there when some of them were recorded before."""

    status: Literal["PROCESSED", "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"]
    message: str
    results: NotRequired[Literal["PROCESSED"]]


class FilePreviewJson(TypedDict):
    """What would become of one file, or of all files together."""

    rows: int
    new: int
    changed: int
    unchanged: int
    first_event_start: str | None
    last_event_end: str | None


class NamedFilePreviewJson(FilePreviewJson):
    """What would become of the file with this name."""

    name: str


class PreviewJson(FilePreviewJson):
    """What would become of an upload; nothing is stored."""

    files: list[NamedFilePreviewJson]
    status: Literal["PROCESSED"]
    message: str


class DataJson(TypedDict):
    """Values on a regular grid, null where nothing is known."""

    values: list[float | None]
    start: str
    duration: str
    unit: str
    resolution: str
    status: Literal["PROCESSED"]
    message: str
