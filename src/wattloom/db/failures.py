"""What goes wrong with a database that is nobody's bug, in words for people."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from wattloom.errors import InputError, UnavailableError, WattloomError

_PRIMARY_CODE = 0xFF
_SQLITE_FAILURES = {
    sqlite3.SQLITE_BUSY: "The database is busy: others have been writing to it for too long.",
    sqlite3.SQLITE_LOCKED: "The database is busy: others have been writing to it for too long.",
    sqlite3.SQLITE_FULL: "The disk is full; nothing was changed.",
    sqlite3.SQLITE_IOERR: "The disk cannot be read or written; nothing was changed.",
    sqlite3.SQLITE_CORRUPT: "The database file {path} is damaged; restore it from a backup.",
    sqlite3.SQLITE_CANTOPEN: "The database file {path} cannot be opened; file and folder have to be writable.",
    sqlite3.SQLITE_READONLY: "The database file {path} may not be changed; file and folder have to be writable.",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: classes, and codes
_POSTGRES_FAILURES = {
    "53100": "The disk of the database server is full; nothing was changed.",
    "40001": "The database is busy: another transaction changed the same things.",
    "40P01": "The database is busy: two transactions waited for each other.",
    "55P03": "The database is busy: others have been writing to it for too long.",
    "08": "The connection to {host} was lost.",
    "53": "The database server at {host} is out of resources: {cause}",
    "57P": "The database server at {host} is stopping, starting, or ended the connection.",
}


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn a busy, full, damaged, lost or foreign database into an error of ours; let everything else pass.

    Raises:
        InputError: The file is no database.
        UnavailableError: The database cannot be used now.
    """
    # Statements that go past SQLAlchemy raise the driver's own errors.
    driver_error: type[Exception] = engine.dialect.loaded_dbapi.Error
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError("All database connections are busy.") from error
    except (DBAPIError, driver_error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        explain = _explain_sqlite if isinstance(cause, sqlite3.Error) else _explain_postgres
        failure = None if cause is None else explain(cause, engine.url)
        if failure is None:
            raise
        raise failure from error


def _explain_sqlite(error: BaseException, url: URL) -> WattloomError | None:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code == sqlite3.SQLITE_NOTADB:
        return InputError(f"{url.database} is not a SQLite database.", field="database_url")
    if code == sqlite3.SQLITE_READONLY and os.access(url.database or "", os.W_OK):
        return None  # a write inside a transaction that reads
    text = _SQLITE_FAILURES.get(code)
    return None if text is None else UnavailableError(text.format(path=url.database))


def _explain_postgres(error: BaseException, url: URL) -> WattloomError | None:
    host = url.host or "the local PostgreSQL server"
    cause = str(error).partition("\n")[0]
    code = getattr(error, "sqlstate", None)
    if code is None:
        # Without a code, the error is from the way to the server, not from the server.
        is_connection = type(error).__name__ in {"OperationalError", "InterfaceError"}
        return UnavailableError(f"The database at {host} cannot be reached: {cause}") if is_connection else None
    text = next((text for start, text in _POSTGRES_FAILURES.items() if code.startswith(start)), None)
    return None if text is None else UnavailableError(text.format(host=host, cause=cause))
