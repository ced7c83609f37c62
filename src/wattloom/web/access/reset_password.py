"""Forgotten passwords: ask for a link by mail, and set a new password with it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask

from wattloom.accounts import User, find_login, set_password, user_of_claim
from wattloom.db import one_at_a_time
from wattloom.errors import AuthenticationError, InputError, TooManyRequestsError
from wattloom.http import (
    Services,
    ServicesDep,
    address_of,
    check_csrf,
    csrf_token,
    make_router,
    send_reset_instructions,
)
from wattloom.language import gettext as _
from wattloom.web.form import Form
from wattloom.web.refusals import refusal_text
from wattloom.web.rendering import Pages

SECRET_PATH = "/reset/"  # noqa: S105 - the beginning of addresses that end with a secret
_MAX_EMAIL = 255


def reset_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/reset``."""
    router = make_router()
    router.include_router(_asking_routes(pages))
    router.include_router(_link_routes(pages))
    return router


def _asking_routes(pages: Pages) -> APIRouter:
    router = make_router()

    def form(request: Request, services: Services, *, problem: str = "", status: int = 200) -> Response:
        context = {"csrf_token": csrf_token(request, services), "problem": problem}
        return pages.html("access/reset.html", status=status, context=context)

    @router.get("/reset")
    def show_form(request: Request, services: ServicesDep) -> Response:
        return form(request, services)

    @router.post("/reset")
    def ask_for_link(request: Request, services: ServicesDep, sent: Form) -> Response:
        check_csrf(request, services, sent.get("csrf_token", ""))
        email = sent.get("email", "").strip()[:_MAX_EMAIL]
        try:
            services.mail_limiter.take(address_of(request), "")
        except TooManyRequestsError as error:
            return form(request, services, problem=refusal_text(error), status=429)
        answer = pages.html("access/reset_sent.html", context={"email": email})
        # Looked up only when the answer has left: neither its text nor its time tells who has a login here.
        answer.background = BackgroundTask(_send_to_owner, services, email)
        return answer

    return router


def _link_routes(pages: Pages) -> APIRouter:
    router = make_router()

    def spent() -> Response:
        return pages.html("access/reset_spent.html", status=400, context={})

    def form(request: Request, services: Services, token: str, *, problem: str = "") -> Response:
        try:
            email = _owner(services, token).email
        except AuthenticationError:
            return spent()
        context = {"csrf_token": csrf_token(request, services), "token": token, "email": email, "problem": problem}
        return pages.html("access/reset_new_password.html", status=422 if problem else 200, context=context)

    @router.get("/reset/{token}")
    def show_new_password_form(request: Request, services: ServicesDep, token: str) -> Response:
        return form(request, services, token)

    @router.post("/reset/{token}")
    def submit_new_password(request: Request, services: ServicesDep, token: str, sent: Form) -> Response:
        check_csrf(request, services, sent.get("csrf_token", ""))
        try:
            _set_by_link(services, token, sent)
        except AuthenticationError:
            return spent()
        except InputError as error:
            return form(request, services, token, problem=refusal_text(error))
        return RedirectResponse("/login?notice=password-set", status_code=303)

    return router


def _send_to_owner(services: Services, email: str) -> None:
    """Mail the link if an active user has this e-mail and has not asked for too many."""
    try:
        services.mail_limiter.take("reset", email)
    except TooManyRequestsError:
        return
    with services.database.write() as connection:
        login = find_login(connection, email)
        if login is not None and login.user.active:
            send_reset_instructions(connection, services, login.user, by=None)


def _owner(services: Services, token: str) -> User:
    """Return whom a link was mailed to.

    Raises:
        AuthenticationError: The link was used, is too old, or is not ours.
    """
    claim = services.resets.read(token)
    with services.database.read() as connection:
        return user_of_claim(connection, claim, now=services.clock())


def _set_by_link(services: Services, token: str, sent: Mapping[str, str]) -> None:
    """Set the password of whom the link was mailed to.

    Raises:
        AuthenticationError: The link was used, is too old, or is not ours.
        InputError: The password does not fit.
    """
    password = sent.get("password", "")
    if password != sent.get("password_again", ""):
        raise InputError(_("The two passwords differ."), field="password_again")
    claim = services.resets.read(token)
    with services.database.write() as connection:
        # The second of two at the same time has to see that the link is spent.
        one_at_a_time(connection, f"password of {claim.user_id}")
        user = user_of_claim(connection, claim, now=services.clock())
        set_password(connection, user, password, by=user, now=services.clock())
