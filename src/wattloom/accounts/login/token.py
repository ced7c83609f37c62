"""Signed texts that prove who is calling: API tokens and browser sessions.

A token holds the user's id and ``token_stamp`` and the moment of signing. It
is checked without the database first; the stamp is compared afterwards, so
that changing it revokes every token and session of the user.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, TimestampSigner

from wattloom.accounts.user import User
from wattloom.errors import AuthenticationError


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a token says that its bearer is."""

    user_id: int
    token_stamp: str


class TokenSigner:
    """Issues and reads the tokens of one purpose.

    Attributes:
        max_age_s: How long a token is accepted [s].
    """

    def __init__(self, secret_key: str, *, purpose: str, max_age_s: int, clock: Callable[[], datetime]) -> None:
        """Prepare the key.

        Args:
            secret_key: The server's signing key.
            purpose: Tokens of one purpose are not valid for another.
            max_age_s: How long a token is accepted [s].
            clock: Returns the present, aware.
        """
        self._signer = _ClockedSigner(secret_key, salt=f"wattloom.{purpose}", digest_method=hashlib.sha256)
        self._signer.clock = clock
        self.max_age_s = max_age_s

    def issue(self, user: User) -> str:
        """Return a token for the user."""
        return self._signer.sign(f"{user.id}.{user.token_stamp}").decode()

    def read(self, token: str) -> Claim:
        """Return what a token claims.

        Raises:
            AuthenticationError: It is not ours, was changed, or is too old.
        """
        try:
            user_id, stamp = self._signer.unsign(token, max_age=self.max_age_s).decode().split(".", 1)
        except (BadSignature, ValueError) as error:
            raise AuthenticationError("The credentials are not valid, or have expired.") from error
        return Claim(int(user_id), stamp)

    def is_of(self, token: str, user: User) -> bool:
        """Return whether a token is valid, and was issued to the user since its ``token_stamp`` last changed."""
        try:
            return self.read(token) == Claim(user.id, user.token_stamp)
        except AuthenticationError:
            return False

    def digest(self, text: str) -> str:
        """Return a keyed digest of ``text``, for example as CSRF token of a session."""
        return hmac.new(self._signer.derive_key(), text.encode(), hashlib.sha256).hexdigest()


class _ClockedSigner(TimestampSigner):
    clock: Callable[[], datetime]

    def get_timestamp(self) -> int:
        return int(self.clock().timestamp())
