"""``wattloom import``: move here from another system."""

from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, load_settings
from wattloom.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from wattloom.config import Settings
    from wattloom.transfer.flexmeasures import Findings, FlexMeasures, ImportPlan, ImportReport

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Move here from another system.")

Url = Annotated[
    str,
    typer.Argument(
        metavar="URL",
        help="postgresql://user@host/name of the FlexMeasures database; a password may also come from PGPASSWORD or "
        "~/.pgpass.",
    ),
]
PasswordSalt = Annotated[
    str | None,
    typer.Option(
        "--password-salt",
        envvar="SECURITY_PASSWORD_SALT",
        show_envvar=False,
        help="Its SECURITY_PASSWORD_SALT, or its SECRET_KEY if it has none; lets users log in as before. Better given "
        "in the environment variable SECURITY_PASSWORD_SALT, which other users of the machine cannot see.",
    ),
]
SingleHash = Annotated[
    bool, typer.Option("--single-hash", help="It hashes passwords without the salt (SECURITY_PASSWORD_SINGLE_HASH).")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would come; write nothing.")]


@app.callback()
def group() -> None:
    """Move here from another system."""


@app.command(epilog="Example: wattloom import flexmeasures postgresql://fm@localhost/flexmeasures --dry-run")
def flexmeasures(
    url: Url,
    password_salt: PasswordSalt = None,
    single_hash: SingleHash = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Copy a live FlexMeasures database into an empty Wattloom, ids kept, and compare the two.

    FlexMeasures may go on running; what it writes meanwhile does not come along. Nothing is kept of an import that is
    cut off: run it again.
    """
    from rich.console import Console

    from wattloom.transfer.flexmeasures import Hashing, open_flexmeasures, plan_import

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    _check_two_databases(url, settings.resolved_database_url)
    console = Console(highlight=False)
    with open_flexmeasures(url) as source:
        plan = plan_import(source, Hashing(password_salt or None, is_single=single_hash))
        if dry_run:
            _show_plan(console, plan)
            return
        report = _import(settings, source, plan)
    _show_report(console, report)


def _check_two_databases(source: str, target: str) -> None:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        places = {(url.host, url.port or 5432, url.database) for url in (make_url(source), make_url(target))}
    except ArgumentError as error:
        raise InputError("The URL of the FlexMeasures database cannot be read.", field="url") from error
    if len(places) == 1:
        raise InputError("The FlexMeasures database cannot become that of Wattloom; give an empty one.", field="url")


def _import(settings: "Settings", source: "FlexMeasures", plan: "ImportPlan") -> "ImportReport":
    from wattloom.cli.row_progress import row_bar
    from wattloom.server.backend import open_backend
    from wattloom.transfer.flexmeasures import run_import

    backend = open_backend(settings)
    try:
        with row_bar() as bar, backend.database.write() as connection:
            return run_import(connection, backend.beliefs, source, plan, bar)
    finally:
        backend.close()


def _show_plan(console: "Console", plan: "ImportPlan") -> None:
    from rich.table import Table

    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("table")
    table.add_column("rows", justify="right")
    for name, n_rows in plan.n_rows.items():
        table.add_row(name, f"{n_rows:,}")
    console.print(table)
    _show_lists(console, plan.findings)
    console.print("Nothing was written. Gaps among the beliefs are counted during the import.")


def _show_report(console: "Console", report: "ImportReport") -> None:
    from rich.table import Table

    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("table")
    for heading in ("in FlexMeasures", "left out", "here"):
        table.add_column(heading, justify="right")
    for each in report.tables:
        left_out = each.n_source - each.n_expected
        table.add_row(each.name, f"{each.n_source:,}", f"{left_out:,}" if left_out else "", f"{each.n_found:,}")
    console.print(table)
    _show_lists(console, report)
    console.print(
        f"Everything arrived: the number of rows in {len(report.tables)} tables agrees, and so do number, first and "
        f"last event, extremes and sum of the beliefs of {report.n_series:,} pairs of sensor and source."
    )


def _show_lists(console: "Console", found: "Findings | ImportReport") -> None:
    for heading, lines in (
        ("Changed on the way:", found.adjusted),
        ("Left behind:", found.left_out),
        ("To be mended before it is used:", found.to_mend),
    ):
        if lines:
            console.print(heading, style="bold")
        for line in lines:
            console.print(f"  {line}", markup=False, soft_wrap=True)
