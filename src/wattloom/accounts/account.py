"""What an account is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wattloom.accounts.policy import Kind, Resource


@dataclass(frozen=True, slots=True)
class Account:
    """An organisation that shares the server with others.

    Attributes:
        name: Unique.
        primary_color: Hexadecimal, with or without ``#``.
        secondary_color: As above.
        logo_url: Where its logo is.
        attributes: Free JSON.
        consultancy_account_id: The account whose consultants look after this one.
        plan_id: The plan that limits what it may use; None for the limits of the server.
        roles: Ids and names of its roles.
    """

    id: int
    name: str
    primary_color: str | None
    secondary_color: str | None
    logo_url: str | None
    attributes: Mapping[str, Any]
    consultancy_account_id: int | None
    plan_id: int | None = None
    roles: tuple[tuple[int, str], ...] = ()

    @property
    def resource(self) -> Resource:
        """The facts that decide who may do what to it."""
        return Resource(Kind.ACCOUNT, self.id, self.consultancy_account_id)
