"""Who is calling: by e-mail and password, by a token, or by an API key."""

from datetime import datetime

from sqlalchemy import Connection, update

from wattloom.accounts.find_user import find_user
from wattloom.accounts.login import password as passwords
from wattloom.accounts.login.api_key import KeyClaim, find_key_user
from wattloom.accounts.login.find_login import Login
from wattloom.accounts.login.imported_password import PREFIX, can_verify, is_imported, log_missing_package
from wattloom.accounts.login.token import Claim
from wattloom.accounts.tables import app_user
from wattloom.accounts.user import User
from wattloom.errors import AuthenticationError, UnknownEmailError
from wattloom.language import translatable

_WRONG = translatable("E-mail or password is wrong.")


def verified(login: Login | None, password: str, *, imported_example: str | None = None) -> User:
    """Return the active user whose password this is.

    Takes long on purpose, and as long if nobody has the e-mail; call it outside a transaction.

    Args:
        login: The user with the e-mail, or None.
        password: As typed.
        imported_example: What :func:`find_imported_hash` returned.

    Raises:
        UnknownEmailError: There is no such login.
        AuthenticationError: Wrong password, or the user is inactive.
    """
    stored = login.password_hash if login is not None else None
    is_right = passwords.matches(password, stored, imported_example=imported_example)
    if login is None:
        raise UnknownEmailError(_WRONG)
    if stored is not None and is_imported(stored) and not can_verify(stored):
        log_missing_package(login.user.id)
    if not is_right or not login.user.active:
        raise AuthenticationError(_WRONG)
    return login.user


def own_hash_for(login: Login | None, password: str) -> str | None:
    """Return the hash to put in the place of an imported one, now that the password is known; else None.

    Takes long on purpose; call it outside a transaction, with a password that was verified.
    """
    return passwords.rehash(password) if login is not None and is_imported(login.password_hash) else None


def adopt_own_hash(connection: Connection, user: User, own_hash: str) -> None:
    """Put what :func:`own_hash_for` returned in the place of an imported hash; a password set meanwhile stays."""
    still_imported = app_user.c.password_hash.startswith(PREFIX, autoescape=True)
    adopt = update(app_user).where(app_user.c.id == user.id, still_imported)
    connection.execute(adopt.values(password_hash=own_hash))


def note_login(connection: Connection, user: User, *, now: datetime) -> None:
    """Store that the user has logged in."""
    changes = {"last_login_at": now, "login_count": app_user.c.login_count + 1}
    connection.execute(update(app_user).where(app_user.c.id == user.id).values(changes))


def user_of_claim(connection: Connection, claim: Claim | KeyClaim, *, now: datetime) -> User:
    """Return the active user whom a token or API key belongs to, in one query.

    Args:
        connection: Any transaction.
        claim: What the caller showed.
        now: When; keys expire.

    Raises:
        AuthenticationError: The user is gone or inactive, or the token or key was revoked or has expired.
    """
    if isinstance(claim, KeyClaim):
        user = find_key_user(connection, claim, now=now)
    else:
        user = find_user(connection, claim.user_id)
        if user is not None and user.token_stamp != claim.token_stamp:
            user = None
    if user is None or not user.active:
        raise AuthenticationError("The credentials are not valid, or have expired.")
    return user
