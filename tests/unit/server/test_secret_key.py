"""The signing key: made once for SQLite, demanded for PostgreSQL."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
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


@pytest.mark.parametrize("kept", ["", " \n", "short"])
def test_a_kept_key_that_is_too_short_is_refused_and_left_alone(tmp_path: Path, kept: str) -> None:
    (tmp_path / "secret-key").write_text(kept)

    with pytest.raises(InputError, match="delete it"):
        resolve_secret_key(Settings(data_dir=tmp_path))

    assert (tmp_path / "secret-key").read_text() == kept


def test_a_full_disk_leaves_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        resolve_secret_key(Settings(data_dir=tmp_path))

    assert not list(tmp_path.iterdir())


def test_of_two_that_start_together_both_get_one_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: resolve_secret_key(settings), range(8)))

    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


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
