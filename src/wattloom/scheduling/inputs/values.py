"""The values of sensors for schedulers that read them one by one, while they plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wattloom.db import Database
from wattloom.errors import FlexModelError, MissingDataError
from wattloom.scheduling.flexmodel import SensorReference, Variable
from wattloom.scheduling.inputs.assemble import Timing
from wattloom.scheduling.inputs.notices import Notices
from wattloom.scheduling.inputs.read import read_grid, with_what_is_held
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.problem import Floats
from wattloom.timeseries import BeliefStore, Events, Sensor


@dataclass(frozen=True, slots=True)
class StageValues:
    """Reads quantities on the steps of a window; of no sensors but those that a request names.

    Attributes:
        database: Where sensors stand.
        beliefs: Where their values stand.
        sensors: Those that may be read, by id.
        timing: The steps, and what is known.
        planned: What has been planned and is not recorded yet, by sensor in its unit; counts as if it were.
        notices: What people should know of what was read.
    """

    database: Database
    beliefs: BeliefStore
    sensors: Mapping[int, Sensor]
    timing: Timing
    planned: Mapping[int, Events]
    notices: Notices = field(default_factory=Notices)

    @property
    def believed_at(self) -> datetime:
        """Only what was believed then counts."""
        return self.timing.believed_at

    def steps(self, variable: Variable) -> Floats:
        """Return values in the unit of the variable, NaN where unknown, shape (n_steps,).

        Raises:
            FlexModelError: It refers to a sensor that the request does not name.
            InputError: The sensor's unit is another one, or a value is too large to calculate with.
        """
        values = self._resolver(variable).steps(variable)
        assert values is not None
        return values

    def prices(self, variable: Variable, field: str) -> Floats:
        """Return values like :meth:`steps`, the first and last known one extended to the sides, 0 in gaps.

        Raises:
            MissingDataError: No price is known in the window.
        """
        try:
            return self._resolver(variable).prices(variable, field)
        except MissingDataError as error:
            with self.database.read() as connection:
                raise with_what_is_held(connection, error, self.sensors, self.timing) from error

    def _resolver(self, variable: Variable) -> Resolver:
        references = [variable] if isinstance(variable, SensorReference) else []
        for reference in references:
            if reference.sensor_id not in self.sensors:
                message = f"Neither flex-model nor flex-context names sensor {reference.sensor_id}."
                raise FlexModelError(message, field="sensor")
        with self.database.read() as connection:
            readings = read_grid(connection, self.beliefs, references, self.sensors, self.timing, self.planned)
        return Resolver(self.timing.window, readings, frozenset(), self.notices)
