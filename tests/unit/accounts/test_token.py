"""Tokens are valid for their purpose and time, and for nothing else."""

from datetime import datetime, timedelta

import pytest

from tests.factories import NOW
from wattloom.accounts import Claim, TokenSigner, User
from wattloom.errors import AuthenticationError

ADA = User(7, "ada@example.com", "ada", 1, True, "UTC", "stamp")


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def signer(*, key: str = "key", purpose: str = "token", clock: Clock | None = None) -> TokenSigner:
    return TokenSigner(key, purpose=purpose, max_age_s=60, clock=clock or Clock())


def test_token_names_user_and_stamp() -> None:
    assert signer().read(signer().issue(ADA)) == Claim(7, "stamp")


def test_token_lasts_as_long_as_it_should() -> None:
    clock = Clock()
    token = signer().issue(ADA)

    clock.now = NOW + timedelta(seconds=60)
    assert signer(clock=clock).read(token).user_id == 7
    clock.now = NOW + timedelta(seconds=61)
    with pytest.raises(AuthenticationError):
        signer(clock=clock).read(token)


@pytest.mark.parametrize("other", [signer(key="other"), signer(purpose="session")])
def test_token_of_another_key_or_purpose_is_refused(other: TokenSigner) -> None:
    with pytest.raises(AuthenticationError):
        signer().read(other.issue(ADA))


def test_every_change_of_a_token_is_noticed() -> None:
    token = signer().issue(ADA)

    # The last character of the signature holds bits that do not count.
    for position in range(len(token) - 1):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        with pytest.raises(AuthenticationError):
            signer().read(changed)
