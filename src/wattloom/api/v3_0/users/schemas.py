"""Users as clients see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from wattloom.accounts import Account, User
from wattloom.api.v3_0.accounts.schemas import account_json
from wattloom.api.v3_0.paging import ListParams
from wattloom.http import Id


class UserListParams(ListParams):
    """Which users to list."""

    account: Id | None = Field(None, description="Users of this account (or account_id).")
    include_inactive: bool = Field(False, description="Those who cannot log in as well.")
    sort_by: Literal["username", "email", "lastLogin", "lastSeen"] | None = Field(None, alias="sort-by")


def user_json(user: User, role_ids: Sequence[int]) -> dict[str, Any]:
    """Return one user as clients see it: roles by id."""
    return _fields(user) | {"flexmeasures_roles": list(role_ids)}


def listed_user_json(user: User, account: Account) -> dict[str, Any]:
    """Return a user in a list as clients see it: roles by name, and the whole account."""
    return _fields(user) | {"flexmeasures_roles": sorted(user.roles), "account": account_json(account)}


def _fields(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "account_id": user.account_id,
        "active": user.active,
        "timezone": user.timezone,
        "last_login_at": _iso(user.last_login_at),
        "last_seen_at": _iso(user.last_seen_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
