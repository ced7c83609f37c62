"""API keys: what a program shows instead of a token.

A key is a random text, so one round of SHA-256 protects it: passwords need a
slow hash because they can be guessed, 258 random bits cannot. It is found by
its hash, so that the time of the look-up tells nothing about other keys.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from wattloom.accounts.action import Action
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.find_user import USERS, to_user
from wattloom.accounts.tables import api_key, app_user
from wattloom.accounts.user import User
from wattloom.db import unique_or_conflict
from wattloom.errors import InputError, NotFoundError

MAX_KEY_NAME = 80
KEY_LIFETIME = timedelta(days=365)
"""How long keys last for which nothing else is asked."""

_BEGINNING = "wl_"
_RANDOM_BYTES = 32
_SHOWN = len(_BEGINNING) + 6

_BY_HASH = (
    USERS.add_columns(
        api_key.c.id.label("key_id"), api_key.c.scopes.label("key_scopes"), api_key.c.expires_at.label("key_expires_at")
    )
    .join(api_key, api_key.c.user_id == app_user.c.id)
    .where(api_key.c.key_hash == bindparam("key_hash"))
)
_USED = update(api_key).where(api_key.c.id == bindparam("key_id")).values(last_used_at=bindparam("used_at"))


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """Says that its bearer holds the API key with this SHA-256, in hexadecimal digits."""

    key_hash: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner sees it later: without the key itself.

    Attributes:
        prefix: The beginning of the key, to recognise it by.
        scopes: The actions that it is good for, where its user may do them.
        expires_at: From when on it is refused; None for never.
        last_used_at: When a request with it was last noted.
    """

    id: int
    user_id: int
    name: str
    prefix: str
    scopes: frozenset[Action]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key to be made; see :class:`ApiKey` for the fields."""

    name: str
    scopes: frozenset[Action]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key, and the text that is shown this once."""

    key: ApiKey
    text: str = field(repr=False)


def is_api_key(credentials: str) -> bool:
    """Return whether a text has the form of an API key; tokens begin with a number."""
    return credentials.startswith(_BEGINNING)


def claim_of_key(text: str) -> KeyClaim:
    """Return the claim of whoever shows this key."""
    return KeyClaim(hashlib.sha256(text.encode()).hexdigest())


def find_key_user(connection: Connection, claim: KeyClaim, *, now: datetime) -> User | None:
    """Return the user of a key, active or not, with the key's scopes; None if it is unknown, revoked or expired."""
    row = connection.execute(_BY_HASH, {"key_hash": claim.key_hash}).one_or_none()
    if row is None or (row.key_expires_at is not None and row.key_expires_at <= now):
        return None
    return replace(to_user(row), key_id=row.key_id, scopes=_scopes(row.key_scopes))


def create_api_key(connection: Connection, user: User, new: NewApiKey, *, by: User | None, now: datetime) -> IssuedKey:
    """Make a key for a user; only its hash is stored.

    Args:
        connection: A write transaction.
        user: Whose key it becomes.
        new: The key.
        by: Who makes it and may do so; None for the command line.
        now: When.

    Raises:
        InputError: The name is blank, too long or taken, a scope is missing, or the key would have expired already.
        ConflictError: A concurrent request took the name.
    """
    name = _free_name(connection, user.id, new.name)
    if not new.scopes:
        raise InputError(f"Name at least one of {', '.join(Action)}.", field="scopes")
    if new.expires_at is not None and new.expires_at <= now:
        raise InputError("Must lie in the future; null for a key that does not expire.", field="expires")
    text = _BEGINNING + secrets.token_urlsafe(_RANDOM_BYTES)
    values = {
        "user_id": user.id,
        "name": name,
        "prefix": text[:_SHOWN],
        "key_hash": claim_of_key(text).key_hash,
        "scopes": sorted(new.scopes),
        "created_at": now,
        "expires_at": new.expires_at,
    }
    with unique_or_conflict():
        key_id = connection.execute(insert(api_key).values(values).returning(api_key.c.id)).scalar_one()
    key = get_api_key(connection, key_id)
    _record(connection, "created", key, user, by=by, now=now)
    return IssuedKey(key, text)


def rename_api_key(connection: Connection, key: ApiKey, name: str, *, by: User | None, now: datetime) -> ApiKey:
    """Give a key another name.

    Raises:
        InputError: The name is blank, too long or taken.
        ConflictError: A concurrent request took the name.
    """
    if name.strip() == key.name:
        return key
    name = _free_name(connection, key.user_id, name)
    with unique_or_conflict():
        connection.execute(update(api_key).where(api_key.c.id == key.id).values(name=name))
    text = f"API key '{key.name}' renamed to '{name}'"
    facts = {"user": key.user_id, "key": key.id, "changes": [{"field": "name", "from": key.name, "to": name}]}
    record_audit(connection, AuditEvent(text, "api-key.updated", facts), by=by, now=now, user_id=key.user_id)
    return replace(key, name=name)


def revoke_api_keys(
    connection: Connection, user: User, keys: Iterable[ApiKey], *, by: User | None, now: datetime
) -> None:
    """End keys of a user: from now on they are refused.

    Args:
        connection: A write transaction.
        user: Whose keys they are.
        keys: Which; :func:`list_api_keys` gives all of the user.
        by: Who ends them and may do so; None for the command line.
        now: Time of the audit records.
    """
    for key in keys:
        connection.execute(delete(api_key).where(api_key.c.id == key.id))
        _record(connection, "revoked", key, user, by=by, now=now)


def get_api_key(connection: Connection, key_id: int) -> ApiKey:
    """Return a key.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = connection.execute(select(api_key).where(api_key.c.id == key_id)).one_or_none()
    if row is None:
        raise NotFoundError("API key", key_id)
    return _to_key(row)


def list_api_keys(connection: Connection, user_id: int | None = None) -> list[ApiKey]:
    """Return the keys of a user, or of all users, oldest first; expired ones as well."""
    keys = select(api_key).order_by(api_key.c.id)
    if user_id is not None:
        keys = keys.where(api_key.c.user_id == user_id)
    return [_to_key(row) for row in connection.execute(keys)]


def note_keys_used(connection: Connection, used: Mapping[int, datetime]) -> None:
    """Store when keys were last used, by key id; keys that are gone are passed over."""
    if used:
        connection.execute(_USED, [{"key_id": key_id, "used_at": at} for key_id, at in sorted(used.items())])


def _free_name(connection: Connection, user_id: int, name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= MAX_KEY_NAME:
        raise InputError(f"An API key's name has 1 to {MAX_KEY_NAME} characters.", field="name")
    taken = select(api_key.c.id).where(api_key.c.user_id == user_id, api_key.c.name == name)
    if connection.execute(taken).first() is not None:
        raise InputError(f"There is an API key with the name '{name}' already.", field="name")
    return name


def _record(connection: Connection, done: str, key: ApiKey, user: User, *, by: User | None, now: datetime) -> None:
    facts = {"user": user.id, "key": key.id, "name": key.name, "prefix": key.prefix, "scopes": sorted(key.scopes)}
    event = AuditEvent(f"API key '{key.name}' {done} for user {user.username}", f"api-key.{done}", facts)
    record_audit(connection, event, by=by, now=now, user_id=user.id)


def _to_key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        prefix=row.prefix,
        scopes=_scopes(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


def _scopes(names: Iterable[str]) -> frozenset[Action]:
    return frozenset(map(Action, names))
