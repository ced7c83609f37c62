"""Whole databases on the move: to a file and back, and from one database to another.

:func:`dump` writes everything to one file that names neither SQLite nor
PostgreSQL, :func:`restore` fills an empty database from it, and :func:`copy`
does both at once. All tables come along by themselves; beliefs travel as
columns. Each function works in the transactions that it is given. Why it is
built this way: docs/decisions/0008-dump-format.md.
"""

from wattloom.transfer.archive import open_dump
from wattloom.transfer.block import RowProgress
from wattloom.transfer.copy import copy
from wattloom.transfer.dump import dump
from wattloom.transfer.manifest import Manifest
from wattloom.transfer.restore import restore
from wattloom.transfer.shape import all_shapes

__all__ = [
    "Manifest",
    "RowProgress",
    "all_shapes",
    "copy",
    "dump",
    "open_dump",
    "restore",
]
