"""Processes: what runs at one power for some time, early, cheaply, or in pieces.

:func:`allocate` finds the steps, :func:`parse_process` reads the flex-model into
a :class:`ProcessModel`, and :class:`ProcessScheduler` does both as a scheduler
like those that packages install. Pure: no database, no clock, no HTTP.
"""

from wattloom.scheduling.process.allocation import ProcessType, allocate
from wattloom.scheduling.process.model import ProcessModel, Sense, TimeRestriction, parse_process
from wattloom.scheduling.process.scheduler import ProcessScheduler

__all__ = [
    "ProcessModel",
    "ProcessScheduler",
    "ProcessType",
    "Sense",
    "TimeRestriction",
    "allocate",
    "parse_process",
]
