"""The hook for schedulers: what one is, which are installed, and which is chosen for a device.

:class:`Scheduler` is the protocol that every scheduler but the StorageScheduler
is written against, :class:`Schedulers` the table of those that can be chosen,
:func:`choose_schedulers` the one rule by which they are. Knows no database.
"""

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
    "PlannedSeries",
    "Scheduler",
    "SchedulerPlan",
    "Schedulers",
    "SchedulingTask",
    "SensorValues",
    "choose_schedulers",
    "installed_schedulers",
]
