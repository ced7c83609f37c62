"""Log in with e-mail, password and, where one is needed, a code; for the token endpoint and the login page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from fastapi import Request

from wattloom.accounts import (
    CodeKind,
    User,
    adopt_own_hash,
    count_recovery_codes,
    find_imported_hash,
    find_login,
    note_login,
    own_hash_for,
    use_code,
    verified,
)
from wattloom.errors import AuthenticationError
from wattloom.http.mails.security import mail_what_happened
from wattloom.http.services import Services
from wattloom.language import gettext

_log = structlog.get_logger("wattloom.http")
_MAX_LOGGED = 100
# Wrong codes are counted per user, from wherever they come: a code has six digits only.
_CODES: Final = "codes"
_CODE_NEEDED: Final = (
    "This user logs in with a second factor."
    " Send the code that the authenticator app shows, or a recovery code, in the field 'code'."
)


def check_password(request: Request, services: Services, *, email: str, password: str) -> User:
    """Return the user with this e-mail and password.

    The first time that an imported password is right, its hash is replaced by
    one of ours. The password is checked between two transactions: that takes
    long on purpose, and nobody should wait for it.

    Raises:
        AuthenticationError: E-mail or password is wrong, or the user is inactive.
        TooManyRequestsError: Too many attempts from this address have failed.
    """
    address = address_of(request)
    services.login_limiter.check(address, email)
    with services.database.read() as connection:
        login = find_login(connection, email)
        imported_example = find_imported_hash(connection)
    try:
        user = verified(login, password, imported_example=imported_example)
    except AuthenticationError:
        # Operators, and programs that ban addresses, see guessing by this line; escaped, so that nobody forges another.
        _log.info("login failed", address=address, email=email[:_MAX_LOGGED].encode("unicode_escape").decode())
        services.login_limiter.count(address, email)
        raise
    own_hash = own_hash_for(login, password)
    if own_hash is not None:
        with services.database.write() as connection:
            adopt_own_hash(connection, user, own_hash)
    return user


def check_code(request: Request, services: Services, user: User, code: str) -> None:
    """Accept a code of the user's authenticator app or a recovery code, once; the user is told of the latter.

    Raises:
        AuthenticationError: The code is wrong or was used before.
        TooManyRequestsError: Too many codes of this user were wrong.
    """
    with code_attempt(request, services, user), services.database.write() as connection:
        if use_code(connection, user, code, now=services.clock()) is CodeKind.RECOVERY:
            n_left = count_recovery_codes(connection, user)
            what = gettext("One of your recovery codes was used. You have %(n)s left.", n=n_left)
            mail_what_happened(connection, services, user, what)


@contextmanager
def code_attempt(request: Request, services: Services, user: User) -> Iterator[None]:
    """Count that somebody shows a code, log that it was wrong, and count anew after a right one.

    It is counted before it is looked at: many at once are no more than may be.

    Raises:
        TooManyRequestsError: Too many codes of this user were wrong.
    """
    services.login_limiter.take(_CODES, user.email)
    try:
        yield
    except AuthenticationError:
        _log.info("second factor failed", address=address_of(request), user_id=user.id)
        raise
    services.login_limiter.forget(_CODES, user.email)


def log_in(request: Request, services: Services, *, email: str, password: str, code: str = "") -> User:
    """Return the user with these credentials, and note the login.

    Only a user with an authenticator app needs a code here: whoever has none
    would get one by mail, which programs do not read.

    Raises:
        AuthenticationError: Something is wrong or missing, or the user is inactive.
        TooManyRequestsError: Too many attempts have failed.
    """
    user = check_password(request, services, email=email, password=password)
    if user.has_authenticator:
        if not code.strip():
            raise AuthenticationError(_CODE_NEEDED)
        check_code(request, services, user, code)
    finish_login(services, user)
    return user


def finish_login(services: Services, user: User) -> None:
    """Store that the user has logged in."""
    with services.database.write() as connection:
        note_login(connection, user, now=services.clock())


def address_of(request: Request) -> str:
    """Return the network address that a request came from."""
    return request.client.host if request.client is not None else ""
