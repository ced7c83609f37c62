"""Options that every command takes, and the settings that they lead to."""

import difflib
import os
from collections.abc import Collection
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


def id_option(*names: str, **options: Any) -> Any:
    """Return an option that takes the id of something; what cannot be one is refused."""
    return typer.Option(*names, parser=_id, metavar="ID", **options)


def _id(text: str) -> int:
    from wattloom.db import id_of

    found = id_of(text)
    if found is None:
        raise typer.BadParameter(f"'{text}' is no id.")
    return found


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
            _problem(each["loc"], _text(each["type"], each["msg"]), given=values)
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise InputError("The settings are wrong.", problems=problems) from error
    except ValueError as error:
        raise InputError(f"wattloom.toml cannot be read: {error}") from error


def _problem(location: tuple[int | str, ...], message: str, given: Collection[str]) -> FieldProblem:
    """Say where a wrong setting stands, and what is wrong with it."""
    from wattloom.config import Settings

    name = str(location[0]) if location else ""
    is_in_file = name not in given and _variable(name) not in {variable.upper() for variable in os.environ}
    if name and name not in Settings.model_fields:
        close = difflib.get_close_matches(name, Settings.model_fields, n=1)
        hint = "".join(f" Did you mean {known if is_in_file else _variable(known)}?" for known in close)
        message = f"There is no such setting.{hint}"
    field = ".".join(str(part) for part in location)
    return FieldProblem((f"wattloom.toml, {field}" if is_in_file else _variable(field),), message)


def _text(kind: str, message: str) -> str:
    """Say what is wrong with a setting in words for those who know no Python."""
    if kind == "tuple_type":
        return 'Write a list of texts, for example ["127.0.0.1"].'
    if kind == "dict_type":
        return 'Write names and numbers, for example {"imports": 60}.'
    return message.removeprefix("Value error, ")


def _variable(name: str) -> str:
    return f"WATTLOOM_{name.upper()}"
