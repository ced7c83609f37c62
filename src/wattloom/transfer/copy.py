"""Move to another database: everything that one holds, into an empty one."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattloom.db import newest_revision
from wattloom.timeseries import BeliefStore
from wattloom.transfer.block import RowProgress, Tally
from wattloom.transfer.content import content_of, count_rows, read_blocks, verify, write_block
from wattloom.transfer.ends import finish, foreign_keys_later, prepare, require_current
from wattloom.transfer.manifest import TableContent
from wattloom.transfer.shape import all_shapes


def copy(
    source: Connection, source_store: BeliefStore, target: Connection, target_store: BeliefStore, progress: RowProgress
) -> Sequence[TableContent]:
    """Copy all tables, and compare both sides: rows and checksum of each table.

    The target is filled in one transaction: it holds everything, or nothing
    after an interruption, and the copy can be started again.

    Args:
        source: A read transaction.
        source_store: The store of the database that is read.
        target: A write transaction on another database.
        target_store: The store of the database that is filled.
        progress: Hears of it.

    Returns:
        What was copied.

    Raises:
        ConflictError: The target is not empty, or the source has not the schema of this release.
        NotFoundError: The source has not been created yet.
        InputError: The target cannot keep a row; says which.
    """
    require_current(source)
    prepare(target, newest_revision())
    copied = []
    with foreign_keys_later(target, [shape.name for shape in all_shapes()]):
        progress.start("copying", sum(count_rows(source, all_shapes()).values()))
        for shape in all_shapes():
            tally = Tally()
            for block in read_blocks(source, source_store, shape):
                write_block(target, target_store, shape, block)
                tally.add(block)
                progress.advance(block.n_rows)
            copied.append(content_of(source, shape, tally))
    finish(target, copied)
    verify(target, target_store, copied, progress)
    return copied
