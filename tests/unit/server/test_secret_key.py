"""The signing key: made once for SQLite, demanded for PostgreSQL."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from wattloom.config import Settings
from wattloom.errors import InputError
from wattloom.server.secret_key import resolve_secret_key


def test_key_is_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")

    first, second = resolve_secret_key(settings), resolve_secret_key(settings)

    assert first == second
    assert len(first) > 32
    assert [file.stat().st_mode & 0o777 for file in settings.data_dir.iterdir()] == [0o600]


def test_postgresql_without_a_key_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://nobody@localhost/nothing")

    with pytest.raises(InputError, match="WATTLOOM_SECRET_KEY") as caught:
        resolve_secret_key(settings)

    assert caught.value.problems[0].path == ("secret_key",)


@pytest.mark.parametrize("key", ["short", "changeme", "your-secret-key-here"])
def test_guessable_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(InputError, match="random text"):
        resolve_secret_key(Settings(data_dir=tmp_path, secret_key=SecretStr(key)))


def test_given_key_wins(tmp_path: Path) -> None:
    key = "a-long-and-random-looking-text"

    assert resolve_secret_key(Settings(data_dir=tmp_path, secret_key=SecretStr(key))) == key
    assert not list(tmp_path.iterdir())
