"""Delete recorded data of many sensors, part by part.

Each part is a transaction of its own: others write in between, and what was
interrupted goes on when it is started again.
"""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from wattloom.db import Database
from wattloom.errors import NotFoundError
from wattloom.periods import ALL_TIME, Period
from wattloom.timeseries import RemoveOutcome, Sensor, first_part, hold_sensor

NOTHING = RemoveOutcome()

# Deleting so many takes SQLite about two seconds, in which nobody else writes.
_ROWS_AT_ONCE = 250_000


class Removal(Protocol):
    """Deletes some of what is recorded on a sensor, or says what it would delete."""

    def __call__(self, connection: Connection, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        """Do so for the events that lie wholly in the period."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What to delete, wherever it is found.

    Attributes:
        database: Opens the transactions.
        removal: What to delete of one sensor.
        period: Events that lie wholly in it.
        rows_at_once: About how many rows of a sensor one transaction looks at.
    """

    database: Database
    removal: Removal
    period: Period = ALL_TIME
    rows_at_once: int = _ROWS_AT_ONCE

    def preview(self, connection: Connection, sensor: Sensor) -> RemoveOutcome:
        """Return what :meth:`carry_out` would delete."""
        return self.removal(connection, sensor, self.period, dry_run=True)

    def carry_out(self, sensor: Sensor) -> RemoveOutcome:
        """Delete and return what was deleted; nothing more once the sensor itself is gone."""
        outcome, rest = NOTHING, self.period
        while True:
            try:
                with self.database.write() as connection:
                    # Between two parts it may have been changed.
                    held = hold_sensor(connection, sensor.id)
                    part = first_part(connection, held, rest, n_rows=self.rows_at_once)
                    outcome += self.removal(connection, held, part.period, dry_run=False)
            except NotFoundError:
                return outcome
            if part.next_start is None:
                return outcome
            rest = Period(part.next_start, rest.end)
