"""Accounts as clients see them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wattloom.accounts import Account
from wattloom.api.v3_0.json_columns import json_text
from wattloom.api.v3_0.paging import ListParams
from wattloom.http import Id


class AccountListParams(ListParams):
    """Which accounts to list."""

    role: str | None = Field(None, max_length=80, description="Only accounts with this role.")
    sort_by: Literal["id", "name", "assets", "users"] | None = Field(None, alias="sort-by")


class NewAccountBody(BaseModel):
    """An account to create."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Dockside"}]})

    name: str = Field(max_length=100)
    consultancy_account_id: Id | None = Field(
        None, description="Account whose consultants look after the new one; for consultants their own."
    )


def account_json(account: Account) -> dict[str, Any]:
    """Return an account as clients see it; there are no plans yet."""
    return {
        "id": account.id,
        "name": account.name,
        "primary_color": account.primary_color,
        "secondary_color": account.secondary_color,
        "logo_url": account.logo_url,
        "attributes": json_text(account.attributes),
        "account_roles": [{"id": role_id, "name": name} for role_id, name in account.roles],
        "consultancy_account_id": account.consultancy_account_id,
        "plan_id": None,
    }
