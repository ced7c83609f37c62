"""Which schedulers there are: our own, and those that installed packages offer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

import structlog

from wattloom.errors import FlexModelError, WattloomError, suggestion
from wattloom.scheduling.schedulers.scheduler import Scheduler, SchedulingTask

ENTRY_POINTS = "wattloom.schedulers"
"""Group of entry points; each names a class that is called without arguments."""

STORAGE = "StorageScheduler"
"""The scheduler of everything that no other one is chosen for; it plans devices together."""

PROCESS = "ProcessScheduler"
"""The scheduler of assets of the types process and load."""

_FIELD = "custom-scheduler"
_TEXTS = ("name", "version", "author")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Schedulers:
    """The schedulers that can be chosen.

    Attributes:
        table: By name; the StorageScheduler, which is always there, is not among them.
        broken: Why others that are installed cannot be used, by name.
    """

    table: Mapping[str, Scheduler]
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All that can be chosen."""
        return (STORAGE, *self.table)

    def resolve(self, stated: object, *, by: str) -> str:
        """Return the name of the scheduler that an attribute chooses.

        Args:
            stated: A name, or FlexMeasures's ``{"module": …, "class": name}``.
            by: Whose attribute it is, for example ``sensor 3``.

        Raises:
            FlexModelError: No such scheduler is installed, or it cannot be used.
        """
        name = stated.get("class") if isinstance(stated, Mapping) else stated
        if isinstance(name, str) and name in self.names:
            return name
        if isinstance(name, str) and name in self.broken:
            message = f"Scheduler '{name}', which {by} asks for, cannot be used: {self.broken[name]}"
            raise FlexModelError(message, field=_FIELD)
        hint = suggestion(name, self.names) if isinstance(name, str) else ""
        message = (
            f"No scheduler '{name}' is installed, which {by} asks for.{hint} There are: {', '.join(self.names)}. "
            f"A package adds one by an entry point of that name in the group {ENTRY_POINTS}."
        )
        raise FlexModelError(message, field=_FIELD)

    def check(self, name: str, task: SchedulingTask) -> None:
        """Let a scheduler judge a task.

        Raises:
            FlexModelError: The task is wrong, or the scheduler fails; names it then.
            WattloomError: Whatever else it raises.
        """
        try:
            self.table[name].check(task)
        except WattloomError:
            raise
        except Exception as error:
            message = f"{name} could not check the request: {type(error).__name__}: {error}"
            raise FlexModelError(message, field=_FIELD) from error


def installed_schedulers(own: Iterable[Scheduler]) -> Schedulers:
    """Return our own schedulers, and those of installed packages.

    What cannot be used is logged, and said to whoever asks for it; everything
    else goes on working.

    Args:
        own: Ours, which no package can replace.
    """
    table = {scheduler.name: scheduler for scheduler in own}
    taken = {STORAGE, *table}
    broken: dict[str, str] = {}
    for point in entry_points(group=ENTRY_POINTS):
        try:
            if point.name in taken:
                raise TypeError("another scheduler has this name")  # noqa: TRY301 - said like everything else
            taken.add(point.name)
            table[point.name] = _load(point)
        except Exception as error:  # noqa: BLE001 - a broken package must not stop the server
            broken.setdefault(point.name, f"{type(error).__name__}: {error}")
    # Without one, those that fall back on it cannot be used either.
    while dangling := _without_fallback(table):
        broken |= dangling
        table = {name: scheduler for name, scheduler in table.items() if name not in dangling}
    for name, reason in broken.items():
        _log.error("scheduler cannot be used", scheduler=name, reason=reason)
    return Schedulers(table, {name: reason for name, reason in broken.items() if name not in table})


def _without_fallback(table: Mapping[str, Scheduler]) -> dict[str, str]:
    """Return the schedulers whose fallback is not among the others, with the reason."""
    return {
        name: f"its fallback '{scheduler.fallback}' is not installed"
        for name, scheduler in table.items()
        if scheduler.fallback is not None and scheduler.fallback not in {STORAGE, *table} - {name}
    }


def _load(point: EntryPoint) -> Scheduler:
    """Return what an entry point offers, if it is a scheduler of the name of the entry point.

    Raises:
        TypeError: It is none.
        Exception: Whatever its package raises.
    """
    scheduler: Scheduler = point.load()()
    wrong = [name for name in _TEXTS if not isinstance(getattr(scheduler, name, None), str)]
    wrong += [name for name in ("check", "schedule") if not callable(getattr(scheduler, name, None))]
    if not isinstance(getattr(scheduler, "fallback", 0), str | None):
        wrong.append("fallback")
    if wrong:
        raise TypeError(f"{point.value} has no, or no right, {', '.join(wrong)}")
    if scheduler.name != point.name:
        raise TypeError(f"{point.value} calls itself '{scheduler.name}', its entry point '{point.name}'")
    return scheduler
