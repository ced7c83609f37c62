"""The key that signs tokens and sessions."""

import os
import secrets
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
        InputError: PostgreSQL without a key, or a key that is short or a placeholder.
    """
    key = settings.secret_key.get_secret_value()
    if key:
        if len(key) < _MIN_LENGTH or key.lower() in _PLACEHOLDERS:
            raise InputError(
                f"WATTLOOM_SECRET_KEY must be a random text of at least {_MIN_LENGTH} characters.", field="secret_key"
            )
        return key
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise InputError(
            "With PostgreSQL, set WATTLOOM_SECRET_KEY to a random text that all servers share.", field="secret_key"
        )
    return _kept_key(settings.data_dir / _FILE_NAME)


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: of two processes that start together, one writes and the other reads.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
