"""What the path's ``{id}`` names, declared in a handler's signature with what may be done to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from wattloom.accounts import Action, Resource, User, policy


@dataclass(frozen=True, slots=True)
class Permitted:
    """Annotates a parameter: ``ReadableAsset = Annotated[Asset, Permitted(Action.READ, find_asset)]``.

    Attributes:
        action: What the handler does to the thing.
        find: Returns the thing, and how the rules see it; raises NotFoundError.
    """

    action: Action
    find: Callable[[Connection, int], tuple[Any, Resource]]

    def resolve(self, connection: Connection, user: User, subject_id: int) -> Any:
        """Return the thing.

        Raises:
            NotFoundError: There is none with this id.
            PermissionDeniedError: The caller may not do this to it.
        """
        thing, resource = self.find(connection, subject_id)
        policy.check(user, self.action, resource)
        return thing
