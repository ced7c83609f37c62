"""Fill an empty database from a dump."""

from sqlalchemy import Connection, inspect

from wattloom.db import migrate, newest_revision
from wattloom.errors import InputError
from wattloom.timeseries import BeliefStore
from wattloom.transfer.archive import Dump
from wattloom.transfer.block import RowProgress
from wattloom.transfer.content import split_blocks, verify, write_block
from wattloom.transfer.ends import finish, foreign_keys_later, prepare
from wattloom.transfer.manifest import Manifest
from wattloom.transfer.shape import all_shapes


def restore(connection: Connection, store: BeliefStore, dump: Dump, progress: RowProgress) -> None:
    """Check a dump, put its rows into an empty database, and compare the result with the dump.

    The rows go into the schema that they were dumped with, which is brought up
    to date afterwards. On any error nothing must be committed.

    Args:
        connection: A write transaction.
        store: The store of this database.
        dump: From either kind of database.
        progress: Hears of it.

    Raises:
        InputError: The dump is damaged or incomplete, or holds what this database cannot keep.
        ConflictError: The database is not empty.
    """
    manifest = dump.manifest
    dump.check(progress)
    prepare(connection, manifest.schema_revision)
    _require_all_tables(connection, manifest)
    with foreign_keys_later(connection, [table.name for table in manifest.tables]):
        progress.start("restoring", manifest.n_rows)
        for table in manifest.tables:
            with dump.member(table) as file:
                for block in split_blocks(file, table):
                    write_block(connection, store, table, block)
                    progress.advance(block.n_rows)
    finish(connection, manifest.tables)
    verify(connection, store, manifest.tables, progress)
    migrate(connection, newest_revision())


def _require_all_tables(connection: Connection, manifest: Manifest) -> None:
    inspector = inspect(connection)
    held = {table.name: set(table.columns) for table in manifest.tables}
    ours = held.keys() | {shape.name for shape in all_shapes()}
    expected = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in ours & set(inspector.get_table_names())
    }
    wrong = sorted(name for name in ours if held.get(name) != expected.get(name))
    if wrong:
        raise InputError(f"The dump has not the tables of its schema revision; wrong or missing: {', '.join(wrong)}.")
