"""Limits on how often something may be done, in words."""

import math
import time
from enum import StrEnum

from limits import RateLimitItem, parse_many

from wattloom.errors import InputError

UNLIMITED = "unlimited"
MAX_LIMIT_TEXT = 80


class RateLimitKey(StrEnum):
    """Who shares one budget of triggers."""

    ACCOUNT_AND_ASSET = "account+asset"
    ACCOUNT = "account"
    USER = "user"


def parse_rate_limit(text: str, *, field: str) -> RateLimitItem | None:
    """Return a limit such as ``500 per minute``; None for ``unlimited``.

    Raises:
        InputError: It is no limit, or several; names the field.
    """
    if text.strip().lower() == UNLIMITED:
        return None
    try:
        found = parse_many(text)
    except ValueError:
        found = []
    if len(found) != 1 or found[0].amount < 1 or len(text) > MAX_LIMIT_TEXT:
        message = f"'{text}' is no limit; write for example '500 per minute' or '10 per 5 minutes', or '{UNLIMITED}'."
        raise InputError(message, field=field)
    return found[0]


def parse_rate_limit_key(text: str, *, field: str) -> RateLimitKey:
    """Return who shares one budget.

    Raises:
        InputError: There is no such choice; names the field.
    """
    try:
        return RateLimitKey(text.strip())
    except ValueError as error:
        raise InputError(f"'{text}' must be one of {', '.join(RateLimitKey)}.", field=field) from error


def seconds_until(reset_s: float) -> int:
    """Return how long it is until a budget is full again, at least 1 s.

    Args:
        reset_s: When, by the system's clock, since 1970 [s]. The library counts by that clock, too.
    """
    return max(1, math.ceil(reset_s - time.time()))  # noqa: TID251 - see above
