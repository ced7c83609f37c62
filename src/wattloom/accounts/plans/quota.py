"""How much an account may have, as its plan says."""

from enum import Enum

from sqlalchemy import Connection, bindparam, func, select

from wattloom.accounts.read_accounts import N_ASSETS, N_USERS
from wattloom.accounts.tables import account, plan
from wattloom.db import one_at_a_time
from wattloom.errors import InputError

_CLIENT = account.alias()
_N_CLIENTS = (
    select(func.count())
    .select_from(_CLIENT)
    .where(_CLIENT.c.consultancy_account_id == account.c.id)
    .correlate(account)
    .scalar_subquery()
)


class Quota(Enum):
    """What plans limit."""

    USERS = "users"
    ASSETS = "assets"
    CLIENTS = "clients"


_LIMITS = {
    Quota.USERS: (plan.c.max_users, N_USERS),
    Quota.ASSETS: (plan.c.max_assets, N_ASSETS),
    Quota.CLIENTS: (plan.c.max_clients, _N_CLIENTS),
}
_PLANS = {
    quota: select(plan.c.name, most.label("most"))
    .join(account)
    .where(account.c.id == bindparam("id"), most.is_not(None))
    for quota, (most, _) in _LIMITS.items()
}
_COUNTS = {quota: select(count).where(account.c.id == bindparam("id")) for quota, (_, count) in _LIMITS.items()}


def check_quota(
    connection: Connection, account_id: int | None, quota: Quota, *, n_more: int = 1, field: str = "account_id"
) -> None:
    """Let more pass for which the account's plan has room; without a limit that is one query.

    Args:
        connection: A write transaction.
        account_id: The account; None for what nobody owns, which nothing limits.
        quota: What it is to get more of.
        n_more: How many.
        field: The field of the request that named the account.

    Raises:
        InputError: The plan does not allow that many; names the field.
    """
    if account_id is None:
        return
    found = connection.execute(_PLANS[quota], {"id": account_id}).one_or_none()
    if found is None:
        return
    one_at_a_time(connection, f"quota of account {account_id}")
    n_present = connection.execute(_COUNTS[quota], {"id": account_id}).scalar_one()
    if n_present + n_more > found.most:
        text = f"The plan '{found.name}' limits the {quota.value} of this account to {found.most}; it has {n_present}."
        raise InputError(text, field=field)
