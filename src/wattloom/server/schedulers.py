"""The schedulers of this server: our own, and those of installed packages."""

from functools import cache

from wattloom.scheduling import OWN_SCHEDULERS, Schedulers, installed_schedulers


@cache
def load_schedulers() -> Schedulers:
    """Return what can be chosen, as found when this process first asked."""
    return installed_schedulers(OWN_SCHEDULERS.table.values())
