"""Users as clients send and see them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.accounts import Account, User
from wattloom.api.fields import ZoneName
from wattloom.api.v3_0.accounts.schemas import AccountJson, account_json
from wattloom.api.v3_0.audit_records import AuditRecordJson
from wattloom.api.v3_0.paging import ListParams
from wattloom.db import Listing
from wattloom.http import Id

_SORTING = "What to sort by; needs the direction as well."


class UserListParams(ListParams):
    """Which users to list."""

    account: Id | None = Field(None, description="Users of this account (or account_id).")
    include_inactive: bool = Field(False, description="Those who cannot log in as well.")
    sort_by: Literal["username", "email", "lastLogin", "lastSeen"] | None = Field(
        None, alias="sort-by", description=_SORTING
    )


class UserAuditListParams(ListParams):
    """Which records of what was done to a user to list."""

    sort_by: Literal["username", "email", "event_datetime", "lastLogin", "lastSeen"] | None = Field(
        None, alias="sort-by", description="Only event_datetime has an effect; needs the direction as well."
    )

    def listing(self) -> Listing:
        """Return the part of the list that is asked for."""
        listing = super().listing()
        return listing if listing.sort_by == "event_datetime" else replace(listing, sort_by=None)


class NewUserBody(BaseModel):
    """A user to create."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=255, description="Where the link for setting a password is sent.")
    username: str = Field(min_length=1, max_length=255)
    account_id: Id


class UserChanges(BaseModel):
    """Fields of a user to change; any subset."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field("", max_length=255, description="What the user logs in with.")
    username: str = Field("", max_length=255)
    active: bool = Field(True, description="Whether the user can log in; not your own.")
    timezone: Annotated[ZoneName, Field(max_length=255)] = ""
    flexmeasures_roles: Annotated[list[Id], Field(max_length=100)] = Field(
        [], description="Ids of all roles of the user; not your own."
    )
    last_login_at: Any = Field(None, description="Ignored.")
    last_seen_at: Any = Field(None, description="Ignored.")


class _UserFields(TypedDict):
    id: int
    email: str
    username: str
    account_id: int
    active: bool
    timezone: str
    last_login_at: str | None
    last_seen_at: str | None


class UserJson(_UserFields):
    """A user: roles by id."""

    flexmeasures_roles: list[int]


class UserAnswer(UserJson):
    """A user by itself."""

    status: int


class ListedUserJson(_UserFields):
    """A user in a list: roles by name, and the whole account."""

    flexmeasures_roles: list[str]
    account: AccountJson


class DoneAnswer(TypedDict):
    """It was done."""

    status: int


UserPageJson = TypedDict(
    "UserPageJson", {"data": list[ListedUserJson], "num-records": int, "filtered-records": int, "status": int}
)
UserAuditPageJson = TypedDict(
    "UserAuditPageJson", {"data": list[AuditRecordJson], "num-records": int, "filtered-records": int, "status": int}
)


def user_json(user: User, role_ids: Sequence[int]) -> UserJson:
    """Return a user as clients see it."""
    return {**_fields(user), "flexmeasures_roles": list(role_ids)}


def user_answer(user: User, role_ids: Sequence[int]) -> UserAnswer:
    """Return a user by itself as clients see it."""
    return {**user_json(user, role_ids), "status": 200}


def listed_user_json(user: User, account: Account) -> ListedUserJson:
    """Return a user in a list as clients see it."""
    return {**_fields(user), "flexmeasures_roles": sorted(user.roles), "account": account_json(account)}


def _fields(user: User) -> _UserFields:
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
