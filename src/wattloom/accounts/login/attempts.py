"""How often something may be tried that somebody could guess, or flood others with."""

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from wattloom.accounts.find_user import normalize_email
from wattloom.errors import TooManyRequestsError
from wattloom.language import gettext
from wattloom.rate_limit import seconds_until

_MAX_EMAIL = 255


class AttemptLimiter:
    """Counts attempts per origin and e-mail, in the memory of this process.

    An origin is the network address that attempts come from, or what is counted wherever it comes from.
    """

    def __init__(self, limit: str, *, refusal: str) -> None:
        """Prepare to count.

        Args:
            limit: In words, for example ``10 per 5 minutes``.
            refusal: What those are told who have reached it, with a place for how long to ``%(wait)s``, marked as
                :func:`~wattloom.language.translatable`.
        """
        self._limit: RateLimitItem = parse(limit)
        self._refusal = refusal
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def check(self, origin: str, email: str) -> None:
        """Let the next attempt pass.

        Raises:
            TooManyRequestsError: Too many were counted; says when to come back.
        """
        if not self._windows.test(self._limit, *_owner(origin, email)):
            raise self._too_many(origin, email)

    def count(self, origin: str, email: str) -> None:
        """Remember an attempt."""
        self._windows.hit(self._limit, *_owner(origin, email))

    def take(self, origin: str, email: str) -> None:
        """Let an attempt pass and remember it, in one step: of attempts at the same time no more pass than may.

        Raises:
            TooManyRequestsError: Too many were counted; says when to come back.
        """
        if not self._windows.hit(self._limit, *_owner(origin, email)):
            raise self._too_many(origin, email)

    def forget(self, origin: str, email: str) -> None:
        """Count anew, after an attempt that was right."""
        self._windows.clear(self._limit, *_owner(origin, email))

    def _too_many(self, origin: str, email: str) -> TooManyRequestsError:
        wait_s = seconds_until(self._windows.get_window_stats(self._limit, *_owner(origin, email)).reset_time)
        return TooManyRequestsError(gettext(self._refusal, wait=wait_s), retry_after_s=wait_s)


def _owner(origin: str, email: str) -> tuple[str, str]:
    # Cut, so that nobody fills the memory with what nobody can have as e-mail.
    return origin, normalize_email(email)[:_MAX_EMAIL]
