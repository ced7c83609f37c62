"""What a deletion shows before it happens, and the question that it asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from wattloom.timeseries import BeliefTotals

Force = Annotated[bool, typer.Option("--force", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")]

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Preview:
    """What a deletion takes along.

    Attributes:
        subject: What was asked to be deleted, in words.
        things: What goes, labelled, by id; by what they are in the singular.
        totals: What is recorded on the sensors among them.
        notes: What else happens, and what does not.
    """

    subject: str
    things: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    totals: "BeliefTotals | None" = None
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the preview as text."""
        parts = [f"  {_counted(kind, items)}" for kind, items in self.things.items() if items]
        if self.totals is not None and self.totals.n_current + self.totals.n_superseded:
            parts.append(f"  {beliefs_text(self.totals.n_current, self.totals.n_superseded)}")
        return [f"This deletes {self.subject}{':' if parts else '.'}", *parts, *self.notes]


def agreed(lines: Sequence[str], *, force: bool, dry_run: bool) -> bool:
    """Show what would go, and return whether it shall; asks unless told otherwise."""
    typer.echo("\n".join(lines))
    if dry_run:
        typer.echo("Nothing has been deleted: this was a dry run.")
        return False
    if force or typer.confirm("Delete this?"):
        return True
    typer.echo("Nothing has been deleted.")
    return False


def beliefs_text(n_current: int, n_superseded: int) -> str:
    """Return how many beliefs in words."""
    return f"{n_current:,} current and {n_superseded:,} superseded beliefs"


def _counted(kind: str, items: Mapping[int, str]) -> str:
    labels = list(items.values())
    more = [f"{len(labels) - _NAMED:,} more"] if len(labels) > _NAMED else []
    return f"{len(labels):,} {kind}{'' if len(labels) == 1 else 's'}: {', '.join(labels[:_NAMED] + more)}"
