"""Pages of accounts: the list, a new one, one account with what may be changed, and what was done to it."""

from fastapi import APIRouter, Response

from wattloom.accounts import (
    Account,
    Action,
    Kind,
    Plan,
    Resource,
    clients_of_account,
    count_users_and_assets,
    get_accounts,
    get_plan,
    list_account_audit,
    list_accounts,
    list_plans,
    list_roles,
    list_users,
    policy,
)
from wattloom.db import Listing
from wattloom.http import AccountWithReadableLog, PageVisit, ReadableAccount, Visit, make_router
from wattloom.language import gettext as _
from wattloom.web.branding import BRANDING_PATH, brand_of, stylesheet
from wattloom.web.json_text import indented
from wattloom.web.rendering import Pages
from wattloom.web.tables import listing_of, table_state
from wattloom.web.times import reading_times

_SORTABLE = frozenset({"id", "name", "users", "assets"})
_MAX_USERS = 50


def account_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/accounts``, and of the style sheets of their brands."""
    router = make_router()

    @router.get("/accounts")
    def show_accounts(visit: Visit, role: str = "") -> Response:
        _users, roles = list_roles(visit.connection)
        chosen = role if role in {known.name for known in roles} else ""
        listing = listing_of(visit.request, _SORTABLE)
        found = list_accounts(visit.connection, visit.user, listing, role=chosen or None)
        context = {
            "accounts": found.items,
            "counts": count_users_and_assets(visit.connection, [account.id for account in found.items]),
            "table": table_state(visit.request, listing, found.n_filtered, role=chosen),
            "roles": roles,
            "role": chosen,
            "may_create": _may_create(visit),
        }
        return pages.show("accounts/accounts.html", visit, context)

    # The paths with words stand before those with ids.
    @router.get("/accounts/new")
    def show_new(visit: Visit) -> Response:
        policy.check(visit.user, Action.CREATE_CHILDREN, Resource(Kind.PLATFORM))
        others = list_accounts(visit.connection, visit.user, Listing(sort_by="name")).items
        offered = [(other.id, other.name) for other in others] if visit.user.is_admin else []
        return pages.show("accounts/new_account.html", visit, {"consultancies": offered})

    @router.get("/accounts/auditlog/{id}")
    def show_log(account: AccountWithReadableLog, visit: Visit) -> Response:
        context = {"account": account, "records": list_account_audit(visit.connection, account.id)}
        return pages.show("accounts/account_log.html", visit, context | reading_times(visit))

    @router.get("/accounts/{id}")
    def show_account(account: ReadableAccount, visit: Visit) -> Response:
        return pages.show("accounts/account.html", visit, _account_context(visit, account))

    @router.get(BRANDING_PATH)
    def show_branding(visit: Visit) -> Response:
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        return Response(stylesheet(brand_of(visit)), media_type="text/css", headers=headers)

    return router


def _may_create(visit: PageVisit) -> bool:
    return policy.allows(visit.user, Action.CREATE_CHILDREN, Resource(Kind.PLATFORM))


def _account_context(visit: PageVisit, account: Account) -> dict[str, object]:
    connection, user = visit.connection, visit.user
    consultancies = get_accounts(connection, [account.consultancy_account_id] if account.consultancy_account_id else [])
    _user_roles, roles = list_roles(connection)
    shared = Resource(Kind.SHARED_ACCOUNT, account.id, account.consultancy_account_id)
    first_users = Listing(page=1, per_page=_MAX_USERS, sort_by="username")
    members_may = visit.services.options.members_may_update_account
    return {
        "account": account,
        "consultancy": consultancies.get(account.consultancy_account_id or 0),
        "clients": clients_of_account(connection, account.id),
        "counts": count_users_and_assets(connection, [account.id])[account.id],
        "plan": plan_name(get_plan(connection, account.plan_id)) if account.plan_id else "",
        "plan_options": [(plan.id, plan_name(plan)) for plan in list_plans(connection)] if user.is_admin else [],
        "roles": roles if user.is_admin else [],
        "users": list_users(connection, user, first_users, account_id=account.id, include_inactive=True),
        "attributes_json": indented(account.attributes),
        "may_change": policy.allows(user, Action.UPDATE, shared if members_may else account.resource),
        "may_invite": policy.allows(user, Action.CREATE_CHILDREN, account.resource),
        "may_read_log": policy.allows(user, Action.READ, _log_of(account)),
        **reading_times(visit),
    }


def plan_name(plan: Plan) -> str:
    """Return what a plan is called; they have numbers only."""
    return _("Plan %(id)s", id=plan.id)


def _log_of(account: Account) -> Resource:
    return Resource(Kind.ACCOUNT_AUDIT_LOG, account.id, account.consultancy_account_id)
