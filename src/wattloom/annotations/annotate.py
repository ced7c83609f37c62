"""Attach remarks to accounts, assets and sensors, and take them back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from wattloom.accounts import AuditEvent, Kind, User, record_audit
from wattloom.annotations.annotation import Annotation, NewAnnotation
from wattloom.annotations.subject import LINKS, Subject
from wattloom.annotations.tables import annotation
from wattloom.assets import record_asset_audit, source_of_user
from wattloom.db import one_at_a_time, unique_or_conflict
from wattloom.errors import NotFoundError
from wattloom.events import About, Change, announce

_columns = annotation.c
_IDENTITY = ("content", "start", "end", "type", "source_id")


def annotate(
    connection: Connection, subject: Subject, new: NewAnnotation, *, author: User, by: User | None, now: datetime
) -> tuple[Annotation, bool]:
    """Attach a remark, and return it and whether it is new.

    An author's remark of equal content, time and type is kept once, whatever
    it is attached to and however often it is sent; what is kept stays as it is.

    Args:
        connection: A write transaction.
        subject: What the remark is about.
        new: The remark.
        author: Who remarks; its data source is that of the remark.
        by: Who attaches it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The remark cannot be kept; names the fields.
        ConflictError: The subject was deleted meanwhile.
    """
    new.check()
    source = source_of_user(connection, author)
    one_at_a_time(connection, f"annotations of {source.id}")
    values = {
        "content": new.content,
        "start": new.start,
        "end": new.end,
        "type": new.type,
        "source_id": source.id,
        "belief_time": new.belief_time,
    }
    kept, is_new = _find_or_insert(connection, values)
    if _attach(connection, subject, kept.id):
        _announce(connection, subject)
        text = f"Added annotation '{kept.content}': {kept.id} to"
        _record(connection, subject, kept, AuditEvent(text, "annotation.added"), by=by, now=now)
    return kept, is_new


def withdraw(
    connection: Connection, subject: Subject, annotation_id: int, *, by: User | None, now: datetime
) -> Annotation:
    """Take a remark off a subject, and return it; what is then attached to nothing is deleted.

    Args:
        connection: A write transaction.
        subject: What the remark is attached to.
        annotation_id: The remark.
        by: Who takes it off and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        NotFoundError: No such remark is attached to the subject.
    """
    kept = get_annotation(connection, subject, annotation_id)
    link = LINKS[subject.kind]
    same = (link.c.annotation_id == kept.id, link.c[f"{subject.kind}_id"] == subject.id)
    connection.execute(delete(link).where(*same))
    attached = (select(other.c.annotation_id).where(other.c.annotation_id == kept.id) for other in LINKS.values())
    if all(connection.execute(one).first() is None for one in attached):
        connection.execute(delete(annotation).where(_columns.id == kept.id))
    _announce(connection, subject)
    text = f"Removed annotation '{kept.content}': {kept.id} from"
    _record(connection, subject, kept, AuditEvent(text, "annotation.removed"), by=by, now=now)
    return kept


def get_annotation(connection: Connection, subject: Subject, annotation_id: int) -> Annotation:
    """Return a remark that is attached to a subject.

    Raises:
        NotFoundError: No such remark is attached to it.
    """
    link = LINKS[subject.kind]
    is_attached = (link.c.annotation_id == _columns.id) & (link.c[f"{subject.kind}_id"] == subject.id)
    row = connection.execute(select(annotation).join(link, is_attached).where(_columns.id == annotation_id)).first()
    if row is None:
        raise NotFoundError("annotation", annotation_id)
    return Annotation(**row._asdict())


def _find_or_insert(connection: Connection, values: dict[str, Any]) -> tuple[Annotation, bool]:
    same = [_columns[name] == values[name] for name in _IDENTITY]
    row = connection.execute(select(annotation).where(*same).order_by(_columns.id)).first()
    is_new = row is None
    if row is None:
        row = connection.execute(insert(annotation).values(values).returning(annotation)).one()
    return Annotation(**row._asdict()), is_new


def _attach(connection: Connection, subject: Subject, annotation_id: int) -> bool:
    """Attach an annotation; return whether it was not attached before."""
    link = LINKS[subject.kind]
    values = {"annotation_id": annotation_id, f"{subject.kind}_id": subject.id}
    same = [link.c[name] == value for name, value in values.items()]
    if connection.execute(select(link).where(*same)).first() is not None:
        return False
    with unique_or_conflict():
        connection.execute(insert(link).values(values))
    return True


def _announce(connection: Connection, subject: Subject) -> None:
    sensor_id = subject.id if subject.kind is Kind.SENSOR else None
    owner = subject.resource.account_id
    announce(connection, Change(about=About.ANNOTATIONS, asset=subject.asset_id, sensor=sensor_id, account=owner))


def _record(
    connection: Connection, subject: Subject, kept: Annotation, what: AuditEvent, *, by: User | None, now: datetime
) -> None:
    details = {
        "annotation": kept.id,
        str(subject.kind): subject.id,
        "type": kept.type,
        "start": kept.start.isoformat(),
        "end": kept.end.isoformat(),
    }
    event = replace(what, text=f"{what.text} {subject.kind} '{subject.name}': {subject.id}", details=details)
    if subject.asset_id is not None:
        record_asset_audit(connection, subject.asset_id, event, by=by, now=now)
    else:
        record_audit(connection, event, by=by, now=now, account_id=subject.id)
