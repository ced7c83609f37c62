"""Hashes that came from FlexMeasures let the right password in, and no other."""

import base64
import hashlib
import hmac
import sys
import unicodedata

import bcrypt
import pytest
from argon2 import PasswordHasher

from wattloom.accounts.login.imported_password import MAX_STORED, can_verify, imported_hash
from wattloom.accounts.login.password import NO_PASSWORD, hash_password, matches

PASSWORD = "correct horse"
SALT = "a salt of the whole server"


def with_hmac(password: str, salt: str = SALT) -> bytes:
    return base64.b64encode(hmac.new(salt.encode(), password.encode(), hashlib.sha512).digest())


def bcrypted(secret: bytes) -> str:
    return bcrypt.hashpw(secret[:72], bcrypt.gensalt(rounds=4)).decode()


def argonned(secret: bytes) -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(secret)


@pytest.mark.parametrize("hashed", [bcrypted, argonned])
def test_hash_of_a_salted_password_matches_it_only(hashed: object) -> None:
    stored = imported_hash(hashed(with_hmac(PASSWORD)), SALT)  # type: ignore[operator]  # parametrised functions

    assert stored is not None
    assert matches(PASSWORD, stored)
    assert not matches("wrong horse", stored)


@pytest.mark.parametrize("hashed", [bcrypted, argonned])
def test_hash_of_the_password_itself_matches_it_only(hashed: object) -> None:
    stored = imported_hash(hashed(PASSWORD.encode()), None)  # type: ignore[operator]  # parametrised functions

    assert stored is not None
    assert matches(PASSWORD, stored)
    assert not matches("wrong horse", stored)


def test_another_salt_matches_nothing() -> None:
    stored = imported_hash(bcrypted(with_hmac(PASSWORD)), "another salt")

    assert not matches(PASSWORD, stored)


@pytest.mark.parametrize("n_bytes", [1, 64, 128, 129, 500])
def test_salts_of_any_length_fit(n_bytes: int) -> None:
    salt = "s" * n_bytes

    stored = imported_hash(bcrypted(with_hmac(PASSWORD, salt)), salt)

    assert stored is not None
    assert len(stored) <= MAX_STORED
    assert matches(PASSWORD, stored)


def test_both_spellings_of_accented_letters_count() -> None:
    composed = unicodedata.normalize("NFC", "Müller und Söhne")
    typed_in_a_form = imported_hash(bcrypted(with_hmac(unicodedata.normalize("NFKD", composed))), SALT)
    sent_by_a_script = imported_hash(bcrypted(with_hmac(composed)), SALT)

    assert matches(composed, typed_in_a_form)
    assert matches(composed, sent_by_a_script)


def test_long_passwords_are_cut_where_bcrypt_cuts_them() -> None:
    password = "x" * 100

    assert matches(password, imported_hash(bcrypted(password.encode()), None))


@pytest.mark.parametrize("scheme", ["$pbkdf2-sha512$25000$abc$def", "plain text", ""])
def test_hashes_of_other_schemes_cannot_be_imported(scheme: str) -> None:
    assert imported_hash(scheme, SALT) is None


@pytest.mark.parametrize("password_hash", ["$2b$12$short", "$argon2id$broken", "$2b$99$" + "x" * 53])
def test_broken_hash_matches_nothing(password_hash: str) -> None:
    assert not matches(PASSWORD, imported_hash(password_hash, SALT))


@pytest.mark.parametrize("password", ["", "!", PASSWORD])
def test_no_password_lets_nobody_in(password: str) -> None:
    assert not matches(password, NO_PASSWORD)


@pytest.mark.parametrize(
    "known",
    [None, NO_PASSWORD, hash_password("something else"), "imported"],
    ids=["nobody", "no password", "own hash", "imported hash"],
)
def test_every_attempt_costs_both_hashes_while_imported_ones_remain(
    known: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the time that a refusal takes tells nothing about an e-mail."""
    example = imported_hash(bcrypted(with_hmac(PASSWORD)), SALT)
    stored = {"imported": example}.get(str(known), known)
    costs: list[str] = []
    foreign, own = bcrypt.checkpw, PasswordHasher.verify
    monkeypatch.setattr(bcrypt, "checkpw", lambda *given: costs.append("bcrypt") or foreign(*given))
    monkeypatch.setattr(PasswordHasher, "verify", lambda *given: costs.append("argon2") or own(*given))

    assert not matches("a wrong guess", stored, imported_example=example)

    assert sorted(costs) == ["argon2", "bcrypt"]


def test_without_the_package_nobody_gets_in_and_the_operator_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = imported_hash(bcrypted(with_hmac(PASSWORD)), SALT)
    assert stored is not None
    monkeypatch.setitem(sys.modules, "bcrypt", None)

    assert not matches(PASSWORD, stored)
    assert not can_verify(stored)
