"""The key that signs tokens and sessions."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from wattloom.config import Settings
from wattloom.errors import InputError

_FILE_NAME = "secret-key"
_MIN_LENGTH = 16
_PLACEHOLDERS = {"changeme", "change-me", "secret", "secret-key", "your-secret-key-here"}


def resolve_secret_key(settings: Settings) -> str:
    """Return the signing key.

    With SQLite a key is made once and kept in the data folder, readable by its
    owner alone. With PostgreSQL several servers share one key, so it has to be set.

    Raises:
        InputError: PostgreSQL without a key, or a key that is short or a placeholder, set or kept.
        OSError: The key cannot be kept or read.
    """
    key = settings.secret_key.get_secret_value()
    if key:
        if _is_guessable(key):
            raise InputError(
                f"WATTLOOM_SECRET_KEY must be a random text of at least {_MIN_LENGTH} characters.", field="secret_key"
            )
        return key
    if not settings.uses_sqlite:
        raise InputError(
            "With PostgreSQL, set WATTLOOM_SECRET_KEY to a random text that all servers share.", field="secret_key"
        )
    return _kept_key(settings.data_dir / _FILE_NAME)


def _kept_key(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _keep(secrets.token_urlsafe(48), path)
    key = path.read_text().strip()
    if _is_guessable(key):
        raise InputError(
            f"{path} holds no key of at least {_MIN_LENGTH} characters. Restore it from a backup, or delete it:"
            " the next start makes a new one, and everybody logs in again.",
            field="secret_key",
        )
    return key


def _keep(key: str, path: Path) -> None:
    # Written in full under another name first, so that a full disk leaves no half of a key.
    # Linking is exclusive: of two processes that start together, one keeps its key and the other reads it.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def _is_guessable(key: str) -> bool:
    return len(key) < _MIN_LENGTH or key.lower() in _PLACEHOLDERS
