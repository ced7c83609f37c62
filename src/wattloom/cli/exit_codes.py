"""How commands end when something goes wrong.

The one table from error class to exit code, and the command group that looks
errors up in it: an expected error is a red sentence on standard error, never
a traceback, unless ``--debug`` asks for one. docs/cli.md lists the codes.
"""

import traceback
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from wattloom import errors
from wattloom.errors import (
    SCHEMA_FIELD,
    AuthenticationError,
    ConflictError,
    FlexModelError,
    InfeasibleError,
    InputError,
    InternalError,
    MissingDataError,
    NotFoundError,
    PermissionDeniedError,
    UnavailableError,
    WattloomError,
)

if TYPE_CHECKING:
    from rich.console import Console

EXIT_CODES: dict[type[Exception], int] = {
    InputError: 2,
    NotFoundError: 3,
    ConflictError: 4,
    PermissionDeniedError: 5,
    AuthenticationError: 6,
    MissingDataError: 7,
    InfeasibleError: 8,
    InternalError: 70,
    OSError: 74,
    UnavailableError: 75,
}
"""Exit code per error class; a subclass has the code of its nearest listed ancestor.

Two is also what a wrong option ends with; 70, 74 and 75 are the codes of
sysexits.h for a software error, an input/output error and a temporary failure.
"""


def exit_code(error: Exception) -> int:
    """Return the exit code of an expected error.

    Raises:
        KeyError: Neither the class nor one of its ancestors is listed.
    """
    return next(EXIT_CODES[ancestor] for ancestor in type(error).__mro__ if ancestor in EXIT_CODES)


def exit_code_named(name: str) -> int:
    """Return the exit code of an error that a job has kept the name of; of others that of a software error."""
    found = getattr(errors, name, InternalError)
    return next(
        (EXIT_CODES[ancestor] for ancestor in found.__mro__ if ancestor in EXIT_CODES), EXIT_CODES[InternalError]
    )


class CommandGroup(TyperGroup):
    """Turns expected errors of any command below it into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; translate what it raises."""
        try:
            return super().invoke(ctx)
        except (WattloomError, OSError) as error:
            if ctx.params.get("debug"):
                traceback.print_exception(error)
            _show(error)
            raise typer.Exit(exit_code(error)) from error


def _show_fields(console: "Console", error: FlexModelError) -> None:
    """Say what is wrong with each field: several may lack the same."""
    from rich.text import Text

    for problem in error.problems:
        field = ".".join(str(part) for part in problem.path if part != SCHEMA_FIELD)
        console.print(Text(f"Error: {field}{field and ': '}{problem.message}", style="bold red"), soft_wrap=True)


def _show(error: Exception) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    problems = error.problems if isinstance(error, InputError) else ()
    if isinstance(error, FlexModelError):
        _show_fields(console, error)
        return
    option = next((f"{problem.path[0]}" for problem in problems if problem.path and problem.message == str(error)), "")
    # A complaint about a time or a length does not say by itself in which option that stands.
    place = f"{option}: " if option.startswith("--") and option not in str(error) else ""
    console.print(Text(f"Error: {place}{error}", style="bold red"), soft_wrap=True)
    for problem in problems:
        if problem.message != str(error):
            field = ".".join(str(part) for part in problem.path)
            console.print(Text(f"  {field}: {problem.message}", style="red"), soft_wrap=True)
