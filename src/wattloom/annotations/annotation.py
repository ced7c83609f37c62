"""What an annotation is, and how it is shown beside a chart."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from wattloom.errors import FieldProblem, InputError

AnnotationType: TypeAlias = Literal["alert", "holiday", "label", "feedback", "warning", "error"]

ANNOTATION_TYPES: tuple[str, ...] = get_args(AnnotationType)

MAX_CONTENT = 1024
_LINE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class NewAnnotation:
    """A remark about a time.

    Attributes:
        content: What is remarked, 1 to 1024 characters.
        start: Where the time starts that it is about, aware.
        end: Where that time ends, later than its start, aware.
        type: What kind of remark it is.
        belief_time: When it was held to be true, aware; None for a remark that holds whenever one looks.
    """

    content: str
    start: datetime
    end: datetime
    type: str = "label"
    belief_time: datetime | None = None

    def check(self) -> None:
        """Let what can be kept pass.

        Raises:
            InputError: Something is wrong; names each field.
        """
        problems = []
        if not self.content.strip() or len(self.content) > MAX_CONTENT:
            problems.append(
                FieldProblem(("content",), f"An annotation has 1 to {MAX_CONTENT} characters, not only blanks.")
            )
        if self.type not in ANNOTATION_TYPES:
            problems.append(FieldProblem(("type",), f"The type must be one of: {', '.join(ANNOTATION_TYPES)}."))
        if self.end <= self.start:
            problems.append(FieldProblem(("end",), "The end must be later than the start."))
        if problems:
            raise InputError(problems[0].message, problems=problems)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark that is kept; fields as in :class:`NewAnnotation`.

    Attributes:
        source_id: The data source of its author.
    """

    id: int
    content: str
    start: datetime
    end: datetime
    type: str
    belief_time: datetime | None
    source_id: int


@dataclass(frozen=True, slots=True)
class Band:
    """Annotations as a chart shows them: one stretch of time, and the text beside it.

    Attributes:
        start: Where it starts, aware.
        end: Where it ends, aware.
        belief_time: Of the annotation that starts first.
        source_id: As above.
        type: As above.
        lines: Contents in lines of at most 60 characters, one annotation after the other.
    """

    start: datetime
    end: datetime
    belief_time: datetime | None
    source_id: int
    type: str
    lines: tuple[str, ...]

    def clipped(self, start: datetime | None, end: datetime | None) -> "Band":
        """Return the part of it that lies in a window; None leaves that side open."""
        return replace(self, start=max(self.start, start or self.start), end=min(self.end, end or self.end))


def stacked(annotations: Iterable[Annotation]) -> list[Band]:
    """Return one band for all annotations that end at the same moment, so that no text hides another.

    Args:
        annotations: In the order of their starts.
    """
    bands: dict[datetime, Band] = {}
    for each in annotations:
        lines = _lines_of(each.content)
        first = bands.get(each.end)
        bands[each.end] = (
            Band(each.start, each.end, each.belief_time, each.source_id, each.type, lines)
            if first is None
            else replace(first, lines=first.lines + lines)
        )
    return list(bands.values())


def _lines_of(content: str) -> tuple[str, ...]:
    return tuple(line for text in content.splitlines() for line in textwrap.wrap(text, _LINE_LENGTH))
