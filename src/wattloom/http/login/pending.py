"""Between password and code: a login that has begun, and browsers that need no code for a week.

A right password gives the browser a signed cookie, good for ten minutes, and
nothing else. The code that is mailed to users without an authenticator app is
derived from that cookie's value with the server's key, so that none is stored.
Both cookies hold the user's ``token_stamp`` and end when it changes.
"""

import hmac
from typing import Final

from fastapi import Request, Response

from wattloom.accounts import WRONG_CODE, User, user_of_claim
from wattloom.errors import AuthenticationError
from wattloom.http.login.credentials import check_code, code_attempt
from wattloom.http.mails.queue import queue_mail
from wattloom.http.services import Services
from wattloom.language import gettext, translatable
from wattloom.mail import Message

PENDING_COOKIE: Final = "wattloom_pending_login"
BROWSER_COOKIE: Final = "wattloom_known_browser"

_N_CODES: Final = 1_000_000
_TEXT = translatable("""\
Hello %(username)s,

your code for logging in at %(url)s is

    %(code)s

It is good for ten minutes, in the browser in which you typed your password.

If you are not logging in, somebody else knows your password: set a new one at %(url)s/reset
""")


def needs_code(request: Request, services: Services, user: User) -> bool:
    """Return whether a right password is not enough for this user in this browser."""
    if not user.has_authenticator and not services.options.two_factor_required:
        return False
    return not services.known_browsers.is_of(request.cookies.get(BROWSER_COOKIE, ""), user)


def begin_login(services: Services, user: User) -> str:
    """Return the token of a login that waits for its code; a user without an app is mailed one.

    Raises:
        TooManyRequestsError: Too many codes were mailed to the user.
    """
    token = services.pending_logins.issue(user)
    if not user.has_authenticator:
        services.mail_limiter.take("code", user.email)
        code, url = _mailed_code(services, token), services.options.public_url
        text = gettext(_TEXT, username=user.username, url=url, code=code)
        subject = gettext("Your code for logging in at Wattloom")
        with services.database.write() as connection:
            queue_mail(connection, services, Message(user.email, subject, text))
    return token


def keep_pending(response: Response, services: Services, token: str) -> None:
    """Let the browser keep a login that waits for its code."""
    _set_cookie(response, services, PENDING_COOKIE, token, services.pending_logins.max_age_s)


def pending_user(request: Request, services: Services) -> User:
    """Return the user whose password was right in this browser.

    Raises:
        AuthenticationError: No login has begun, or it was too long ago.
    """
    claim = services.pending_logins.read(request.cookies.get(PENDING_COOKIE, ""))
    with services.database.read() as connection:
        return user_of_claim(connection, claim, now=services.clock())


def check_second_factor(request: Request, services: Services, user: User, code: str) -> None:
    """Accept a code of the user's app, a recovery code, or, without an app, the code that was mailed.

    Raises:
        AuthenticationError: The code is wrong, has expired or was used before.
        TooManyRequestsError: Too many codes of this user were wrong.
    """
    if user.has_authenticator:
        check_code(request, services, user, code)
        return
    with code_attempt(request, services, user):
        if not _is_mailed_code(request, services, user, code):
            raise AuthenticationError(WRONG_CODE)


def end_pending(response: Response, services: Services, user: User, *, remembers: bool) -> None:
    """Forget the login that has ended; remember the browser for a week if its user wants that."""
    response.delete_cookie(PENDING_COOKIE, httponly=True, secure=services.options.secure_cookies, samesite="lax")
    if remembers:
        signer = services.known_browsers
        _set_cookie(response, services, BROWSER_COOKIE, signer.issue(user), signer.max_age_s)


def _is_mailed_code(request: Request, services: Services, user: User, code: str) -> bool:
    token = request.cookies.get(PENDING_COOKIE, "")
    typed = "".join(character for character in code if character.isdigit())
    is_right = hmac.compare_digest(typed.encode(), _mailed_code(services, token).encode())
    return is_right and services.pending_logins.is_of(token, user)


def _mailed_code(services: Services, token: str) -> str:
    return f"{int(services.pending_logins.digest(token), 16) % _N_CODES:06}"


def _set_cookie(response: Response, services: Services, name: str, value: str, max_age_s: int) -> None:
    secure = services.options.secure_cookies
    response.set_cookie(name, value, max_age=max_age_s, httponly=True, secure=secure, samesite="lax")
