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
    list_account_audit,
    list_accounts,
    policy,
    update_account,
)
from wattloom.api.v3_0.accounts.schemas import (
    AccountAnswer,
    AccountChanges,
    AccountJson,
    AccountListParams,
    AccountPageJson,
    NewAccountBody,
    account_answer,
    account_json,
    counted_account_json,
)
from wattloom.api.v3_0.audit_records import AuditRecordJson, audit_json
from wattloom.api.v3_0.paging import LIST_ALIASES, page_response
from wattloom.errors import PermissionDeniedError
from wattloom.http import (
    AccountWithReadableLog,
    CurrentUser,
    JsonResponse,
    ReadableAccount,
    ReadConnection,
    ServicesDep,
    SharedAccount,
    WriteConnection,
    make_router,
    query_aliases,
)

router = make_router(prefix="/v3_0/accounts", tags=["Accounts"])


@router.get("", summary="List accounts", response_model=list[AccountJson] | AccountPageJson)
@query_aliases(**LIST_ALIASES)
def index(params: Annotated[AccountListParams, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List the accounts that you may read: your own, your clients', or all.

    A page also says how many users and assets each account has.
    """
    page = list_accounts(connection, user, params.listing(), role=params.role)
    if params.page is None:
        return JsonResponse([account_json(account) for account in page.items])
    counts = count_users_and_assets(connection, [account.id for account in page.items])
    data = [counted_account_json(account, *counts[account.id]) for account in page.items]
    return page_response(data, page, params.page)


@router.post("", summary="Create an account", status_code=201, response_model=AccountAnswer)
def post(body: NewAccountBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Create an account; one that a consultant creates is a client of the consultant's account."""
    policy.check(user, Action.CREATE_CHILDREN, Resource(Kind.PLATFORM))
    consultancy_id = body.consultancy_account_id
    if not user.is_admin:
        if consultancy_id not in {None, user.account_id}:
            advice = "The account can only be a client of your own."
            raise PermissionDeniedError(Action.CREATE_CHILDREN, Kind.ACCOUNT, advice=advice)
        consultancy_id = user.account_id
    new = NewAccount(name=body.name, consultancy_account_id=consultancy_id)
    account = create_account(connection, new, by=user, now=services.clock())
    return JsonResponse(account_answer(account, 201), 201)


@router.get("/{id}", summary="Get an account", response_model=AccountAnswer)
def fetch_one(account: ReadableAccount) -> JsonResponse:
    """Return one account."""
    return JsonResponse(account_answer(account))


@router.patch("/{id}", summary="Update an account", response_model=AccountAnswer)
def patch(
    account: SharedAccount, body: AccountChanges, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Change any subset of the fields, as account-admin or consultant of the account.

    Only admins change the plan and the role Consultancy; the consultancy is changed
    by admins, and by consultants to their own account or to none.
    """
    if not services.options.members_may_update_account:
        policy.check(user, Action.UPDATE, account.resource)
    updated = update_account(connection, account, body.chosen(), by=user, now=services.clock())
    return JsonResponse(account_answer(updated))


@router.get("/{id}/auditlog", summary="Get the history of an account", response_model=list[AuditRecordJson])
def auditlog(account: AccountWithReadableLog, connection: ReadConnection) -> JsonResponse:
    """Return all that was done to an account and to its users, newest first."""
    return JsonResponse([audit_json(record) for record in list_account_audit(connection, account.id)])
