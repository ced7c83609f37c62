"""Who states schedules among the beliefs."""

import wattloom
from wattloom.timeseries import NewSource

SCHEDULER = "StorageScheduler"
"""Name of the scheduler, as clients know it."""

SOURCE = NewSource(name="Wattloom", type="scheduler", model=SCHEDULER, version=wattloom.__version__)
"""Who states the values of schedules."""
