"""Data sources: who states beliefs."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from wattloom.db import in_batches
from wattloom.errors import NotFoundError
from wattloom.timeseries import tables

USER = "user"
SCHEDULER = "scheduler"
FORECASTER = "forecaster"
OTHER = "other"

# Built once: building a statement costs more than running it.
_BY_ID = select(tables.data_source).where(tables.data_source.c.id.in_(bindparam("ids", expanding=True)))
_summary = tables.belief_summary.c
_RECORDED = (
    select(
        _summary.sensor_id,
        _summary.is_probabilistic,
        _summary.first_event_start,
        _summary.last_event_start,
        _summary.n_current,
        tables.data_source,
    )
    .join(tables.data_source)
    .where(_summary.sensor_id.in_(bindparam("ids", expanding=True)))
    .order_by(tables.data_source.c.id)
)


@dataclass(frozen=True, slots=True)
class Source:
    """Who states a belief.

    Attributes:
        id: Key of the source.
        name: Name of the user, or of the system.
        type: ``user``, ``scheduler``, ``forecaster``, ``reporter``, ``market`` or any other text.
        model: What computed the beliefs, for example ``StorageScheduler``.
        version: Version of the model; compared as a version number.
        user_id: The user, for sources of type user.
        account_id: The account of that user when the source was made.
        attributes: Anything else, for example the configuration of a forecaster.
    """

    id: int
    name: str
    type: str
    model: str | None = None
    version: str | None = None
    user_id: int | None = None
    account_id: int | None = None
    attributes: Mapping[str, Any] | None = None

    @property
    def description(self) -> str:
        """The source in words, for example ``Wattloom's StorageScheduler model v1.0``."""
        if self.model is None:
            return self.name
        kind = "model" if self.type.lower() in self.model.lower() else self.type
        version = f" v{self.version}" if self.version else ""
        return f"{self.name}'s {self.model} {kind}{version}"

    @property
    def class_(self) -> str:
        """``forecaster``, ``scheduler`` or ``other``."""
        kind = self.type.lower()
        if "forecast" in kind:
            return FORECASTER
        return SCHEDULER if "schedul" in kind else OTHER

    @property
    def display_type(self) -> str:
        """The class, or the type where the class is ``other``."""
        return self.class_ if self.class_ != OTHER else self.type or OTHER

    @property
    def lineage(self) -> tuple[str, str, str]:
        """What versions of one source have in common."""
        return self.name, self.type, self.model or ""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a source currently states about a sensor, summed up.

    Attributes:
        first_event_start: Start of the earliest event.
        last_event_start: Start of the latest event.
        n_rows: How many rows that is.
        is_probabilistic: Whether any of them may be part of a distribution.
    """

    first_event_start: datetime
    last_event_start: datetime
    n_rows: int
    is_probabilistic: bool


@dataclass(frozen=True, slots=True)
class Recorders:
    """Who has recorded something on some sensors.

    Attributes:
        sources: All of them, by id.
        of_sensor: By sensor and id of the source, what it states.
    """

    sources: Mapping[int, Source]
    of_sensor: Mapping[int, Mapping[int, Extent]]


@dataclass(frozen=True, slots=True)
class NewSource:
    """What a source is found by, or made from; fields as in :class:`Source`."""

    name: str
    type: str
    model: str | None = None
    version: str | None = None
    user_id: int | None = None
    account_id: int | None = None
    attributes: Mapping[str, Any] | None = None


def get_or_create_source(connection: Connection, new: NewSource) -> Source:
    """Return the source with this type and everything else that is given, made if there is none.

    A user has one source: it is found by ``user_id`` alone, so that it stays
    the same when the user gets another name.
    """
    values: dict[str, Any] = {
        "name": new.name,
        "type": new.type,
        "model": new.model,
        "version": new.version,
        "user_id": new.user_id,
        "account_id": new.account_id,
        "attributes_hash": hash_of(new.attributes) if new.attributes is not None else None,
    }
    identity = ("user_id",) if new.user_id is not None else tuple(values)
    existing = _with_equal(tuple(name for name in identity if values[name] is not None))
    row = connection.execute(existing, values).first()
    if row is None:
        values["attributes"] = dict(new.attributes or {})
        try:
            with connection.begin_nested():
                row = connection.execute(insert(tables.data_source).values(values).returning(tables.data_source)).one()
        except IntegrityError:
            # Somebody else made it since we looked.
            row = connection.execute(existing, values).first()
            assert row is not None
    return to_source(row)


@lru_cache(maxsize=64)
def _with_equal(names: tuple[str, ...]) -> Select[Any]:
    """Return the statement that finds sources by these columns, given as parameters."""
    columns = tables.data_source.c
    return select(tables.data_source).where(*(columns[name] == bindparam(name) for name in names)).order_by(columns.id)


def get_source(connection: Connection, source_id: int) -> Source:
    """Return one source.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = get_sources(connection, [source_id])
    if source_id not in found:
        raise NotFoundError("source", source_id)
    return found[source_id]


def get_sources(connection: Connection, source_ids: Iterable[int]) -> dict[int, Source]:
    """Return several sources by id; unknown ids are left out."""
    batches = in_batches(source_ids)
    return {row.id: to_source(row) for ids in batches for row in connection.execute(_BY_ID, {"ids": ids})}


def recorders_of(connection: Connection, sensor_ids: Iterable[int]) -> Recorders:
    """Return who has recorded something on these sensors."""
    sources: dict[int, Source] = {}
    of_sensor: dict[int, dict[int, Extent]] = {}
    for batch in in_batches(sensor_ids):
        for row in connection.execute(_RECORDED, {"ids": batch}):
            if row.id not in sources:
                sources[row.id] = to_source(row)
            extent = Extent(row.first_event_start, row.last_event_start, row.n_current, row.is_probabilistic)
            of_sensor.setdefault(row.sensor_id, {})[row.id] = extent
    return Recorders(sources, of_sensor)


def list_sources(connection: Connection) -> list[Source]:
    """Return all sources by id."""
    return [to_source(row) for row in connection.execute(select(tables.data_source).order_by(tables.data_source.c.id))]


def sources_of_sensors(connection: Connection, sensor_ids: Iterable[int]) -> dict[int, Source]:
    """Return all sources that have recorded something on these sensors, by id."""
    return dict(recorders_of(connection, sensor_ids).sources)


def sensors_of_sources(connection: Connection, source_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """Return the names of the sensors on which sources have recorded something: by source, by sensor."""
    summary, sensor = tables.belief_summary.c, tables.sensor.c
    recorded = select(summary.source_id, sensor.id, sensor.name).join(tables.sensor, sensor.id == summary.sensor_id)
    found: dict[int, dict[int, str]] = {}
    for ids in in_batches(source_ids):
        for row in connection.execute(recorded.where(summary.source_id.in_(ids)).order_by(sensor.id)):
            found.setdefault(row.source_id, {})[row.id] = row.name
    return found


def hash_of(attributes: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of the attributes as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).digest()


def to_source(row: Row[Any]) -> Source:
    """Return the source of a row of the table."""
    return Source(
        id=row.id,
        name=row.name,
        type=row.type,
        model=row.model,
        version=row.version,
        user_id=row.user_id,
        account_id=row.account_id,
        attributes=row.attributes,
    )
