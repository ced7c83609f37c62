"""The second step of a login: the code of an app, a recovery code, or a code that was mailed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from wattloom.accounts import User
from wattloom.errors import AuthenticationError, TooManyRequestsError, WattloomError
from wattloom.http import (
    Services,
    ServicesDep,
    begin_login,
    check_csrf,
    check_second_factor,
    csrf_token,
    end_pending,
    finish_login,
    keep_pending,
    make_router,
    pending_user,
    start_session,
)
from wattloom.language import gettext as _
from wattloom.web.form import Form, form_status
from wattloom.web.refusals import refusal_text
from wattloom.web.rendering import Pages
from wattloom.web.security import safe_next


def validate_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/tf-validate`` and ``/tf-rescue``.

    Without a login that has begun they lead back to the login page, since
    AuthenticationError does.
    """
    router = make_router()

    def page(
        request: Request,
        services: Services,
        user: User,
        *,
        target: str,
        refusal: WattloomError | None = None,
        notice: str = "",
    ) -> Response:
        context = {
            "csrf_token": csrf_token(request, services),
            "next": safe_next(target),
            "problem": refusal_text(refusal) if refusal is not None else "",
            "notice": notice,
            "has_app": user.has_authenticator,
            "email": _hinted(user.email),
        }
        return pages.html("access/tf_validate.html", status=form_status(refusal), context=context)

    @router.get("/tf-validate")
    def show_code_form(
        request: Request, services: ServicesDep, target: Annotated[str, Query(alias="next")] = "/"
    ) -> Response:
        return page(request, services, pending_user(request, services), target=target)

    @router.post("/tf-validate")
    def submit_code(request: Request, services: ServicesDep, sent: Form) -> Response:
        check_csrf(request, services, sent.get("csrf_token", ""))
        user, target = pending_user(request, services), sent.get("next", "/")
        try:
            check_second_factor(request, services, user, sent.get("code", ""))
        except (AuthenticationError, TooManyRequestsError) as error:
            return page(request, services, user, target=target, refusal=error)
        finish_login(services, user)
        done = RedirectResponse(safe_next(target), status_code=303)
        start_session(done, services, user)
        end_pending(done, services, user, remembers="remember" in sent)
        return done

    @router.post("/tf-validate/again")
    def mail_another_code(request: Request, services: ServicesDep, sent: Form) -> Response:
        check_csrf(request, services, sent.get("csrf_token", ""))
        user, target = pending_user(request, services), sent.get("next", "/")
        try:
            token = begin_login(services, user)
        except TooManyRequestsError as error:
            return page(request, services, user, target=target, refusal=error)
        done = page(request, services, user, target=target, notice=_("A new code is on its way."))
        keep_pending(done, services, token)
        return done

    @router.get("/tf-rescue")
    def show_rescue() -> Response:
        return pages.html("access/tf_rescue.html", context={})

    return router


def _hinted(email: str) -> str:
    """Return an e-mail as its owner recognises it, and others do not: ``a…@example.com``."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"
