"""What can be done to things."""

from enum import StrEnum


class Action(StrEnum):
    """What can be done to a resource; creating is done to the parent."""

    READ = "read"
    CREATE_CHILDREN = "create-children"
    UPDATE = "update"
    DELETE = "delete"
