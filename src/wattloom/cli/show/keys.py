"""``wattloom show`` API keys."""

from typing import Annotated

import typer

from wattloom.cli.named_user import user_with_email
from wattloom.cli.options import DatabaseUrl, DataDir
from wattloom.cli.show.output import AsJson, looking_at, show_rows

OfUser = Annotated[str | None, typer.Option("--user", help="Only those of the user with this e-mail.")]


def keys(
    user: OfUser = None, as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """List API keys, expired ones as well; the keys themselves are not kept, only how they begin."""
    from wattloom.accounts import list_api_keys

    with looking_at(data_dir, database_url) as (connection, _backend):
        found = list_api_keys(connection, None if user is None else user_with_email(connection, user).id)
    rows = [
        {
            "id": each.id,
            "user_id": each.user_id,
            "name": each.name,
            "prefix": each.prefix,
            "scopes": sorted(each.scopes),
            "created": each.created_at,
            "expires": each.expires_at,
            "last_used": each.last_used_at,
        }
        for each in found
    ]
    show_rows(rows, as_json=as_json, of="API keys")
