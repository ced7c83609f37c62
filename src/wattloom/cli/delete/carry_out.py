"""Delete things in one transaction: show what goes, ask, look again, delete."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import typer
from sqlalchemy import Connection

from wattloom.cli.delete.labels import labels_of, sensor_labels
from wattloom.cli.delete.preview import Preview, agreed
from wattloom.errors import ConflictError
from wattloom.server.backend import open_database, system_clock
from wattloom.timeseries import belief_totals

if TYPE_CHECKING:
    from wattloom.assets import Gone
    from wattloom.config import Settings

_Thing = TypeVar("_Thing")
_REFERENCES = "References to what goes are taken out of the flex-contexts, flex-models and graphs of other assets."


def carry_out(
    settings: "Settings",
    look: Callable[[Connection], tuple[_Thing, Preview]],
    delete: Callable[[Connection, _Thing, datetime], None],
    *,
    force: bool,
    dry_run: bool,
) -> None:
    """Delete what ``look`` finds.

    Args:
        settings: Where the data are.
        look: Returns what is to be deleted, and what goes with it.
        delete: Deletes it.
        force: Whether not to ask.
        dry_run: Whether to only show what would go.

    Raises:
        ConflictError: Something has been added to what goes, or taken away, since it was shown.
    """
    database = open_database(settings)
    try:
        with database.read() as connection:
            _, shown = look(connection)
        # Nobody waits for the answer: the question is asked outside of any transaction.
        if not agreed(shown.lines(), force=force, dry_run=dry_run):
            return
        with database.write() as connection:
            thing, found = look(connection)
            if found.things != shown.things:
                raise ConflictError("What would go has changed meanwhile. Nothing has been deleted; try again.")
            delete(connection, thing, system_clock())
    finally:
        database.close()
    typer.echo(f"Deleted {shown.subject}.")


def preview_of(
    connection: Connection,
    subject: str,
    gone: "Gone",
    *,
    things: Mapping[str, Mapping[int, str]] | None = None,
    notes: Iterable[str] = (),
) -> Preview:
    """Return the preview of a deletion that takes assets and sensors along."""
    return Preview(
        subject,
        {**(things or {}), "asset": labels_of(gone.assets), "sensor": sensor_labels(connection, gone.sensors)},
        belief_totals(connection, gone.sensors),
        (*([_REFERENCES] if gone.assets or gone.sensors else []), *notes),
    )
