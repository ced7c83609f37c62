"""API keys as clients see them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.accounts import MAX_KEY_NAME, Action, ApiKey, IssuedKey
from wattloom.api.fields import Instant
from wattloom.http import Id

KeyName = Annotated[str, Field(max_length=MAX_KEY_NAME, description="What you recognise it by; not taken yet.")]


class KeyListParams(BaseModel):
    """Whose keys to list."""

    model_config = ConfigDict(extra="forbid")

    user: Id | None = Field(None, description="The user whose keys to list; you by default.")


class NewKeyBody(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")

    name: KeyName
    scopes: frozenset[Action] = Field(
        min_length=1, description="What the key is good for, where you may do it yourself."
    )
    expires: Instant | None = Field(
        None, description="From when on the key is refused; null for never. Without it: one year from now."
    )


class KeyChanges(BaseModel):
    """What to change of a key."""

    model_config = ConfigDict(extra="forbid")

    name: KeyName


class KeyJson(TypedDict):
    """A key, without the key itself."""

    id: int
    user_id: int
    name: str
    prefix: str
    scopes: list[str]
    created: str
    expires: str | None
    last_used: str | None


class IssuedKeyJson(KeyJson):
    """A new key; the only answer that holds it."""

    key: str


class KeysJson(TypedDict):
    """The keys of a user."""

    keys: list[KeyJson]


def key_json(key: ApiKey) -> KeyJson:
    """Return a key as clients see it."""
    return {
        "id": key.id,
        "user_id": key.user_id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": [action for action in Action if action in key.scopes],
        "created": key.created_at.isoformat(),
        "expires": _iso(key.expires_at),
        "last_used": _iso(key.last_used_at),
    }


def issued_key_json(issued: IssuedKey) -> IssuedKeyJson:
    """Return a new key with its text."""
    return {**key_json(issued.key), "key": issued.text}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
