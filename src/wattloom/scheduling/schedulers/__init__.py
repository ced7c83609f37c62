"""The hook for schedulers: what one is, which are installed, and which is chosen for a device.

:class:`Scheduler` is the protocol that every scheduler but the StorageScheduler
is written against, :class:`Schedulers` the table of those that can be chosen,
:func:`choose_schedulers` the one rule by which they are. Packages import all that
they need from here. Knows no database.
"""

from wattloom.scheduling.flexmodel import Fixed, Segment, Segments, SensorReference, Window, find_sensor
from wattloom.scheduling.schedulers.choose import choose_schedulers
from wattloom.scheduling.schedulers.installed import ENTRY_POINTS, PROCESS, STORAGE, Schedulers, installed_schedulers
from wattloom.scheduling.schedulers.scheduler import (
    AssetFacts,
    PlannedSeries,
    Scheduler,
    SchedulerPlan,
    SchedulingTask,
    SensorValues,
)

__all__ = [
    "ENTRY_POINTS",
    "PROCESS",
    "STORAGE",
    "AssetFacts",
    "Fixed",
    "PlannedSeries",
    "Scheduler",
    "SchedulerPlan",
    "Schedulers",
    "SchedulingTask",
    "Segment",
    "Segments",
    "SensorReference",
    "SensorValues",
    "Window",
    "choose_schedulers",
    "find_sensor",
    "installed_schedulers",
]
