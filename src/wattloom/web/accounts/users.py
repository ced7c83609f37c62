"""Pages of users: the list, one user with what may be changed, and what was done to it."""

from zoneinfo import available_timezones

from fastapi import APIRouter, Response

from wattloom.accounts import (
    Action,
    User,
    account_resource,
    get_account,
    get_accounts,
    list_api_keys,
    list_roles,
    list_user_audit,
    list_users,
    policy,
    role_ids,
    user_resource,
)
from wattloom.http import ChangeableUser, PageVisit, ReadableUser, UserWithReadableLog, Visit, make_router
from wattloom.language import gettext as _
from wattloom.web.rendering import Pages
from wattloom.web.tables import listing_of, table_state
from wattloom.web.times import reading_times

_SORTABLE = frozenset({"username", "email", "lastLogin", "lastSeen"})


def user_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/users``."""
    router = make_router()

    @router.get("/users")
    def show_users(visit: Visit, include_inactive: bool = False) -> Response:  # noqa: FBT001, FBT002 - part of the query
        listing = listing_of(visit.request, _SORTABLE)
        found = list_users(visit.connection, visit.user, listing, include_inactive=include_inactive)
        kept = {"include_inactive": "true" if include_inactive else ""}
        context = {
            "users": found.items,
            "accounts": get_accounts(visit.connection, {shown.account_id for shown in found.items}),
            "table": table_state(visit.request, listing, found.n_filtered, **kept),
            "include_inactive": include_inactive,
            "may_invite": _may_invite(visit, visit.user.account_id),
            **reading_times(visit),
        }
        return pages.show("accounts/users.html", visit, context)

    # The paths with words stand before those with ids.
    @router.get("/users/auditlog/{id}")
    def show_log(shown: UserWithReadableLog, visit: Visit) -> Response:
        listing = listing_of(visit.request, {"event_datetime"})
        found = list_user_audit(visit.connection, shown.id, listing)
        context = {
            "shown": shown,
            "records": found.items,
            "table": table_state(visit.request, listing, found.n_filtered),
            **reading_times(visit),
        }
        return pages.show("accounts/user_log.html", visit, context)

    @router.get("/users/reset_password_for/{id}")
    def confirm_reset(shown: ChangeableUser, visit: Visit) -> Response:
        return pages.show("accounts/reset_password_for.html", visit, {"shown": shown})

    @router.get("/users/{id}")
    def show_user(shown: ReadableUser, visit: Visit) -> Response:
        return pages.show("accounts/user.html", visit, _user_context(visit, shown))

    return router


def _may_invite(visit: PageVisit, account_id: int) -> bool:
    return policy.allows(visit.user, Action.CREATE_CHILDREN, account_resource(visit.connection, account_id))


def _user_context(visit: PageVisit, shown: User) -> dict[str, object]:
    resource = user_resource(visit.connection, shown)
    own_roles = set(role_ids(visit.connection, shown.id))
    roles, _account_roles = list_roles(visit.connection)
    offered = [role for role in roles if role.id in own_roles or policy.may_assign(visit.user, role.name, resource)]
    is_self = shown.id == visit.user.id
    may_change = policy.allows(visit.user, Action.UPDATE, resource)
    return {
        "shown": shown,
        "account": get_account(visit.connection, shown.account_id),
        "roles": offered,
        "role_ids": own_roles,
        "role_words": {role.id: _(role.description) for role in offered if role.description},
        "keys": list_api_keys(visit.connection, shown.id) if may_change and not is_self else [],
        "timezones": sorted(available_timezones()),
        "may_change": may_change,
        "is_self": is_self,
        **reading_times(visit),
    }
