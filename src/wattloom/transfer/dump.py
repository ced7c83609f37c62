"""Write everything that a database holds to one file."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from wattloom import __version__
from wattloom.db import newest_revision
from wattloom.timeseries import BeliefStore
from wattloom.transfer.archive import new_archive, put_manifest
from wattloom.transfer.block import RowProgress, Tally
from wattloom.transfer.content import content_of, count_rows, read_blocks
from wattloom.transfer.ends import require_current
from wattloom.transfer.manifest import Manifest
from wattloom.transfer.shape import all_shapes


def dump(connection: Connection, store: BeliefStore, path: Path, *, now: datetime, progress: RowProgress) -> Manifest:
    """Write the state of one moment to a new file, while others go on reading and writing.

    Args:
        connection: A read transaction.
        store: The store of this database.
        path: The file; until it is complete it has another name.
        now: When the transaction began.
        progress: Hears of it.

    Returns:
        What the file says about itself.

    Raises:
        ConflictError: The file exists, or the schema is not that of this release.
        NotFoundError: The database has not been created yet.
    """
    require_current(connection)
    contents = []
    with new_archive(path) as archive:
        progress.start("dumping", sum(count_rows(connection, all_shapes()).values()))
        for shape in all_shapes():
            tally = Tally()
            with archive.open(shape.member, "w", force_zip64=True) as member:
                for block in read_blocks(connection, store, shape):
                    member.write(block.payload)
                    tally.add(block)
                    progress.advance(block.n_rows)
            contents.append(content_of(connection, shape, tally))
        manifest = Manifest(
            wattloom_version=__version__, schema_revision=newest_revision(), created=now, tables=tuple(contents)
        )
        put_manifest(archive, manifest)
    return manifest
