"""``wattloom serve``: the API, the pages and the workers in one command."""

import gc
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, Port, load_settings

if TYPE_CHECKING:
    from socket import socket

    from wattloom.config import Settings

Host = Annotated[
    str | None,
    typer.Option("--host", help="Address to listen on (also WATTLOOM_HOST).", show_default="127.0.0.1"),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", min=0, max=64, help="Job worker processes (also WATTLOOM_WORKERS).", show_default="min(2, cores)"
    ),
]


def serve(
    host: Host = None,
    port: Port = None,
    workers: Workers = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Answer the API under /api and the pages under /, and work jobs off; Ctrl+C ends it."""
    from wattloom.server.reserve import reserved

    settings = load_settings(host=host, port=port, workers=workers, data_dir=data_dir, database_url=database_url)
    with reserved(settings) as listener:
        run_server(settings, listener)


def run_server(settings: "Settings", listener: "socket") -> None:
    """Serve until interrupted; say where, and how to make a user when there is none."""
    # All that is imported stays: looking through it for garbage meanwhile would take a tenth of the time.
    gc.disable()
    try:
        from wattloom.server.serve import serve as serve_until_interrupted
    finally:
        gc.enable()

    def announce(url: str) -> None:
        typer.echo(f"Wattloom runs at {url} (Ctrl+C ends it)")
        if not _has_users(settings):
            typer.echo(_FIRST_STEPS.format(url=_first_user_url(settings, url)))

    # Ctrl+C is how people end it, so it is no failure.
    with suppress(KeyboardInterrupt):
        serve_until_interrupted(settings, listener, on_ready=announce)


def _first_user_url(settings: "Settings", url: str) -> str:
    from wattloom.server.secret_key import resolve_secret_key
    from wattloom.web import first_user_url

    return first_user_url(url, resolve_secret_key(settings))


_FIRST_STEPS = """Nobody can log in yet. Open this address, which makes the first user and leads to a site and its plan:
  {url}
Or, in another terminal, with the same --data-dir or --database-url:
  wattloom add initial-structure
  wattloom add account --name "Our house"
  wattloom add user --username ada --email ada@example.com --account "Our house" --roles account-admin"""


def _has_users(settings: "Settings") -> bool:
    from wattloom.accounts import has_users
    from wattloom.server.backend import open_database

    database = open_database(settings)
    try:
        with database.read() as connection:
            return has_users(connection)
    finally:
        database.close()
