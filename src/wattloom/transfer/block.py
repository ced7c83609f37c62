"""Rows on their way, as bytes that mean the same everywhere."""

import hashlib
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table, in the order of its key.

    Attributes:
        n_rows: How many.
        payload: Lines of JSON, or records of beliefs, as they stand in a dump.
    """

    n_rows: int
    payload: bytes


@dataclass(slots=True)
class Tally:
    """What has been seen of a table; two tables are equal when their tallies are.

    Attributes:
        n_rows: Rows so far.
        sha256: Over all payloads so far; where one block ends does not matter.
    """

    n_rows: int = 0
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, block: Block) -> None:
        """Count a block in."""
        self.n_rows += block.n_rows
        self.sha256.update(block.payload)


class RowProgress(Protocol):
    """Hears how a transfer gets on."""

    def start(self, step: str, n_rows: int) -> None:
        """Start a step, for example ``copying``, of that many rows."""

    def advance(self, n_rows: int) -> None:
        """Say that so many rows more are done."""
