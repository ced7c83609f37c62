"""Types of data sources that options name."""

from collections.abc import Iterable

import typer
from sqlalchemy import Connection

from wattloom.errors import suggestion
from wattloom.timeseries import list_sources


def hint_at_unknown_types(connection: Connection, named: Iterable[str]) -> None:
    """Say on standard error which of these types no source has: that is no error, as one may come, but often a slip."""
    known = {source.type for source in list_sources(connection)}
    for missing in sorted(set(named) - known):
        typer.echo(f"Hint: no data source has the type '{missing}'.{suggestion(missing, known)}", err=True)
