"""Answers of the token endpoint."""

from typing_extensions import TypedDict


class TokenJson(TypedDict):
    """A token and whose it is."""

    auth_token: str
    user_id: int
    status: int
