"""The endpoints of accounts."""

from typing import Annotated

from fastapi import Query

from wattloom.accounts import (
    Action,
    Kind,
    NewAccount,
    Resource,
    count_users_and_assets,
    create_account,
    list_accounts,
    policy,
)
from wattloom.api.subjects import ReadableAccount
from wattloom.api.v3_0.accounts.schemas import AccountListParams, NewAccountBody, account_json
from wattloom.api.v3_0.paging import LIST_ALIASES, page_response
from wattloom.errors import PermissionDeniedError
from wattloom.http import (
    CurrentUser,
    JsonResponse,
    ReadConnection,
    ServicesDep,
    WriteConnection,
    make_router,
    query_aliases,
)

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


@router.post("", summary="Create an account", status_code=201)
def post(body: NewAccountBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Create an account; one that a consultant creates is a client of the consultant's account."""
    policy.check(user, Action.CREATE_CHILDREN, Resource(Kind.PLATFORM))
    consultancy_id = body.consultancy_account_id
    if not user.is_admin:
        if consultancy_id not in {None, user.account_id}:
            raise PermissionDeniedError(Action.CREATE_CHILDREN, Kind.ACCOUNT)
        consultancy_id = user.account_id
    new = NewAccount(name=body.name, consultancy_account_id=consultancy_id)
    account = create_account(connection, new, by=user, now=services.clock())
    return JsonResponse(account_json(account) | {"status": 201}, 201)


@router.get("/{id}", summary="Get an account")
def fetch_one(account: ReadableAccount) -> JsonResponse:
    """Return one account."""
    return JsonResponse(account_json(account) | {"status": 200})
