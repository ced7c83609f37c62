"""The endpoints of accounts."""

from typing import Annotated

from fastapi import Query

from wattloom.accounts import Action, count_users_and_assets, get_account, list_accounts, policy
from wattloom.api.v3_0.accounts.schemas import AccountListParams, account_json
from wattloom.api.v3_0.ids import PathId
from wattloom.api.v3_0.paging import LIST_ALIASES, page_response
from wattloom.http import CurrentUser, JsonResponse, ReadConnection, make_router, query_aliases

router = make_router(prefix="/v3_0/accounts", tags=["Accounts"])


@router.get("", summary="List accounts")
@query_aliases(**LIST_ALIASES)
def index(params: Annotated[AccountListParams, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List the accounts that you may read: your own, your clients', or all."""
    page = list_accounts(connection, user, params.listing(), role=params.role)
    if params.page is None:
        return JsonResponse([account_json(account) for account in page.items])
    counts = count_users_and_assets(connection, [account.id for account in page.items])
    data = [
        account_json(account) | dict(zip(("user_count", "asset_count"), counts[account.id], strict=True))
        for account in page.items
    ]
    return page_response(data, page, params.page)


@router.get("/{id}", summary="Get an account")
def fetch_one(account_id: PathId, connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """Return one account."""
    account = get_account(connection, account_id)
    policy.check(user, Action.READ, account.resource)
    return JsonResponse(account_json(account) | {"status": 200})
