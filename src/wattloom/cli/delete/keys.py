"""``wattloom delete key``."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.delete.preview import DryRun, Force, Preview
from wattloom.cli.named_user import user_with_email
from wattloom.cli.options import DatabaseUrl, DataDir, id_option, load_settings
from wattloom.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattloom.accounts import ApiKey

KeyIds = Annotated[list[int] | None, id_option("--id", help="Id of a key; may be repeated.")]
OfUser = Annotated[str | None, typer.Option("--user", help="E-mail of a user, all of whose keys are to go.")]


def key(
    id_: KeyIds = None,
    user: OfUser = None,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Revoke API keys: whoever sends one is refused from now on."""
    from wattloom.accounts import get_api_key, get_user, list_api_keys, revoke_api_keys
    from wattloom.cli.delete.carry_out import carry_out
    from wattloom.cli.delete.labels import labels_of

    if (user is None) == (not id_):
        raise InputError("Say which with either --id or --user.", field="--id")

    def look(connection: "Connection") -> "tuple[list[ApiKey], Preview]":
        if user is not None:
            found = list_api_keys(connection, user_with_email(connection, user).id)
        else:
            found = [get_api_key(connection, key_id) for key_id in sorted(set(id_ or []))]
        things = {"API key": labels_of({each.id: f"{each.name}, {each.prefix}…" for each in found})}
        return found, Preview(f"{len(found)} API key{'' if len(found) == 1 else 's'}", things)

    def delete(connection: "Connection", found: "list[ApiKey]", now: datetime) -> None:
        for each in found:
            revoke_api_keys(connection, get_user(connection, each.user_id), [each], by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)
