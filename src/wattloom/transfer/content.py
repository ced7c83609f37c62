"""What a database holds, table by table, as blocks of bytes: read, written, compared."""

from collections.abc import Iterator, Sequence
from typing import IO

from sqlalchemy import Connection, func, select

from wattloom.errors import InternalError
from wattloom.timeseries import BeliefStore
from wattloom.transfer.belief_records import is_of_beliefs, read_records, split_records, write_records
from wattloom.transfer.block import Block, RowProgress, Tally
from wattloom.transfer.last_id import read_last_id
from wattloom.transfer.manifest import TableContent
from wattloom.transfer.rows import read_rows, split_lines, write_rows
from wattloom.transfer.shape import TableShape


def read_blocks(connection: Connection, store: BeliefStore, shape: TableShape) -> Iterator[Block]:
    """Yield a table in the order of its key; equal contents give equal bytes on every database."""
    return read_records(connection, store, shape.name) if is_of_beliefs(shape.name) else read_rows(connection, shape)


def split_blocks(file: IO[bytes], shape: TableShape) -> Iterator[Block]:
    """Yield a table that was written to a file, block after block."""
    return split_records(file) if is_of_beliefs(shape.name) else split_lines(file)


def write_block(connection: Connection, store: BeliefStore, shape: TableShape, block: Block) -> None:
    """Add rows to a table.

    Raises:
        InputError: This database cannot keep one of them.
    """
    if is_of_beliefs(shape.name):
        write_records(connection, store, shape.name, block)
    else:
        write_rows(connection, shape, block)


def count_rows(connection: Connection, shapes: Sequence[TableShape]) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        shape.name: connection.execute(select(func.count()).select_from(shape.clause)).scalar_one() for shape in shapes
    }


def content_of(connection: Connection, shape: TableShape, tally: Tally) -> TableContent:
    """Return the description of a table that has been read."""
    return TableContent(
        **shape.model_dump(),
        n_rows=tally.n_rows,
        sha256=tally.sha256.hexdigest(),
        last_id=read_last_id(connection, shape),
    )


def verify(connection: Connection, store: BeliefStore, expected: Sequence[TableContent], progress: RowProgress) -> None:
    """Read everything back and compare it: the number of rows, and a checksum of all that they hold.

    Raises:
        InternalError: Something differs; names the table.
    """
    progress.start("verifying", sum(table.n_rows for table in expected))
    for table in expected:
        tally = Tally()
        for block in read_blocks(connection, store, table):
            tally.add(block)
            progress.advance(block.n_rows)
        if tally.n_rows != table.n_rows:
            raise InternalError(f"Table {table.name} has {tally.n_rows} rows instead of {table.n_rows}.")
        if tally.sha256.hexdigest() != table.sha256:
            raise InternalError(f"Table {table.name} has the right number of rows, but they differ from the original.")
