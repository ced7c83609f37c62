"""Passwords: hashed with Argon2id, in the library's recommended strength."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wattloom.errors import InputError

MIN_LENGTH = 8
MAX_LENGTH = 256

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


def matches(password: str, password_hash: str | None) -> bool:
    """Return whether the password belongs to the hash; takes as long if there is none."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    """Return the hash of a random text that is not kept: verifying against it costs what a real one costs."""
    return _hasher.hash(secrets.token_urlsafe(18))
