"""Logging in and out with a browser session; the login also takes JSON, as scripts send it."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from wattloom.accounts import User
from wattloom.errors import AuthenticationError, TooManyRequestsError
from wattloom.http import (
    CurrentUser,
    JsonResponse,
    Services,
    ServicesDep,
    begin_login,
    check_csrf,
    check_password,
    check_second_factor,
    csrf_token,
    end_session,
    finish_login,
    keep_pending,
    make_router,
    needs_code,
    parse_json_text,
    start_session,
)
from wattloom.language import gettext as _
from wattloom.web.form import form_status
from wattloom.web.refusals import refusal_text
from wattloom.web.rendering import Pages
from wattloom.web.security import safe_next

_JSON: Final = "application/json"
_APP_CODE_NEEDED: Final = (
    "A second factor is needed: send the same again with the code of the authenticator app, or a recovery code,"
    " in the field 'code'."
)
_MAILED_CODE_NEEDED: Final = (
    "A second factor is needed, and a code was mailed: send the same again, with the cookie of this answer"
    " and the code in the field 'code'."
)


class Credentials(BaseModel):
    """What somebody typed, or a script sent."""

    model_config = ConfigDict(frozen=True)

    is_json: bool
    email: str = ""
    password: str = Field(default="", repr=False)
    code: str = Field(default="", repr=False)
    csrf_token: str = ""
    next: str = "/"


async def _read_credentials(request: Request) -> Credentials:
    """Read a form or JSON; what is missing or no text that anybody can have counts as empty."""
    is_json = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _JSON
    sent = _parsed(await request.body()) if is_json else dict(await request.form())
    code = sent.get("code")
    if isinstance(code, int):  # as a number it has lost the zeros that it may begin with
        sent["code"] = f"{code:06}"
    texts = {name: value for name, value in sent.items() if isinstance(value, str) and "\0" not in value}
    return Credentials.model_validate(texts | {"is_json": is_json})


def _notice(name: str) -> str:
    return _("Your new password is set. You can log in with it.") if name == "password-set" else ""


def _missing(sent: Credentials) -> list[str]:
    """Return what to tell a script about fields without which nobody can log in."""
    fields = {"email": sent.email, "password": sent.password}
    return [f"The field '{name}' is missing, empty or no text." for name, value in fields.items() if not value.strip()]


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        sent = parse_json_text(body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _logged_in(request: Request, services: Services, sent: Credentials) -> Response:
    """Return the answer to right credentials: a session, or the question for a code.

    Raises:
        AuthenticationError: They are wrong.
        TooManyRequestsError: Too many attempts have failed.
    """
    user = check_password(request, services, email=sent.email, password=sent.password)
    if needs_code(request, services, user):
        if not sent.code.strip():
            return _asked_for_code(services, user, sent)
        check_second_factor(request, services, user, sent.code)
    finish_login(services, user)
    done: Response = JsonResponse({"user_id": user.id, "status": 200})
    if not sent.is_json:
        done = RedirectResponse(safe_next(sent.next), status_code=303)
    start_session(done, services, user)
    return done


def _asked_for_code(services: Services, user: User, sent: Credentials) -> Response:
    """Answer to a right password that is not enough; the cookie says that it was right."""
    token = begin_login(services, user)
    asked: Response = RedirectResponse(f"/tf-validate?{urlencode({'next': safe_next(sent.next)})}", status_code=303)
    if sent.is_json:
        text = _APP_CODE_NEEDED if user.has_authenticator else _MAILED_CODE_NEEDED
        asked = JsonResponse({"errors": [text], "status": 400}, 400)
    keep_pending(asked, services, token)
    return asked


def login_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/login`` and ``/logout``."""
    router = make_router()

    def form(
        request: Request, services: Services, *, target: str, email: str = "", problem: str = "", status: int = 200
    ) -> Response:
        csrf = csrf_token(request, services)
        context = {"next": safe_next(target), "email": email, "problem": problem, "csrf_token": csrf}
        notice = _notice(request.query_params.get("notice", ""))
        return pages.html("access/login.html", status=status, context=context | {"notice": notice})

    @router.get("/login")
    def show_login(
        request: Request, services: ServicesDep, target: Annotated[str, Query(alias="next")] = "/"
    ) -> Response:
        return form(request, services, target=target)

    @router.post("/login")
    def submit_login(
        request: Request, services: ServicesDep, sent: Annotated[Credentials, Depends(_read_credentials)]
    ) -> Response:
        if not sent.is_json:  # browsers do not send JSON to another site without asking it first
            check_csrf(request, services, sent.csrf_token)
        elif missing := _missing(sent):
            return JsonResponse({"errors": missing, "status": 400}, 400)
        try:
            return _logged_in(request, services, sent)
        except (AuthenticationError, TooManyRequestsError) as error:
            status = form_status(error)
            if sent.is_json:
                return JsonResponse({"errors": [error.message], "status": status}, status)
            return form(
                request, services, target=sent.next, email=sent.email, problem=refusal_text(error), status=status
            )

    @router.get("/logout")
    def show_logout(request: Request, services: ServicesDep, _user: CurrentUser) -> Response:
        return pages.html("access/logout.html", context={"csrf_token": csrf_token(request, services)})

    @router.post("/logout")
    def submit_logout(
        request: Request, services: ServicesDep, sent: Annotated[Credentials, Depends(_read_credentials)]
    ) -> Response:
        check_csrf(request, services, sent.csrf_token)
        done = RedirectResponse("/login", status_code=303)
        end_session(done, services)
        return done

    return router
