"""When tasks last ran, as they report themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from wattloom.accounts.tables import latest_task_run
from wattloom.db import one_at_a_time
from wattloom.errors import InputError, NotFoundError

_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class TaskRun:
    """The latest run of a task.

    Attributes:
        name: What people call the task.
        at: When it ran, aware.
        succeeded: Whether it did what it should.
    """

    name: str
    at: datetime
    succeeded: bool


def report_task_run(connection: Connection, run: TaskRun) -> None:
    """Store that a task has run, in the place of what it reported before; the row is its own record.

    Args:
        connection: A write transaction.
        run: What the task reports.

    Raises:
        InputError: The name is blank or too long.
    """
    if not len(run.name.strip()) > 0 or len(run.name) > _MAX_NAME:
        raise InputError(f"The name of a task has 1 to {_MAX_NAME} characters.", field="name")
    one_at_a_time(connection, f"runs of task {run.name}")
    values = {"datetime": run.at, "status": run.succeeded}
    changed = connection.execute(update(latest_task_run).where(latest_task_run.c.name == run.name).values(values))
    if not changed.rowcount:
        connection.execute(insert(latest_task_run).values(values | {"name": run.name}))


def get_task_run(connection: Connection, name: str) -> TaskRun:
    """Return the latest run of a task.

    Raises:
        NotFoundError: It has not reported any.
    """
    row = connection.execute(select(latest_task_run).where(latest_task_run.c.name == name)).one_or_none()
    if row is None:
        raise NotFoundError("task run", name, message=f"Task '{name}' has not reported any run.")
    return TaskRun(row.name, row.datetime, row.status)
