"""The endpoints of users."""

from typing import Annotated

from fastapi import Query

from wattloom.accounts import (
    Action,
    account_resource,
    get_accounts,
    list_users,
    policy,
    role_ids,
)
from wattloom.api.subjects import ReadableUser
from wattloom.api.v3_0.paging import LIST_ALIASES, list_response
from wattloom.api.v3_0.users.schemas import UserListParams, listed_user_json, user_json
from wattloom.http import CurrentUser, JsonResponse, ReadConnection, make_router, query_aliases

router = make_router(prefix="/v3_0/users", tags=["Users"])


@router.get("", summary="List users")
@query_aliases(**LIST_ALIASES, account_id="account")
def index(params: Annotated[UserListParams, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List the users of all accounts that you may read, or of one account."""
    if params.account is not None:
        policy.check(user, Action.READ, account_resource(connection, params.account))
    page = list_users(
        connection,
        user,
        params.listing(),
        account_id=params.account,
        include_inactive=params.include_inactive,
    )
    accounts = get_accounts(connection, (listed.account_id for listed in page.items))
    return list_response(page, params, lambda listed: listed_user_json(listed, accounts[listed.account_id]))


@router.get("/{id}", summary="Get a user")
def fetch_one(shown: ReadableUser, connection: ReadConnection) -> JsonResponse:
    """Return one user."""
    return JsonResponse(user_json(shown, role_ids(connection, shown.id)) | {"status": 200})
