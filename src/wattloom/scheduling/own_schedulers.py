"""The schedulers that come with the product, beside the one for storages."""

from wattloom.scheduling.process import ProcessScheduler
from wattloom.scheduling.schedulers import PROCESS, Schedulers

OWN_SCHEDULERS = Schedulers({PROCESS: ProcessScheduler()})
"""Who plans what, when no package adds to it."""
