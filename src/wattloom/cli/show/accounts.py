"""``wattloom show`` accounts, users and roles."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.options import DatabaseUrl, DataDir
from wattloom.cli.show.output import AsJson, looking_at, names_of, show_facts, show_json, show_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattloom.accounts import Account, User

AccountId = Annotated[str, typer.Option("--id", help="Id or name of the account.")]
OfAccount = Annotated[str | None, typer.Option("--account", help="Only those of this account; its id or name.")]


def accounts(as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List all accounts, with how many users and assets each has."""
    from wattloom.accounts import OPERATOR, count_users_and_assets, list_accounts
    from wattloom.db import Listing

    with looking_at(data_dir, database_url) as (connection, _backend):
        found = list_accounts(connection, OPERATOR, Listing()).items
        counts = count_users_and_assets(connection, [each.id for each in found])
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "roles": [name for _, name in each.roles],
            "users": counts[each.id][0],
            "assets": counts[each.id][1],
            "consultancy_id": each.consultancy_account_id,
        }
        for each in found
    ]
    show_rows(rows, as_json=as_json, of="accounts")


def account(
    id_: AccountId, as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Show an account: its roles, users, top-level assets, and the accounts that it looks after."""
    from wattloom.accounts import OPERATOR, clients_of_account, find_account, list_users
    from wattloom.assets import AssetScope, list_assets
    from wattloom.db import Listing

    with looking_at(data_dir, database_url) as (connection, _backend):
        found = find_account(connection, id_)
        facts = _facts(connection, found)
        clients = clients_of_account(connection, found.id)
        users_ = list_users(connection, OPERATOR, Listing(), account_id=found.id, include_inactive=True).items
        assets = list_assets(connection, OPERATOR, AssetScope(account_id=found.id), Listing()).items
    roots = {each.id: each.name for each in assets if each.parent_asset_id is None}
    user_rows = [_user_row(each) for each in users_]
    if as_json:
        assets_json = [{"id": asset_id, "name": name} for asset_id, name in roots.items()]
        clients_json = [{"id": client_id, "name": name} for client_id, name in clients.items()]
        show_json(facts | {"users": user_rows, "assets": assets_json, "clients": clients_json})
        return
    show_facts(facts | {"assets": names_of(roots), "clients": names_of(clients)})
    typer.echo()
    show_rows(user_rows, as_json=False, of="users in this account", title="Users")


def users(
    account_: OfAccount = None, as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """List the users, inactive ones as well."""
    from wattloom.accounts import OPERATOR, find_account, list_users
    from wattloom.db import Listing

    with looking_at(data_dir, database_url) as (connection, _backend):
        account_id = None if account_ is None else find_account(connection, account_).id
        found = list_users(connection, OPERATOR, Listing(), account_id=account_id, include_inactive=True).items
    show_rows([_user_row(each) for each in found], as_json=as_json, of="users")


def roles(as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List the roles that users and accounts can have."""
    from wattloom.accounts import list_roles

    with looking_at(data_dir, database_url) as (connection, _backend):
        of_users, of_accounts = list_roles(connection)
    rows = [
        {"for": kind, "id": role.id, "name": role.name, "description": role.description}
        for kind, each in (("users", of_users), ("accounts", of_accounts))
        for role in each
    ]
    show_rows(rows, as_json=as_json, of="roles; add the usual ones with: wattloom add initial-structure")


def _facts(connection: "Connection", found: "Account") -> dict[str, Any]:
    from wattloom.accounts import get_account, get_plan

    consultancy = found.consultancy_account_id
    return {
        "id": found.id,
        "name": found.name,
        "roles": [name for _, name in found.roles],
        "consultancy": None if consultancy is None else get_account(connection, consultancy).name,
        "plan": None if found.plan_id is None else get_plan(connection, found.plan_id).terms.name,
        "primary_color": found.primary_color,
        "secondary_color": found.secondary_color,
        "logo_url": found.logo_url,
        "attributes": dict(found.attributes),
    }


def _user_row(user: "User") -> dict[str, Any]:
    return {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "account_id": user.account_id,
        "roles": sorted(user.roles),
        "active": user.active,
        "last_login": user.last_login_at,
        "last_seen": user.last_seen_at,
    }
