"""One database and its transactions.

A request or job is one transaction: ``read()`` sees one consistent state and
changes nothing, ``write()`` commits at its end or rolls everything back. On
SQLite a write begins with BEGIN IMMEDIATE: it waits for its turn at once,
instead of failing half-way with "database is locked".
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from wattloom.db.failures import translated
from wattloom.errors import InputError

BUSY_TIMEOUT_MS = 15_000
_IMMEDIATE = "wattloom_immediate"
_AT_COMMIT = "wattloom_at_commit"
_AFTER_COMMIT = "wattloom_after_commit"

_Item = TypeVar("_Item")


class Database:
    """Opens transactions on SQLite or PostgreSQL."""

    def __init__(self, url: str, *, pool_size: int = 20, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Prepare connections; the first one is made when it is needed.

        Args:
            url: ``sqlite:///path`` or ``postgresql://…``.
            pool_size: Most connections kept open.
            busy_timeout_ms: How long a write waits for its turn on SQLite [ms].

        Raises:
            InputError: The URL names neither SQLite nor PostgreSQL, or the
                PostgreSQL driver is not installed.
        """
        self.url = url
        self.engine = _make_engine(url, pool_size, busy_timeout_ms)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def missing_file(self) -> Path | None:
        """The file of the embedded database when nobody has created it yet; the first connection does."""
        path = Path(self.engine.url.database or "")
        return path if self.is_sqlite and not path.exists() else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that changes nothing."""
        with (
            translated(self.engine),
            self.engine.connect() as connection,
            connection.begin() as transaction,
        ):
            if not self.is_sqlite:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection
            transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that commits at its end, or rolls back on any error."""
        with translated(self.engine), self.engine.connect() as connection:
            connection.info[_IMMEDIATE] = True
            last_words: dict[Callable[[Connection, list[Any]], None], list[Any]] = {}
            connection.info[_AT_COMMIT] = last_words
            actions: list[Callable[[], None]] = []
            connection.info[_AFTER_COMMIT] = actions
            try:
                with connection.begin():
                    yield connection
                    for action_at_commit, items in last_words.items():
                        action_at_commit(connection, items)
            finally:
                connection.info.pop(_IMMEDIATE, None)
                connection.info.pop(_AT_COMMIT, None)
                connection.info.pop(_AFTER_COMMIT, None)
        for action in actions:
            action()

    @contextmanager
    def trial(self) -> Iterator[Connection]:
        """Open a transaction in which everything can be tried, as in ``write()``; it rolls back at its end."""
        with suppress(_TrialOverError), self.write() as connection:
            yield connection
            raise _TrialOverError

    def close(self) -> None:
        """Close all idle connections."""
        self.engine.dispose()


def at_commit(connection: Connection, action: Callable[[Connection, list[_Item]], None], item: _Item) -> None:
    """Call ``action`` once, as the last thing in the surrounding ``write()``, with all items that it was given."""
    connection.info[_AT_COMMIT].setdefault(action, []).append(item)


def after_commit(connection: Connection, action: Callable[[], None]) -> None:
    """Run ``action`` once the surrounding ``write()`` has committed; never when it rolls back."""
    connection.info[_AFTER_COMMIT].append(action)


class _TrialOverError(Exception):
    """Ends a trial."""


def _make_engine(url: str, pool_size: int, busy_timeout_ms: int) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InputError("The database URL cannot be read.", field="database_url") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise InputError("The URL names no file; write sqlite:////folder/wattloom.db.", field="database_url")
        engine = create_engine(
            parsed.set(drivername="sqlite"),
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={
                "check_same_thread": False,
                "timeout": busy_timeout_ms / 1000,
            },
        )
        event.listen(engine, "do_connect", _create_sqlite_file)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend in {"postgresql", "postgres"}:
        try:
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                hide_parameters=True,
                pool_size=pool_size,
                max_overflow=pool_size,
                # JSONB writes 1e300 with all its digits, which is an integer to Python's own parser.
                json_deserializer=orjson.loads,
                pool_pre_ping=True,
                pool_recycle=300,
                connect_args={"options": "-c timezone=UTC"},
            )
        except ModuleNotFoundError as error:
            raise InputError(
                "PostgreSQL needs an extra package: pip install 'wattloom[postgres]'.",
                field="database_url",
            ) from error
    raise InputError(
        f"'{backend}' is not supported; use sqlite:///path or postgresql://user@host/name.",
        field="database_url",
    )


def _create_sqlite_file(_dialect: Any, _record: Any, arguments: tuple[str], _options: Any) -> None:
    # Only its owner may read it; SQLite gives the files that it puts beside the same permissions.
    path = Path(arguments[0])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError, PermissionError):  # a folder that may not be written: SQLite says so
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(dbapi_connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction control starts writes late; we emit BEGIN ourselves.
    dbapi_connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    is_writing = connection.info.get(_IMMEDIATE, False)
    driver.execute(f"PRAGMA query_only={not is_writing:d}")
    driver.execute("BEGIN IMMEDIATE" if is_writing else "BEGIN")
