"""The first account and user of a server, made by whoever can read what the server prints.

A server without users prints an address with a code. The code is derived from
the secret key, and good for nothing once there is a user.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from wattloom.accounts import (
    NewAccount,
    NewUser,
    User,
    create_account,
    create_user,
    has_users,
    seed_roles,
)
from wattloom.assets import seed_asset_types
from wattloom.db import one_at_a_time
from wattloom.errors import ConflictError, InputError, PermissionDeniedError
from wattloom.http import Services, ServicesDep, check_csrf, csrf_token, make_router, start_session
from wattloom.language import gettext as _
from wattloom.web.form import Form
from wattloom.web.refusals import refusal_text
from wattloom.web.rendering import Pages

FIRST_USER_PATH: Final = "/setup/account"
_ROLES: Final = ("admin", "account-admin")


def first_user_url(url: str, secret_key: str) -> str:
    """Return the address at which the first user of a server is made.

    Args:
        url: Where browsers find the server, without a slash at the end.
        secret_key: The server's signing key.
    """
    return f"{url}{FIRST_USER_PATH}?code={_code(secret_key)}"


def first_user_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/setup/account``."""
    router = make_router()

    def form(
        request: Request, services: Services, code: str, sent: Mapping[str, str], error: InputError | None = None
    ) -> Response:
        context = {
            "csrf_token": csrf_token(request, services),
            "code": code,
            "sent": sent,
            "problem": refusal_text(error) if error else "",
            "timezones": sorted(available_timezones()),
        }
        return pages.html("setup/first_user.html", context=context, status=422 if error else 200)

    @router.get(FIRST_USER_PATH)
    def show_form(request: Request, services: ServicesDep, code: str = "") -> Response:
        with services.database.read() as connection:
            if has_users(connection):
                return RedirectResponse("/setup", status_code=302)
        _check_code(services, code)
        return form(request, services, code, {})

    @router.post(FIRST_USER_PATH)
    def submit(request: Request, services: ServicesDep, sent: Form) -> Response:
        check_csrf(request, services, sent.get("csrf_token", ""))
        code = sent.get("code", "")
        _check_code(services, code)
        try:
            user = _create(services, sent)
        except InputError as error:
            return form(request, services, code, sent, error)
        done = RedirectResponse("/setup", status_code=303)
        start_session(done, services, user)
        return done

    return router


def _code(secret_key: str) -> str:
    return hmac.new(secret_key.encode(), b"wattloom.first-user", hashlib.sha256).hexdigest()[:32]


def _check_code(services: Services, code: str) -> None:
    if not hmac.compare_digest(code.encode(), _code(services.options.secret_key).encode()):
        advice = _("Open the address that the server printed when it started.")
        raise PermissionDeniedError("create", "first user", advice=advice)


def _create(services: Services, sent: Mapping[str, str]) -> User:
    """Create the account and its user.

    Raises:
        ConflictError: Somebody else was first.
        InputError: A field is missing or does not fit; names it.
    """
    for field in ("account", "email", "password", "timezone"):
        if not sent.get(field, "").strip():
            raise InputError(_("This is needed."), field=field)
    now = services.clock()
    with services.database.write() as connection:
        one_at_a_time(connection, "first user")
        if has_users(connection):
            raise ConflictError(_("This server has users already: log in."))
        seed_roles(connection)
        seed_asset_types(connection)
        account = create_account(connection, NewAccount(name=sent["account"].strip()), by=None, now=now)
        new = NewUser(
            email=sent["email"],
            account_id=account.id,
            password=sent["password"],
            timezone=sent["timezone"],
            roles=_ROLES,
        )
        return create_user(connection, new, by=None, now=now)
