"""Passwords: hashed with Argon2id, in the library's recommended strength."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wattloom.accounts.login.imported_password import is_imported, matches_imported
from wattloom.errors import InputError

MIN_LENGTH = 8
MAX_LENGTH = 256

NO_PASSWORD = "!"  # noqa: S105 - what stands for none
"""Stored for a user whom no password lets in, until one is set."""

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the salted hash to store.

    Raises:
        InputError: The password is shorter or longer than allowed.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InputError(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.", field="password")
    return _hasher.hash(password)


def random_password() -> str:
    """Return a password that nobody can guess, of 24 characters."""
    return secrets.token_urlsafe(18)


def rehash(password: str) -> str:
    """Return the salted hash to store for a password that was found right: it may break today's rules on length."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None, *, imported_example: str | None = None) -> bool:
    """Return whether the password belongs to the hash; takes as long if there is none.

    Args:
        password: As typed.
        password_hash: What is stored for the user, None for nobody.
        imported_example: Any imported hash that is still stored. As long as
            there is one, each attempt costs both ways of hashing, so that time
            does not tell who exists and has not logged in yet.
    """
    own_hash = password_hash if password_hash is not None and not _has_no_own_hash(password_hash) else None
    matches_own = _matches_own(password, own_hash or _nobodys_hash()) and own_hash is not None
    imported = password_hash if is_imported(password_hash) else imported_example
    matches_foreign = imported is not None and matches_imported(password, imported)
    return matches_foreign if is_imported(password_hash) else matches_own


def _has_no_own_hash(password_hash: str) -> bool:
    return password_hash == NO_PASSWORD or is_imported(password_hash)


def _matches_own(password: str, own_hash: str) -> bool:
    try:
        return _hasher.verify(own_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """Return the hash of a random text that is not kept: verifying against it costs what a real one costs."""
    return _hasher.hash(secrets.token_urlsafe(18))
