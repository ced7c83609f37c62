"""The endpoints of users."""

from typing import Annotated

from fastapi import Query

from wattloom.accounts import (
    Action,
    NewUser,
    account_resource,
    create_user,
    get_accounts,
    list_user_audit,
    list_users,
    policy,
    reset_password,
    role_ids,
    role_names,
    update_user,
)
from wattloom.api.documented_errors import refusal
from wattloom.api.v3_0.audit_records import AuditRecordJson, audit_json
from wattloom.api.v3_0.paging import LIST_ALIASES, list_response
from wattloom.api.v3_0.users.schemas import (
    DoneAnswer,
    ListedUserJson,
    NewUserBody,
    UserAnswer,
    UserAuditListParams,
    UserAuditPageJson,
    UserChanges,
    UserJson,
    UserListParams,
    UserPageJson,
    listed_user_json,
    user_answer,
    user_json,
)
from wattloom.assets import source_of_user
from wattloom.http import (
    ChangeableUser,
    CurrentUser,
    JsonResponse,
    ReadableUser,
    ReadConnection,
    ServicesDep,
    UserWithReadableLog,
    WriteConnection,
    mail_what_happened,
    make_router,
    query_aliases,
    send_reset_instructions,
)

router = make_router(prefix="/v3_0/users", tags=["Users"])


@router.get("", summary="List users", response_model=list[ListedUserJson] | UserPageJson)
@query_aliases(**LIST_ALIASES, account_id="account")
def index(params: Annotated[UserListParams, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List the users of all accounts that you may read, or of one account.

    Search terms must each occur in the e-mail, the user name or the name of the account.
    """
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


@router.post("", summary="Create a user", status_code=201, response_model=UserJson, responses=refusal(404))
def post(body: NewUserBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Create a user without roles, and mail it a link for setting a password.

    Account-admins do this for their account, consultants for their clients.
    """
    policy.check(user, Action.CREATE_CHILDREN, account_resource(connection, body.account_id))
    new = NewUser(email=body.email, username=body.username, account_id=body.account_id)
    created = create_user(connection, new, by=user, now=services.clock())
    source_of_user(connection, created)
    send_reset_instructions(connection, services, created, by=user, is_new=True)
    return JsonResponse(user_json(created, ()), 201)


@router.get("/{id}", summary="Get a user", response_model=UserAnswer)
def fetch_one(shown: ReadableUser, connection: ReadConnection) -> JsonResponse:
    """Return one user."""
    return JsonResponse(user_answer(shown, role_ids(connection, shown.id)))


@router.patch("/{id}", summary="Update a user", response_model=UserAnswer)
def patch(
    changed: ChangeableUser, body: UserChanges, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Change any subset of the fields, of yourself or of a user of an account that you look after.

    Nobody changes their own roles or activity. Consultants give the role account-admin,
    account-admins the role consultant, and only admins the role admin-reader.
    On a new server these have the ids 3, 4 and 2; refusals of unknown ids list all.
    A user who is deactivated, or gets another e-mail, is logged out everywhere at once.
    """
    fields = ("email", "username", "active", "timezone")
    changes = {name: getattr(body, name) for name in fields if name in body.model_fields_set}
    if "flexmeasures_roles" in body.model_fields_set:
        names = role_names(connection, body.flexmeasures_roles, field="flexmeasures_roles")
        changes["roles"] = frozenset(names.values())
    updated = update_user(connection, changed, changes, by=user, now=services.clock())
    if updated.email != changed.email:
        # To the old address: whoever took the login over reads the new one.
        mail_what_happened(connection, services, changed, f"The e-mail that you log in with is now {updated.email}.")
    return JsonResponse(user_answer(updated, role_ids(connection, updated.id)))


@router.patch("/{id}/password-reset", summary="Reset the password of a user", response_model=DoneAnswer)
def reset_user_password(
    reset: ChangeableUser, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Make the password of a user useless, end its logins and tokens, and mail it a link for setting a new one."""
    reset_password(connection, reset, by=user, now=services.clock())
    send_reset_instructions(connection, services, reset, by=user)
    return JsonResponse({"status": 200})


@router.get(
    "/{id}/auditlog", summary="Get the history of a user", response_model=list[AuditRecordJson] | UserAuditPageJson
)
@query_aliases(**LIST_ALIASES)
def auditlog(
    shown: UserWithReadableLog, params: Annotated[UserAuditListParams, Query()], connection: ReadConnection
) -> JsonResponse:
    """Return what was done to a user, newest first; for the user, account-admins and consultants.

    Without ``page`` the answer is an array, with it an object that also counts.
    """
    return list_response(list_user_audit(connection, shown.id, params.listing()), params, audit_json)
