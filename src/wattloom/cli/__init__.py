"""The command line: one module per command group.

Modules load heavy packages inside their commands, so that ``--help`` is quick.
Errors become messages and exit codes in :mod:`wattloom.cli.exit_codes`.
"""

from typing import Annotated

import typer

from wattloom import __version__
from wattloom.cli import add, database, delete, demo, edit, import_, serve, show
from wattloom.cli.exit_codes import CommandGroup

__all__ = ["app", "main"]

app = typer.Typer(
    cls=CommandGroup,
    name="wattloom",
    no_args_is_help=True,
    rich_markup_mode=None,  # formatting help with rich would take longer than everything else
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve", epilog="Example: wattloom serve --port 8000 --workers 2")(serve.serve)
app.command("demo", epilog="Example: wattloom demo --data-dir .data")(demo.demo)
app.add_typer(database.app, name="db")
app.add_typer(add.app, name="add")
app.add_typer(edit.app, name="edit")
app.add_typer(show.app, name="show")
app.add_typer(delete.app, name="delete")
app.add_typer(import_.app, name="import")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wattloom {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and end.", callback=_show_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Wattloom stores what is measured, priced and forecast, and plans flexible energy use.

    Try it: wattloom demo
    """
    del version, debug  # seen by the version callback and by CommandGroup


def main() -> None:
    """Run the command line; ends the process."""
    app()
