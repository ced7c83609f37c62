"""Column types that mean the same on SQLite and PostgreSQL."""

import uuid
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, MetaData, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from wattloom.periods import from_us, to_us

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables, whichever package they stand in."""


class UtcInstant(TypeDecorator[datetime]):
    """An aware datetime: epoch microseconds on SQLite, timestamptz on PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive datetimes and convert for this database."""
        if value is None:
            return None
        assert value.tzinfo is not None, "naive datetimes never reach the database"
        return value if dialect.name == "postgresql" else to_us(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware datetime in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else from_us(value)


class Json(TypeDecorator[Any]):
    """JSON with orjson: text on SQLite, JSONB on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of this database."""
        return dialect.type_descriptor(JSONB(none_as_null=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Serialise for SQLite; psycopg does it for PostgreSQL."""
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the parsed value."""
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.loads(value)


class Uuid(TypeDecorator[uuid.UUID]):
    """A UUID: 36 characters on SQLite, uuid on PostgreSQL."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of this database."""
        return dialect.type_descriptor(UUID(as_uuid=True) if dialect.name == "postgresql" else String(36))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        """Convert for this database."""
        return value if value is None or dialect.name == "postgresql" else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        """Return a UUID."""
        return value if value is None or dialect.name == "postgresql" else uuid.UUID(value)
