"""Task runs as monitors and tasks see them."""

from typing_extensions import TypedDict


class TaskRunJson(TypedDict):
    """How a task is doing; ``frequency`` is how often it should run [min]."""

    status: str
    reason: str
    lastrun: str | None
    frequency: int
    process: str
    server: str


class TaskRunProblemJson(TaskRunJson):
    """The same with a message, where nothing is known of a task."""

    message: str


class TaskRunStoredJson(TypedDict):
    """That a report is stored."""

    status: str
    message: str
