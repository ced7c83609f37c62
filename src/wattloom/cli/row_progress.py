"""A progress bar for rows on their way: how many a second, and how long it still takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class RowBar:
    """Shows one bar per step; is a :class:`~wattloom.transfer.RowProgress`."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def start(self, step: str, n_rows: int) -> None:
        """Show a new bar, of that many rows."""
        self._task = self._progress.add_task(step, total=n_rows)

    def advance(self, n_rows: int) -> None:
        """Move the bar of the present step on."""
        assert self._task is not None
        self._progress.advance(self._task, n_rows)


@contextmanager
def row_bar() -> Iterator[RowBar]:
    """Show bars on the terminal until the block ends; nothing where there is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Speed(ProgressColumn):
        def render(self, task: "Task") -> "Text":
            return Text(f"{task.speed or 0:,.0f} rows/s")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Speed(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield RowBar(progress)
