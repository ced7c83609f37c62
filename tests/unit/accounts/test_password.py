"""Passwords are hashed, and checking costs the same for everybody."""

import pytest

from wattloom.accounts.login.password import hash_password, matches, random_password
from wattloom.errors import InputError


def test_password_matches_its_hash_only() -> None:
    password_hash = hash_password("correct horse")

    assert "correct" not in password_hash
    assert password_hash.startswith("$argon2id$")
    assert matches("correct horse", password_hash)
    assert not matches("wrong horse", password_hash)


def test_nothing_matches_where_there_is_no_hash() -> None:
    assert not matches("", None)
    assert not matches("anything", None)


def test_broken_hash_matches_nothing() -> None:
    assert not matches("anything", "not a hash")


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_length_is_limited(password: str) -> None:
    with pytest.raises(InputError) as caught:
        hash_password(password)

    assert caught.value.problems[0].path == ("password",)


def test_random_passwords_differ() -> None:
    assert len(random_password()) == 24
    assert random_password() != random_password()
