"""How far a reader of the outbox is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wattloom.errors import InputError

LOOK_BACK: Final = 1000
"""So many ids later, one that is still missing belongs to a transaction that was rolled back."""

_MOST_MISSING = 100


@dataclass(frozen=True, slots=True)
class Position:
    """All announcements up to an id were read, except those that were not there yet.

    PostgreSQL gives ids when rows are inserted and shows rows when they are
    committed: the row of a slower transaction appears below others that were read.

    Attributes:
        last: The highest id that was read; 0 before the first.
        missing: Lower ids whose rows may still appear, ascending.
    """

    last: int = 0
    missing: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str, *, field: str) -> "Position":
        """Read what :meth:`__str__` wrote.

        Raises:
            InputError: It is something else.
        """
        try:
            last, *missing = (int(part) for part in text.strip().split("."))
        except ValueError:
            last, missing = -1, []
        if last < 0 or len(missing) > _MOST_MISSING or last.bit_length() >= 64:  # noqa: PLR2004 - bits of an id
            raise InputError("This is no position; send one that was answered.", field=field)
        return cls(last, tuple(sorted({each for each in missing if 0 < each < last})))

    def __str__(self) -> str:
        """Return the position as text: ids with points between them."""
        return ".".join(map(str, (self.last, *self.missing)))

    def lacks(self, announcement_id: int) -> bool:
        """Return whether an announcement was not read yet."""
        return announcement_id > self.last or announcement_id in self.missing

    def after(self, ids: Iterable[int]) -> "Position":
        """Return the position once these announcements are read, too."""
        read = set(ids)
        last = max(read | {self.last})
        first = last - LOOK_BACK
        skipped = range(max(self.last + 1, first), last)
        missing = sorted(({each for each in self.missing if each >= first} | set(skipped)) - read)
        return Position(last, tuple(missing[-_MOST_MISSING:]))
