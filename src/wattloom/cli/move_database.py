"""``wattloom db dump``, ``restore`` and ``migrate-to``: everything that a database holds, to a file or another database."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, load_settings
from wattloom.errors import NotFoundError

if TYPE_CHECKING:
    from wattloom.config import Settings
    from wattloom.db import Database

NewFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The file to write; there must be none of this name.", dir_okay=False),
]
DumpFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A file that 'wattloom db dump' wrote.", dir_okay=False, exists=True),
]
TargetUrl = Annotated[
    str,
    typer.Argument(
        metavar="URL",
        help="The empty database to fill: postgresql://user@host/name, or sqlite:////folder/wattloom.db.",
    ),
]


def dump(file: NewFile, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Write everything to one file, a backup.

    'wattloom db restore' puts it into SQLite or PostgreSQL. Servers may go on: the file holds the
    state of one moment. That includes password hashes, the secrets of authenticator apps, and mails
    that are not sent yet with the links in them, so only you may read it: keep it like the database.
    The secret key is not in it.
    """
    from wattloom.cli.row_progress import row_bar
    from wattloom.server.backend import belief_store_of, system_clock
    from wattloom.transfer import dump as write_dump

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    with existing_database(settings) as database, database.read() as connection, row_bar() as bar:
        written = write_dump(connection, belief_store_of(database), file, now=system_clock(), progress=bar)
    size_mb = file.stat().st_size / 1e6
    typer.echo(f"Dumped {len(written.tables)} tables with {written.n_rows:,} rows to {file} ({size_mb:,.1f} MB).")
    typer.echo(
        "It holds password hashes, secrets of authenticator apps and unsent mails: keep it as safe as the database."
        f" The key that signs logins and tokens is not in it; keep {_where_the_key_is(settings)} as well."
    )


def restore(file: DumpFile, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Fill an empty database from a dump.

    It may be SQLite or PostgreSQL, whichever the dump is from, and gets its schema when needed.
    Either everything is restored and verified, or nothing is changed.
    """
    from wattloom.cli.row_progress import row_bar
    from wattloom.db import Database
    from wattloom.server.backend import belief_store_of
    from wattloom.transfer import open_dump
    from wattloom.transfer import restore as restore_dump

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    with (
        open_dump(file) as opened,
        closing(Database(settings.resolved_database_url)) as database,
        _without_server(settings.data_dir if settings.uses_sqlite else None),
        database.write() as connection,
        row_bar() as bar,
    ):
        restore_dump(connection, belief_store_of(database), opened, bar)
    found = opened.manifest
    typer.echo(
        f"Restored {len(found.tables)} tables with {found.n_rows:,} rows, as of {found.created:%Y-%m-%d %H:%M} UTC,"
        " and verified them."
    )
    if not settings.secret_key and not (settings.data_dir / _KEY_FILE).exists():
        typer.echo(
            f"Logins and tokens stay valid with the old key: put it into {settings.data_dir / _KEY_FILE},"
            " or into WATTLOOM_SECRET_KEY, before you start the server."
        )


def migrate_to(url: TargetUrl, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Copy everything to another database.

    From SQLite to PostgreSQL, or back, and both are compared. Stop the server first. The other database has to be
    empty and gets its schema when needed; it holds everything, or nothing after an interruption, and the copy can be
    started again. The present database stays as it is.
    """
    from wattloom.cli.row_progress import row_bar
    from wattloom.db import Database
    from wattloom.server.backend import belief_store_of
    from wattloom.transfer import copy

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    with (
        existing_database(settings) as source,
        closing(Database(url)) as target,
        _without_server(settings.data_dir if source.is_sqlite else None, _folder_of(target)),
        source.read() as reading,
        target.write() as writing,
        row_bar() as bar,
    ):
        copied = copy(reading, belief_store_of(source), writing, belief_store_of(target), bar)
    n_rows = sum(table.n_rows for table in copied)
    typer.echo(f"Copied {len(copied)} tables with {n_rows:,} rows, and verified them.")
    typer.echo(_next_steps(settings, target))


@contextmanager
def existing_database(settings: "Settings") -> "Iterator[Database]":
    """Open the database for looking at it.

    Raises:
        NotFoundError: Nobody has created it yet.
    """
    from wattloom.db import Database

    with closing(Database(settings.resolved_database_url)) as database:
        if database.missing_file is not None:
            raise NotFoundError(
                "database",
                database.missing_file,
                message=f"There is no database at {database.missing_file}; create it with: wattloom db upgrade",
            )
        yield database


@contextmanager
def _without_server(*folders: Path | None) -> Iterator[None]:
    """Keep the server of each data folder away until the block ends; what it recorded meanwhile would be missing.

    Raises:
        ConflictError: One is running.
    """
    from wattloom.jobs import lock_data_dir

    with ExitStack() as held:
        for folder in dict.fromkeys(each.resolve() for each in folders if each is not None):
            held.enter_context(lock_data_dir(folder))
        yield


def _folder_of(database: "Database") -> Path | None:
    return Path(database.engine.url.database or "").parent if database.is_sqlite else None


_KEY_FILE = "secret-key"


def _where_the_key_is(settings: "Settings") -> str:
    if settings.secret_key or not settings.uses_sqlite:
        return "WATTLOOM_SECRET_KEY"
    return str(settings.data_dir.absolute() / _KEY_FILE)


def _next_steps(settings: "Settings", target: "Database") -> str:
    url = target.engine.url.set(drivername=target.engine.dialect.name).render_as_string(hide_password=True)
    where = _where_the_key_is(settings)
    key = "…   # as the servers have it now" if where == "WATTLOOM_SECRET_KEY" else f'"$(cat {where})"'
    return (
        "Next, start the server on it, with the old key, so that logins and tokens stay valid:\n"
        f"  export WATTLOOM_DATABASE_URL={url}\n"
        f"  export WATTLOOM_SECRET_KEY={key}\n"
        "  wattloom serve\n"
        "The old database is unchanged. Start no server on it any more: both would plan the same devices."
    )
