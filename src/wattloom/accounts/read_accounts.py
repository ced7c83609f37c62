"""Read accounts: one, or those that a user may read."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, column, func, or_, select, table

from wattloom.accounts import policy
from wattloom.accounts.account import Account
from wattloom.accounts.action import Action
from wattloom.accounts.policy import Kind, Resource
from wattloom.accounts.tables import account, account_role, app_user, roles_accounts
from wattloom.accounts.user import User
from wattloom.db import Listing, Page, contains, in_batches
from wattloom.errors import FilterError, NotFoundError

# By name only: this package knows no assets, it just counts their rows.
_asset = table("asset", column("id"), column("account_id"))

N_USERS = select(func.count()).where(app_user.c.account_id == account.c.id).scalar_subquery()
N_ASSETS = select(func.count()).select_from(_asset).where(_asset.c.account_id == account.c.id).scalar_subquery()
_COLUMNS = policy.Columns(Kind.ACCOUNT, account.c.id, account.c.consultancy_account_id)
_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": account.c.id,
    "name": func.lower(account.c.name),
    "users": N_USERS,
    "assets": N_ASSETS,
}
_RESOURCE = select(account.c.id, account.c.consultancy_account_id).where(account.c.id == bindparam("id"))

_ROLES = (
    select(roles_accounts.c.account_id, account_role.c.id, account_role.c.name)
    .join(account_role, account_role.c.id == roles_accounts.c.role_id)
    .where(roles_accounts.c.account_id.in_(bindparam("ids", expanding=True)))
    .order_by(account_role.c.id)
)


def account_resource(connection: Connection, account_id: int) -> Resource:
    """Return the facts that decide who may do what to an account.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = connection.execute(_RESOURCE, {"id": account_id}).one_or_none()
    if row is None:
        raise NotFoundError("account", account_id)
    return Resource(Kind.ACCOUNT, row.id, row.consultancy_account_id)


def get_account(connection: Connection, account_id: int) -> Account:
    """Return an account.

    Raises:
        NotFoundError: There is none with this id.
    """
    accounts = _with_roles(connection, connection.execute(select(account).where(account.c.id == account_id)).all())
    if not accounts:
        raise NotFoundError("account", account_id)
    return accounts[0]


def get_accounts(connection: Connection, account_ids: Iterable[int]) -> dict[int, Account]:
    """Return the accounts with these ids, by id; unknown ids are left out."""
    rows: list[Row[Any]] = []
    for ids in in_batches(account_ids):
        rows += connection.execute(select(account).where(account.c.id.in_(ids)))
    return {found.id: found for found in _with_roles(connection, rows)}


def list_accounts(connection: Connection, user: User, listing: Listing, *, role: str | None = None) -> Page[Account]:
    """Return the wanted part of the accounts that the user may read.

    Args:
        connection: The transaction.
        user: Who asks.
        listing: Each account found holds one of the words of the first search term in its name.
        role: Only accounts with this role.

    Raises:
        FilterError: There is no such role.
    """
    readable = policy.permitted(user, Action.READ, _COLUMNS)
    conditions = [readable]
    if role is not None:
        conditions.append(account.c.id.in_(_having_role(connection, role)))
    if listing.terms:
        conditions.append(or_(*(contains(word, account.c.name) for word in listing.terms[0].split())))
    found = and_(*conditions)
    rows = connection.execute(listing.arrange(select(account).where(found), _ORDERS, account.c.id)).all()
    n_total, n_filtered = (
        connection.execute(select(func.count()).select_from(account).where(condition)).scalar_one()
        for condition in (readable, found)
    )
    return Page(_with_roles(connection, rows), n_total, n_filtered)


def clients_of_account(connection: Connection, account_id: int) -> dict[int, str]:
    """Return the names of the accounts that an account looks after as consultancy, by id."""
    clients = select(account.c.id, account.c.name).where(account.c.consultancy_account_id == account_id)
    return {row.id: row.name for row in connection.execute(clients.order_by(account.c.id))}


def count_users_and_assets(connection: Connection, account_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many users and assets accounts have, by account id."""
    rows = connection.execute(select(account.c.id, N_USERS, N_ASSETS).where(account.c.id.in_(list(account_ids))))
    return {account_id: (n_users, n_assets) for account_id, n_users, n_assets in rows}


def _having_role(connection: Connection, role: str) -> Any:
    role_id = connection.execute(select(account_role.c.id).where(account_role.c.name == role)).scalar_one_or_none()
    if role_id is None:
        raise FilterError(f"There is no account role '{role}'.", field="role")
    return select(roles_accounts.c.account_id).where(roles_accounts.c.role_id == role_id)


def _with_roles(connection: Connection, rows: Sequence[Row[Any]]) -> list[Account]:
    roles: dict[int, list[tuple[int, str]]] = {}
    for ids in in_batches(row.id for row in rows):
        for account_id, role_id, name in connection.execute(_ROLES, {"ids": ids}):
            roles.setdefault(account_id, []).append((role_id, name))
    return [
        Account(
            id=row.id,
            name=row.name,
            primary_color=row.primary_color,
            secondary_color=row.secondary_color,
            logo_url=row.logo_url,
            attributes=row.attributes,
            consultancy_account_id=row.consultancy_account_id,
            plan_id=row.plan_id,
            roles=tuple(roles.get(row.id, ())),
        )
        for row in rows
    ]
