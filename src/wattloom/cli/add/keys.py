"""Make API keys."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.change import change
from wattloom.cli.input import comma_separated
from wattloom.cli.named_user import user_with_email
from wattloom.cli.options import DatabaseUrl, DataDir
from wattloom.errors import InputError

if TYPE_CHECKING:
    from wattloom.accounts import Action

_SCOPES = "What it is good for: read, create-children, update, delete; separated by commas, or repeated."
_NEVER = "never"


def add_key(
    user: Annotated[str, typer.Option("--user", help="E-mail of the user whose key it becomes.")],
    name: Annotated[str, typer.Option("--name", help="What people recognise it by; the user has none of that name.")],
    scopes: Annotated[list[str], typer.Option("--scopes", help=_SCOPES)],
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", help="ISO 8601 with an offset; or never.", show_default="one year from now", metavar="TIME"
        ),
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make an API key, which programs send instead of a token; it is printed once and never again."""
    from wattloom.accounts import NewApiKey, create_api_key

    with change(data_dir, database_url) as (connection, now):
        owner = user_with_email(connection, user)
        new = NewApiKey(name, _actions(comma_separated(scopes)), _expiry(expires, now))
        issued = create_api_key(connection, owner, new, by=None, now=now)
    key = issued.key
    until = f"until {key.expires_at:%Y-%m-%d %H:%MZ}" if key.expires_at is not None else "and does not expire"
    # Apart from the key itself, so that a script can take that from the standard output.
    typer.echo(
        f"Added API key '{key.name}' with id {key.id} for user '{owner.username}'; it is valid {until}.", err=True
    )
    typer.echo(issued.text)


def _actions(names: tuple[str, ...]) -> "frozenset[Action]":
    from wattloom.accounts import Action

    unknown = [name for name in names if name not in set(Action)]
    if unknown:
        raise InputError(f"'{unknown[0]}' is no scope; there are {', '.join(Action)}.", field="--scopes")
    return frozenset(map(Action, names))


def _expiry(text: str | None, now: datetime) -> datetime | None:
    from wattloom.accounts import KEY_LIFETIME
    from wattloom.periods import parse_instant

    if text is None:
        return now + KEY_LIFETIME
    return None if text.strip() == _NEVER else parse_instant(text, field="--expires")
