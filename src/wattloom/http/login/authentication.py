"""Who sent a request: by token or API key, bare or with ``Bearer``, or by session cookie."""

from fastapi import Request

from wattloom.accounts import Claim, KeyClaim, claim_of_key, is_api_key
from wattloom.errors import AuthenticationError
from wattloom.http.login.session import SESSION_COOKIE, check_csrf
from wattloom.http.services import Services

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER = "bearer "


def claim_of(request: Request, services: Services) -> Claim | KeyClaim:
    """Return who the caller claims to be; needs no database.

    Credentials in the URL do not count: addresses end up in logs and histories.

    Raises:
        AuthenticationError: There are no credentials, or they are not valid.
    """
    token = request.headers.get("authorization")
    if token is not None:
        is_bearer = token[: len(_BEARER)].lower() == _BEARER
        token = token[len(_BEARER) :].strip() if is_bearer else token.strip()
        return claim_of_key(token) if is_api_key(token) else services.tokens.read(token)
    session = request.cookies.get(SESSION_COOKIE)
    if session is None:
        raise AuthenticationError("Log in, or send a token or API key in the Authorization header.")
    return services.sessions.read(session)


def check_intent(request: Request, services: Services, *, form_token: str = "") -> None:
    """Let a request of an authenticated caller pass that the caller meant to send.

    One that changes something on the strength of a cookie must carry the
    session's CSRF token: browsers send cookies with forged requests too.

    Args:
        request: Holds the credentials.
        services: Check the token.
        form_token: The CSRF token, if the request is a form that has it as a field.

    Raises:
        PermissionDeniedError: The CSRF token is missing or wrong.
    """
    if request.method not in _SAFE_METHODS and "authorization" not in request.headers:
        check_csrf(request, services, form_token)
