"""Options that several commands read in the same way."""

import json
from typing import Any

from wattloom.errors import InputError


def comma_separated(texts: list[str]) -> tuple[str, ...]:
    """Return the names in options that may be repeated and hold several each."""
    names = (name.strip() for text in texts for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def name_of(text: str, *, kind: str, max_length: int) -> str:
    """Return a name without blanks around it.

    Raises:
        InputError: Nothing is left, or too much.
    """
    name = text.strip()
    if not 0 < len(name) <= max_length:
        raise InputError(f"The name of {kind} has 1 to {max_length} characters.", field="--name")
    return name


def coordinate(value: float | None, *, option: str, limit: int) -> float | None:
    """Let a latitude or longitude pass [°].

    Raises:
        InputError: It is not on the globe.
    """
    if value is not None and not -limit <= value <= limit:
        raise InputError(f"{option} must lie between -{limit} and {limit} degrees.", field=option)
    return value


def json_value(text: str, kind: type, *, option: str, example: str) -> Any:
    """Return what a text says in JSON.

    Args:
        text: As written.
        kind: ``dict`` or ``list``.
        option: Where it was written.
        example: What would be right.

    Raises:
        InputError: It is not JSON, or of another kind, or holds NaN or an infinite number.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = f"{option} is not valid JSON ({error}); write for example {option} '{example}'."
        raise InputError(message, field=option) from error
    if not isinstance(value, kind):
        raise InputError(f"{option} must be like '{example}'.", field=option)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
