"""Limits on how often something may be done, in words."""

import math
import time

from limits import RateLimitItem, parse_many

from wattloom.errors import InputError

UNLIMITED = "unlimited"
MAX_LIMIT_TEXT = 80


def parse_rate_limit(text: str, *, field: str, may_be_unlimited: bool = True) -> RateLimitItem | None:
    """Return a limit such as ``500 per minute``; None for ``unlimited``.

    Args:
        text: The limit in words.
        field: What holds it, for the error.
        may_be_unlimited: Whether ``unlimited`` is among the choices.

    Raises:
        InputError: It is no limit, or several; names the field.
    """
    if may_be_unlimited and text.strip().lower() == UNLIMITED:
        return None
    try:
        found = parse_many(text)
    except ValueError:
        found = []
    if len(found) != 1 or found[0].amount < 1 or len(text) > MAX_LIMIT_TEXT:
        alternative = f", or '{UNLIMITED}'" if may_be_unlimited else ""
        raise InputError(f"'{text}' is no limit; write for example '10 per 5 minutes'{alternative}.", field=field)
    return found[0]


def seconds_until(reset_s: float) -> int:
    """Return how long it is until a budget is full again, at least 1 s.

    Args:
        reset_s: When, by the system's clock, since 1970 [s]. The library counts by that clock, too.
    """
    return max(1, math.ceil(reset_s - time.time()))  # noqa: TID251 - see above
