"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost.

A user with a ``totp_secret`` needs a code beside the password. Each code of the
app is accepted once, each recovery code as well. The database holds the secret,
which the codes are computed from, and only hashes of the recovery codes.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from enum import Enum
from typing import Final

import pyotp
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from wattloom.accounts import policy
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.find_user import get_user
from wattloom.accounts.login.change_password import new_token_stamp
from wattloom.accounts.tables import app_user, recovery_code
from wattloom.accounts.user import User
from wattloom.errors import AuthenticationError, ConflictError
from wattloom.language import translatable

N_RECOVERY_CODES: Final = 10
_ALREADY_SET_UP: Final = translatable(
    "An authenticator app is set up already. Switch it off before you set up another one."
)
WRONG_CODE: Final = translatable("The code is wrong, has expired, or was used before.")

_STEP_S: Final = 30
# One step before and after the present: clocks of phones differ, and typing takes time.
_STEPS_AROUND: Final = (0, -1, 1)
_GROUP: Final = 4
_RANDOM_BYTES: Final = 10
_WHAT: Final = "second factor"


class CodeKind(Enum):
    """Where an accepted code came from."""

    APP = "authenticator app"
    RECOVERY = "recovery code"


def secret_of(digest: str) -> str:
    """Return the secret for an app (base32, 160 bits) that belongs to a keyed digest (64 hexadecimal digits)."""
    return base64.b32encode(bytes.fromhex(digest)[:20]).decode()


def app_uri(secret: str, user: User) -> str:
    """Return the address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Wattloom")


def set_up_authenticator(
    connection: Connection, user: User, *, secret: str, code: str, now: datetime
) -> tuple[User, list[str]]:
    """Ask the user for a code at every login from now on; all other logins and tokens end.

    Args:
        connection: A write transaction.
        user: Who; the one who does it, too.
        secret: What the app computes codes from.
        code: Shows that the app knows the secret.
        now: When.

    Returns:
        The user with its new ``token_stamp``, and the recovery codes: nobody can show them again.

    Raises:
        ConflictError: An app is set up already.
        AuthenticationError: The code does not belong to the secret.
        PermissionDeniedError: The user came with an API key.
    """
    policy.check_in_person(user, "change", _WHAT)
    step = _step_of(secret, _plain(code), now)
    if step is None:
        raise AuthenticationError(WRONG_CODE)
    values = {"totp_secret": secret, "totp_last_step": step, "token_stamp": new_token_stamp()}
    still_without = update(app_user).where(app_user.c.id == user.id, app_user.c.totp_secret.is_(None))
    if connection.execute(still_without.values(values)).rowcount != 1:
        raise ConflictError(_ALREADY_SET_UP)
    codes = _replace_recovery_codes(connection, user)
    text = f"Two-factor login switched on for user {user.username}"
    event = AuditEvent(text, "user.second-factor-enabled", {"user": user.id})
    record_audit(connection, event, by=user, now=now, user_id=user.id)
    return get_user(connection, user.id), codes


def remove_authenticator(connection: Connection, user: User, *, by: User | None, now: datetime) -> None:
    """Let the password alone be enough again, and forget the recovery codes.

    Raises:
        ConflictError: No app is set up.
        PermissionDeniedError: Whoever does it came with an API key.
    """
    if by is not None:
        policy.check_in_person(by, "change", _WHAT)
    with_app = update(app_user).where(app_user.c.id == user.id, app_user.c.totp_secret.is_not(None))
    if connection.execute(with_app.values(totp_secret=None, totp_last_step=None)).rowcount != 1:
        raise ConflictError(f"No authenticator app is set up for user {user.username}.")
    connection.execute(delete(recovery_code).where(recovery_code.c.user_id == user.id))
    text = f"Two-factor login switched off for user {user.username}"
    event = AuditEvent(text, "user.second-factor-disabled", {"user": user.id})
    record_audit(connection, event, by=by, now=now, user_id=user.id)


def renew_recovery_codes(connection: Connection, user: User, *, now: datetime) -> list[str]:
    """Return new recovery codes; those from before are good for nothing any more.

    Raises:
        PermissionDeniedError: The user came with an API key.
    """
    policy.check_in_person(user, "change", _WHAT)
    codes = _replace_recovery_codes(connection, user)
    text = f"Recovery codes replaced for user {user.username}"
    event = AuditEvent(text, "user.recovery-codes-replaced", {"user": user.id})
    record_audit(connection, event, by=user, now=now, user_id=user.id)
    return codes


def count_recovery_codes(connection: Connection, user: User) -> int:
    """Return how many recovery codes the user has left."""
    counted = select(func.count()).where(recovery_code.c.user_id == user.id)
    return connection.execute(counted).scalar_one()


def use_code(connection: Connection, user: User, code: str, *, now: datetime) -> CodeKind:
    """Accept a code of the user's app or a recovery code, once.

    Args:
        connection: A write transaction; the code counts as used when it commits.
        user: Who shows the code.
        code: As typed; spaces and hyphens do not matter.
        now: When.

    Raises:
        AuthenticationError: The code is wrong or was used before, or the user has no app.
    """
    plain = _plain(code)
    stored = select(app_user.c.totp_secret).where(app_user.c.id == user.id)
    secret: str | None = connection.execute(stored).scalar_one()
    if secret is None:
        raise AuthenticationError(WRONG_CODE)
    step = _step_of(secret, plain, now)
    if step is not None and _use_step(connection, user, step):
        return CodeKind.APP
    found = delete(recovery_code).where(recovery_code.c.user_id == user.id, recovery_code.c.code_hash == _hash(plain))
    if connection.execute(found).rowcount != 1:
        raise AuthenticationError(WRONG_CODE)
    details = {"user": user.id, "codes_left": count_recovery_codes(connection, user)}
    event = AuditEvent(f"Recovery code used by user {user.username}", "user.recovery-code-used", details)
    record_audit(connection, event, by=user, now=now, user_id=user.id)
    return CodeKind.RECOVERY


def _plain(code: str) -> str:
    return "".join(character for character in code.lower() if character.isascii() and character.isalnum())


def _step_of(secret: str, plain: str, now: datetime) -> int | None:
    """Return the step whose code this is, out of those that are accepted now."""
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // _STEP_S
    steps = [present + shift for shift in _STEPS_AROUND]
    return next((step for step in steps if hmac.compare_digest(totp.at(step * _STEP_S), plain)), None)


def _use_step(connection: Connection, user: User, step: int) -> bool:
    """Note the step of an accepted code; False if it, or a later one, was used before."""
    last = app_user.c.totp_last_step
    unused = update(app_user).where(app_user.c.id == user.id, or_(last.is_(None), last < step))
    return connection.execute(unused.values(totp_last_step=step)).rowcount == 1


def _replace_recovery_codes(connection: Connection, user: User) -> list[str]:
    connection.execute(delete(recovery_code).where(recovery_code.c.user_id == user.id))
    codes = [_new_recovery_code() for _number in range(N_RECOVERY_CODES)]
    rows = [{"user_id": user.id, "code_hash": _hash(_plain(code))} for code in codes]
    connection.execute(insert(recovery_code), rows)
    return codes


def _new_recovery_code() -> str:
    # 80 random bits, so that a fast hash is enough.
    text = base64.b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _hash(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
