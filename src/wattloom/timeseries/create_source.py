"""Create data sources."""

from dataclasses import fields

from sqlalchemy import Connection, insert, select

from wattloom.db import unique_or_conflict
from wattloom.errors import FieldProblem, InputError
from wattloom.timeseries.reading.select import is_version
from wattloom.timeseries.source import NewSource, Source, get_or_create_source, get_source
from wattloom.timeseries.tables import data_source

_MAX_LENGTHS = {"name": 120, "type": 80, "model": 80, "version": 17}
_SYSTEM = "Wattloom"
_SYSTEM_TYPES = ("demo script", "forecaster", "scheduler")


def create_source(connection: Connection, new: NewSource) -> Source:
    """Create a source that belongs to no user and has no attributes.

    Raises:
        InputError: A text is blank, too long or no version, or there is a source like this; names the field, or the source.
        ConflictError: A concurrent request made one.
    """
    assert new.user_id is None
    assert new.attributes is None
    _check(new)
    columns = data_source.c
    values = {field.name: getattr(new, field.name) for field in fields(new) if field.name != "attributes"}
    same = [columns[name].is_not_distinct_from(value) for name, value in values.items()]
    known = connection.scalar(select(columns.id).where(*same, columns.attributes_hash.is_(None)))
    if known is not None:
        raise InputError(f"There is such a source already, with id {known}.", field="name")
    with unique_or_conflict():
        source_id = connection.execute(insert(data_source).values(values).returning(columns.id)).scalar_one()
    return get_source(connection, source_id)


def seed_sources(connection: Connection) -> None:
    """Add the sources of the system itself that are missing."""
    for kind in _SYSTEM_TYPES:
        get_or_create_source(connection, NewSource(_SYSTEM, kind))


def _check(new: NewSource) -> None:
    problems = []
    for field, limit in _MAX_LENGTHS.items():
        text = getattr(new, field)
        if text is not None and not 0 < len(text.strip()) <= limit:
            problems.append(FieldProblem((field,), f"The {field} of a source has 1 to {limit} characters."))
    if new.version is not None and not is_version(new.version) and not problems:
        problems.append(FieldProblem(("version",), f"'{new.version}' is not a version, for example 1.2."))
    if problems:
        raise InputError(problems[0].message, problems=problems)
