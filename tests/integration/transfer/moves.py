"""Dump, restore and copy, and what they say on the way."""

from pathlib import Path

from tests.factories import NOW
from tests.integration.transfer.whole_database import store_of
from wattloom.db import Database
from wattloom.transfer import Manifest, copy, dump, open_dump, restore


class Steps:
    """Hears the progress and remembers it."""

    def __init__(self) -> None:
        self.expected: dict[str, int] = {}
        self.seen: dict[str, int] = {}

    def start(self, step: str, n_rows: int) -> None:
        self.expected[step] = n_rows
        self.seen[step] = 0
        self._step = step

    def advance(self, n_rows: int) -> None:
        self.seen[self._step] += n_rows


def dumped(database: Database, path: Path, steps: Steps | None = None) -> Manifest:
    with database.read() as connection:
        return dump(connection, store_of(database), path, now=NOW, progress=steps or Steps())


def restored(database: Database, path: Path, steps: Steps | None = None) -> None:
    with open_dump(path) as opened, database.write() as connection:
        restore(connection, store_of(database), opened, steps or Steps())


def copied(source: Database, target: Database, steps: Steps | None = None) -> None:
    with source.read() as reading, target.write() as writing:
        copy(reading, store_of(source), writing, store_of(target), steps or Steps())
