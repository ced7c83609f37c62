"""Forms as pages send them."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from wattloom.errors import TooManyRequestsError, WattloomError
from wattloom.http import CSRF_FIELD


async def _read_form(request: Request) -> dict[str, str]:
    sent = await request.form()
    return {name: value for name, value in sent.items() if isinstance(value, str) and "\0" not in value}


async def _read_csrf_token(request: Request) -> str:
    return (await _read_form(request)).get(CSRF_FIELD, "")


Form: TypeAlias = Annotated[dict[str, str], Depends(_read_form)]
"""The fields of a form by name; what is missing, or no text that anybody can have, is left out."""

CsrfToken: TypeAlias = Annotated[str, Depends(_read_csrf_token)]
"""A parameter ``csrf_token`` of this type lets handlers ask for the current user: the route looks at it."""


def form_status(refusal: WattloomError | None) -> int:
    """Return the status of a form that is shown again because of an error, or for the first time."""
    if refusal is None:
        return 200
    return 429 if isinstance(refusal, TooManyRequestsError) else 400
