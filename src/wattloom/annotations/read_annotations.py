"""Read the annotations of accounts, assets and sensors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from wattloom.accounts import Action, Kind, User, policy
from wattloom.annotations.annotation import Annotation
from wattloom.annotations.subject import LINKS, Subject
from wattloom.annotations.tables import annotation
from wattloom.db import in_batches
from wattloom.errors import FilterError

MOST_ANNOTATIONS = 10_000
"""More are not shown at once."""

_columns = annotation.c


@dataclass(frozen=True, slots=True)
class AnnotationFilter:
    """Which annotations are wanted; None leaves a side open.

    Attributes:
        start: Those that end later.
        end: Those that start earlier.
        beliefs_after: Those that were held to be true later than this.
        beliefs_before: Those that were held to be true at this moment or before.
    """

    start: datetime | None = None
    end: datetime | None = None
    beliefs_after: datetime | None = None
    beliefs_before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the rows fulfil; annotations without a belief time hold whenever one looks."""
        is_timeless = _columns.belief_time.is_(None)
        conditions = []
        if self.start is not None:
            conditions.append(_columns.end > self.start)
        if self.end is not None:
            conditions.append(_columns.start < self.end)
        if self.beliefs_after is not None:
            conditions.append(or_(is_timeless, _columns.belief_time > self.beliefs_after))
        if self.beliefs_before is not None:
            conditions.append(or_(is_timeless, _columns.belief_time <= self.beliefs_before))
        return conditions


def read_annotations(
    connection: Connection, user: User, subjects: Iterable[Subject], wanted: AnnotationFilter
) -> list[Annotation]:
    """Return the annotations of those subjects that the user may read, each once, by their starts.

    Raises:
        FilterError: There are more than :data:`MOST_ANNOTATIONS`.
    """
    ids: dict[Kind, list[int]] = {}
    for subject in subjects:
        if policy.allows(user, Action.READ, subject.resource):
            ids.setdefault(subject.kind, []).append(subject.id)
    if not ids:
        return []
    attached = [
        _columns.id.in_(select(link.c.annotation_id).where(link.c[f"{kind}_id"].in_(ids[kind])))
        for kind, link in LINKS.items()
        if kind in ids
    ]
    statement = select(annotation).where(or_(*attached), *wanted.conditions())
    ordered = statement.order_by(_columns.start, _columns.id).limit(MOST_ANNOTATIONS + 1)
    found = [Annotation(**row._asdict()) for row in connection.execute(ordered)]
    if len(found) > MOST_ANNOTATIONS:
        message = f"There are more than {MOST_ANNOTATIONS:,} annotations in this window. Ask for a shorter one."
        raise FilterError(message, field="end")
    return found


def subjects_of(
    connection: Connection, annotations: Iterable[Annotation], subjects: Iterable[Subject]
) -> dict[int, Subject]:
    """Return for each annotation the first of some subjects that it is attached to, by the id of the annotation."""
    ids = [each.id for each in annotations]
    found: dict[int, Subject] = {}
    for subject in subjects:
        link = LINKS[subject.kind]
        for batch in in_batches(ids):
            here = link.c.annotation_id.in_(batch) & (link.c[f"{subject.kind}_id"] == subject.id)
            for annotation_id in connection.scalars(select(link.c.annotation_id).where(here)):
                found.setdefault(annotation_id, subject)
    return found
