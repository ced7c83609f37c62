"""Password hashes that came from FlexMeasures: verified at the first login, and replaced by our own then.

FlexMeasures hashes ``base64(HMAC-SHA512(salt, password))`` with bcrypt or
Argon2, or the password itself where hashing once is configured. Such a hash is
stored as ``flexmeasures:<salt in base64>:<hash>``; the salt is ``-`` for hashes
of the password itself. The salt is a secret of the whole FlexMeasures server:
it stands beside a hash only until the user of that hash logs in, or gets a new
password.
"""

import base64
import hashlib
import hmac
import unicodedata

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PREFIX = "flexmeasures:"
MAX_STORED = 255
"""As long as a stored hash may be."""

_NO_SALT = "-"
_BCRYPT = ("$2a$", "$2b$", "$2y$")
_ARGON2 = ("$argon2id$", "$argon2i$", "$argon2d$")
# What bcrypt looks at; newer versions of the package refuse more.
_BCRYPT_BYTES = 72
# HMAC replaces longer keys by their digest, so that we may do so as well.
_HMAC_BLOCK_BYTES = 128

_hasher = PasswordHasher()
_log = structlog.get_logger("wattloom.accounts")


def imported_hash(password_hash: str, salt: str | None) -> str | None:
    """Return what to store for a hash of FlexMeasures, None when it could never be verified.

    Args:
        password_hash: As FlexMeasures keeps it: bcrypt or Argon2.
        salt: Its SECURITY_PASSWORD_SALT; None when it hashed the password itself.
    """
    if not password_hash.startswith(_BCRYPT + _ARGON2):
        return None
    encoded = _NO_SALT
    if salt is not None:
        key = salt.encode()
        key = key if len(key) <= _HMAC_BLOCK_BYTES else hashlib.sha512(key).digest()
        encoded = base64.b64encode(key).decode()
    stored = f"{PREFIX}{encoded}:{password_hash}"
    return stored if len(stored) <= MAX_STORED else None


def is_imported(stored: str | None) -> bool:
    """Return whether this is a hash of FlexMeasures."""
    return stored is not None and stored.startswith(PREFIX)


def can_verify(stored: str) -> bool:
    """Return whether a hash of FlexMeasures can be verified here; tell the operator when a package is missing."""
    if not stored.rpartition(":")[2].startswith(_BCRYPT):
        return True
    try:
        import bcrypt  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError:
        return False
    return True


def log_missing_package(user_id: int) -> None:
    """Tell the operator why somebody with the right password perhaps cannot log in."""
    _log.error("imported password not verifiable", user_id=user_id, remedy="pip install 'wattloom[flexmeasures]'")


def matches_imported(password: str, stored: str) -> bool:
    """Return whether the password belongs to a hash of FlexMeasures.

    FlexMeasures normalised what was typed in its forms, but not what came
    through its API or command line, so both spellings count.
    """
    salt, _, password_hash = stored.removeprefix(PREFIX).partition(":")
    spellings = dict.fromkeys((password, unicodedata.normalize("NFKD", password)))
    return any(_verify(spelling, salt, password_hash) for spelling in spellings)


def _hashed_part(password: str, salt: str) -> bytes:
    if salt == _NO_SALT:
        return password.encode()
    return base64.b64encode(hmac.digest(base64.b64decode(salt), password.encode(), "sha512"))


def _verify(password: str, salt: str, password_hash: str) -> bool:
    try:
        hashed_part = _hashed_part(password, salt)
        if password_hash.startswith(_ARGON2):
            return _hasher.verify(password_hash, hashed_part)
        import bcrypt  # noqa: PLC0415 - an extra

        return bcrypt.checkpw(hashed_part[:_BCRYPT_BYTES], password_hash.encode())
    except (VerificationError, InvalidHashError, ValueError, ModuleNotFoundError):
        return False
