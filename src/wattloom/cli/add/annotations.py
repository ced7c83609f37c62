"""Add annotations."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.change import change
from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattloom.accounts import User


def add_annotation(  # noqa: PLR0913, PLR0917 - each argument is an option
    content: Annotated[str, typer.Option("--content", help="What is remarked, at most 1024 characters.")],
    at: Annotated[str, typer.Option("--at", help="When it starts, ISO 8601 with an offset.")],
    user: Annotated[str, typer.Option("--user", help="Id or e-mail of the user who remarks.")],
    until: Annotated[
        str | None, typer.Option("--until", help="When it ends, likewise.", show_default="a day after the start")
    ] = None,
    kind: Annotated[str, typer.Option("--type", help="alert, holiday, label, feedback, warning or error.")] = "label",
    account: Annotated[list[str] | None, typer.Option("--account", help="Id or name; may be repeated.")] = None,
    asset: Annotated[list[int] | None, id_option("--asset", help="Id of an asset; may be repeated.")] = None,
    sensor: Annotated[list[int] | None, id_option("--sensor", help="Id of a sensor; may be repeated.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a remark about a time to accounts, assets and sensors; the same remark is kept once."""
    from wattloom.accounts import find_account
    from wattloom.annotations import NewAnnotation, account_subject, annotate, asset_subject, sensor_subject
    from wattloom.assets import get_asset
    from wattloom.periods import parse_instant
    from wattloom.timeseries import get_sensor

    if not (account or asset or sensor):
        raise InputError("Say what it is about with --account, --asset or --sensor.", field="--asset")
    start = parse_instant(at, field="--at")
    end = start + timedelta(days=1) if until is None else parse_instant(until, field="--until")
    new = NewAnnotation(content, start, end, kind)
    with change(data_dir, database_url) as (connection, now):
        author = _author(connection, user)
        subjects = [account_subject(find_account(connection, each)) for each in account or ()]
        subjects += [asset_subject(get_asset(connection, each)) for each in asset or ()]
        for each in sensor or ():
            found = get_sensor(connection, each)
            subjects.append(sensor_subject(found, get_asset(connection, found.asset_id)))
        for subject in subjects:
            kept, is_new = annotate(connection, subject, new, author=author, by=None, now=now)
            verb = "Added" if is_new else "Attached"
            typer.echo(f"{verb} annotation {kept.id} to {subject.kind} '{subject.name}' ({subject.id}).")


def _author(connection: "Connection", id_or_email: str) -> "User":
    """Return the user who remarks.

    Raises:
        NotFoundError: There is no such user.
    """
    from wattloom.accounts import find_login, find_user
    from wattloom.db import id_of

    user_id = id_of(id_or_email)
    if user_id is not None:
        user = find_user(connection, user_id)
    else:
        login = find_login(connection, id_or_email)
        user = None if login is None else login.user
    if user is None:
        raise NotFoundError("user", id_or_email, message=f"No user found with id or e-mail '{id_or_email}'.")
    return user
