"""Copy a FlexMeasures database into an empty Wattloom, in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, Table, delete, insert, update
from sqlalchemy.exc import DataError, IntegrityError

from wattloom.accounts import seed_roles
from wattloom.accounts.tables import account, account_role, role
from wattloom.assets import seed_asset_types, store_references
from wattloom.assets.tables import asset, asset_type
from wattloom.errors import ConflictError, InputError
from wattloom.timeseries import BeliefStore
from wattloom.timeseries.tables import data_source
from wattloom.transfer.block import RowProgress
from wattloom.transfer.content import count_rows
from wattloom.transfer.flexmeasures import layout
from wattloom.transfer.flexmeasures.beliefs import BeliefCounts, write_beliefs
from wattloom.transfer.flexmeasures.copied import Copied, Streamed, Values
from wattloom.transfer.flexmeasures.logs import logs
from wattloom.transfer.flexmeasures.plan import ImportPlan
from wattloom.transfer.flexmeasures.source import FlexMeasures
from wattloom.transfer.flexmeasures.verify import TableCheck, check_series, check_tables, count_in
from wattloom.transfer.last_id import continue_after
from wattloom.transfer.shape import all_shapes

_ROWS_AT_ONCE = 2_000
_SEEDED = (role, account_role, asset_type, data_source)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought, after everything was compared.

    Attributes:
        tables: Rows per table, there and here.
        n_series: Pairs of sensor and source whose beliefs are the same on both sides.
        adjusted: What was replaced, by what.
        left_out: What did not come along, and why.
        to_mend: What came along as it is, and will be refused when it is used.
    """

    tables: list[TableCheck]
    n_series: int
    adjusted: list[str]
    left_out: list[str]
    to_mend: list[str]


def run_import(
    connection: Connection, store: BeliefStore, flexmeasures: FlexMeasures, plan: ImportPlan, progress: RowProgress
) -> ImportReport:
    """Write everything, compare it, and say what was brought.

    Args:
        connection: A write transaction on the target; without its commit, nothing has happened.
        store: The store of the target.
        flexmeasures: The database that the plan was made of, in the same transaction.
        plan: What to bring.
        progress: Hears of each table, and of its rows.

    Raises:
        ConflictError: The target holds something.
        InputError: The target cannot hold a row; names the table.
        InternalError: What was written differs from what was read.
    """
    _empty(connection)
    tables = [_write(connection, copied, progress) for copied in plan.copied]
    streamed = [_stream(connection, flexmeasures, each, progress) for each in logs()]
    progress.start(layout.BELIEFS.name, plan.n_rows[layout.BELIEFS.name])
    beliefs = write_beliefs(connection, store, flexmeasures, plan.sensors, progress)
    tables += [*streamed, _belief_check(plan, beliefs)]
    progress.start("verifying", 1)
    check_tables(tables)
    n_series = check_series(connection, flexmeasures, beliefs)
    progress.advance(1)
    _continue_ids(connection, flexmeasures, plan.copied)
    seed_asset_types(connection)
    seed_roles(connection)
    found = plan.findings
    return ImportReport(tables, n_series, found.adjusted, [*found.left_out, *_left_out(beliefs)], found.to_mend)


def _empty(connection: Connection) -> None:
    """Make sure that the target holds nothing; roles, asset types and sources that a new server begins with give way."""
    seeded = {table.name for table in _SEEDED}
    counts = count_rows(connection, [shape for shape in all_shapes() if shape.name not in seeded])
    held = [f"{name} ({n} rows)" for name, n in counts.items() if n]
    if held:
        raise ConflictError(f"An import needs an empty Wattloom; this one holds {', '.join(held)}.")
    for table in _SEEDED:
        connection.execute(delete(table))


def _write(connection: Connection, copied: Copied, progress: RowProgress) -> TableCheck:
    progress.start(copied.source.name, len(copied.rows))
    rows = copied.rows
    if copied.table is account:
        # Of two accounts the consultancy may come later.
        rows = [row | {"consultancy_account_id": None} for row in rows]
    for batch in _batches(rows):
        _insert(connection, copied.table, batch)
        progress.advance(len(batch))
    if copied.table is account:
        _set_consultancies(connection, copied.rows)
    if copied.table is asset:
        for row in rows:
            store_references(connection, row["id"], row)
    n = len(copied.rows)
    return TableCheck(copied.source.name, n, n, count_in(connection, copied.table))


def _insert(connection: Connection, table: Table, rows: list[Values]) -> None:
    try:
        connection.execute(insert(table), rows)
    except (IntegrityError, DataError) as error:
        cause = " ".join(str(error.orig).split())
        raise InputError(f"Table {table.name} cannot hold what FlexMeasures has: {cause}", field=table.name) from error


def _set_consultancies(connection: Connection, rows: list[Values]) -> None:
    for row in rows:
        consultancy_id = row["consultancy_account_id"]
        if consultancy_id is not None:
            statement = update(account).where(account.c.id == row["id"])
            connection.execute(statement.values(consultancy_account_id=consultancy_id))


def _stream(
    connection: Connection, flexmeasures: FlexMeasures, streamed: Streamed, progress: RowProgress
) -> TableCheck:
    n_source = flexmeasures.count(streamed.source)
    progress.start(streamed.source.name, n_source)
    for batch in _batches(streamed.convert(row) for row in flexmeasures.rows(streamed.source)):
        _insert(connection, streamed.table, batch)
        progress.advance(len(batch))
    return TableCheck(streamed.source.name, n_source, n_source, count_in(connection, streamed.table))


def _belief_check(plan: ImportPlan, beliefs: BeliefCounts) -> TableCheck:
    n_source = plan.n_rows[layout.BELIEFS.name]
    return TableCheck(layout.BELIEFS.name, n_source, n_source - beliefs.n_left_out, beliefs.n_written)


def _continue_ids(connection: Connection, flexmeasures: FlexMeasures, copied: Sequence[Copied]) -> None:
    """Give nobody an id that somebody had: sources and audit records name users that are gone."""
    shapes = {shape.name: shape for shape in all_shapes()}
    every: list[Copied | Streamed] = [*copied, *logs()]
    for each in every:
        shape = shapes[each.table.name]
        if shape.key == ("id",):
            continue_after(connection, shape, flexmeasures.last_id(each.source) or None)


def _left_out(beliefs: BeliefCounts) -> Iterator[str]:
    for sensor_id, n in sorted(beliefs.n_not_finite.items()):
        yield f"{n} × beliefs about sensor {sensor_id} that are no numbers"
    for (sensor_id, source_id), n in sorted(beliefs.n_outside.items()):
        yield f"{n} × beliefs of source {source_id} about sensor {sensor_id} that lie before 1900 or after 2199"


def _batches(rows: Iterable[Values]) -> Iterator[list[Values]]:
    stream = iter(rows)
    while batch := list(islice(stream, _ROWS_AT_ONCE)):
        yield batch
