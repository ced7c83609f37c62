"""Browser sessions: a signed cookie, and the token that forged requests lack.

The cookie is HttpOnly and SameSite=Lax. A request that changes something on
the strength of the cookie alone must also carry the CSRF token of its session,
as header ``X-CSRF-Token`` or as form field ``csrf_token``.
"""

import hmac
from urllib.parse import urlsplit

from fastapi import Request, Response

from wattloom.accounts import User
from wattloom.errors import PermissionDeniedError
from wattloom.http.services import Services

SESSION_COOKIE = "wattloom_session"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"


def start_session(response: Response, services: Services, user: User) -> None:
    """Log the browser in."""
    response.set_cookie(
        SESSION_COOKIE,
        services.sessions.issue(user),
        max_age=services.options.session_max_age_s,
        httponly=True,
        secure=services.options.secure_cookies,
        samesite="lax",
    )


def end_session(response: Response, services: Services) -> None:
    """Log the browser out."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, secure=services.options.secure_cookies, samesite="lax")


def csrf_token(request: Request, services: Services) -> str:
    """Return the token that forms of the session send back; empty without a session."""
    session = request.cookies.get(SESSION_COOKIE)
    return services.sessions.digest(session) if session else ""


def check_csrf(request: Request, services: Services, form_token: str = "") -> None:
    """Let requests pass that come from our own pages.

    Before a login there is no session to protect: then only the origin that
    the browser states is looked at.

    Raises:
        PermissionDeniedError: Another site sent it, or the token is missing or wrong.
    """
    expected = csrf_token(request, services)
    sent = request.headers.get(CSRF_HEADER) or form_token
    if not _is_same_origin(request) or not hmac.compare_digest(sent.encode(), expected.encode()):
        advice = "Reload the page and try again; programs send a token or API key in the Authorization header."
        raise PermissionDeniedError("send", "form from another site or an old page", advice=advice)


def _is_same_origin(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
