"""Log in with e-mail and password, for the token endpoint and the login page."""

import structlog
from fastapi import Request

from wattloom.accounts import User, find_imported_hash, find_login, note_login, own_hash_for, verified
from wattloom.errors import AuthenticationError
from wattloom.http.services import Services

_log = structlog.get_logger("wattloom.http")
_MAX_LOGGED = 100


def log_in(request: Request, services: Services, *, email: str, password: str) -> User:
    """Return the user with this e-mail and password, and note the login.

    The first login with an imported password replaces its hash by one of ours.
    The password is checked between two transactions: that takes long on
    purpose, and nobody should wait for it.

    Raises:
        AuthenticationError: E-mail or password is wrong, or the user is inactive.
        TooManyRequestsError: Too many attempts from this address have failed.
    """
    address = request.client.host if request.client is not None else ""
    services.login_limiter.check(address, email)
    with services.database.read() as connection:
        login = find_login(connection, email)
        imported_example = find_imported_hash(connection)
    try:
        user = verified(login, password, imported_example=imported_example)
    except AuthenticationError:
        # Operators, and programs that ban addresses, see guessing by this line; escaped, so that nobody forges another.
        _log.info("login failed", address=address, email=email[:_MAX_LOGGED].encode("unicode_escape").decode())
        services.login_limiter.count_failure(address, email)
        raise
    own_hash = own_hash_for(login, password)
    with services.database.write() as connection:
        note_login(connection, user, now=services.clock(), own_hash=own_hash)
    return user
