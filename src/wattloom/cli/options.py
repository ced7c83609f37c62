"""Options that every command takes, and the settings that they lead to."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.errors import FieldProblem, InputError

if TYPE_CHECKING:
    from wattloom.config import Settings

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Folder for the database, the secret key and the lock file (also WATTLOOM_DATA_DIR).",
        file_okay=False,
        show_default="the platform's data folder",
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        help="postgresql://user@host/name instead of SQLite in the data folder (also WATTLOOM_DATABASE_URL).",
        show_default="SQLite",
    ),
]
Port = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="Port to listen on (also WATTLOOM_PORT).", show_default="5000"),
]


def load_settings(**given: object) -> "Settings":
    """Return the settings: options win over the environment, that over wattloom.toml.

    Args:
        given: Values of options; None means that the option was not given.

    Raises:
        InputError: A value is wrong; names the setting.
    """
    from pydantic import ValidationError

    from wattloom.config import Settings

    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        problems = [
            FieldProblem((_variable(each["loc"]),), _no_setting(each["loc"]) or each["msg"])
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise InputError("The settings are wrong.", problems=problems) from error
    except ValueError as error:
        raise InputError(f"The settings cannot be read: {error}") from error


def _variable(location: tuple[int | str, ...]) -> str:
    return "WATTLOOM_" + ".".join(str(part) for part in location).upper()


def _no_setting(location: tuple[int | str, ...]) -> str | None:
    """Return what is wrong with a name that is no setting."""
    from wattloom.config import Settings

    name, names = str(location[0]) if location else "", Settings.model_fields
    if not name or name in names:
        return None
    close = difflib.get_close_matches(name, names, n=1)
    return f"There is no such setting. Did you mean {_variable((close[0],))}?" if close else "There is no such setting."
