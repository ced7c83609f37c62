"""Accounts as clients send and see them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.accounts import Account
from wattloom.api.v3_0.json_columns import JsonObject, json_text
from wattloom.api.v3_0.paging import ListParams
from wattloom.http import Id

_CONSULTANCY = "Account whose consultants look after this one."


class AccountListParams(ListParams):
    """Which accounts to list."""

    role: str | None = Field(None, max_length=80, description="Only accounts with this role.")
    sort_by: Literal["id", "name", "assets", "users"] | None = Field(
        None, alias="sort-by", description="What to sort by; needs the direction as well."
    )


class NewAccountBody(BaseModel):
    """An account to create."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100)
    consultancy_account_id: Id | None = Field(None, description=f"{_CONSULTANCY} For consultants it is their own.")


class AccountChanges(BaseModel):
    """Fields of an account to change; any subset."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=100)
    primary_color: str | None = Field(None, description="3 or 6 hexadecimal digits, with or without #.")
    secondary_color: str | None = Field(None, description="As above.")
    logo_url: str | None = Field(None, description="Begins with http, https or ftp; at most 255 characters.")
    attributes: JsonObject = Field({}, description="Replaces all attributes.")
    consultancy_account_id: Id | None = Field(None, description=_CONSULTANCY)
    plan_id: Id | None = Field(None, description="Plan with its limits; only admins change it.")
    account_roles: Annotated[list[Id], Field(max_length=1000)] = Field([], description="Ids of all its roles.")

    def chosen(self) -> dict[str, Any]:
        """Return the values that were sent."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


class AccountRoleJson(TypedDict):
    """A role of an account."""

    id: int
    name: str


class AccountJson(TypedDict):
    """An account; ``attributes`` is a string that holds JSON."""

    id: int
    name: str
    primary_color: str | None
    secondary_color: str | None
    logo_url: str | None
    attributes: str
    account_roles: list[AccountRoleJson]
    consultancy_account_id: int | None
    plan_id: int | None


class AccountAnswer(AccountJson):
    """An account by itself."""

    status: int


class CountedAccountJson(AccountJson):
    """An account on a page of the list."""

    user_count: int
    asset_count: int


AccountPageJson = TypedDict(
    "AccountPageJson",
    {"data": list[CountedAccountJson], "num-records": int, "filtered-records": int, "status": int},
)


def account_json(account: Account) -> AccountJson:
    """Return an account as clients see it."""
    return {
        "id": account.id,
        "name": account.name,
        "primary_color": account.primary_color,
        "secondary_color": account.secondary_color,
        "logo_url": account.logo_url,
        "attributes": json_text(account.attributes),
        "account_roles": [{"id": role_id, "name": name} for role_id, name in account.roles],
        "consultancy_account_id": account.consultancy_account_id,
        "plan_id": account.plan_id,
    }


def account_answer(account: Account, status: int = 200) -> AccountAnswer:
    """Return an account by itself as clients see it."""
    return {**account_json(account), "status": status}


def counted_account_json(account: Account, n_users: int, n_assets: int) -> CountedAccountJson:
    """Return an account on a page of the list as clients see it."""
    return {**account_json(account), "user_count": n_users, "asset_count": n_assets}
