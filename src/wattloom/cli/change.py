"""What commands share that change the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.options import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

Password = Annotated[
    str | None,
    typer.Option(
        "--password",
        prompt=True,
        confirmation_prompt=True,
        hide_input=True,
        help="At least 8 characters; asked for when not given, which keeps it out of the shell's history.",
    ),
]
"""A password as typed; None stands for "not given" in help texts only."""


@contextmanager
def change(data_dir: "Path | None", database_url: str | None) -> "Iterator[tuple[Connection, datetime]]":
    """Open a transaction on the database, which is created when needed, and look at the clock."""
    from wattloom.server.backend import open_database, system_clock

    database = open_database(load_settings(data_dir=data_dir, database_url=database_url))
    try:
        with database.write() as connection:
            yield connection, system_clock()
    finally:
        database.close()
