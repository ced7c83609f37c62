"""What clients record on several sensors, whichever way it is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import FieldPath, InputError, PeriodError
from wattloom.periods import ALL_TIME, MICROSECOND, Microseconds, Resolution, to_us
from wattloom.timeseries import Floats, Ids, Rows, Sensor


@dataclass(frozen=True, slots=True)
class Place:
    """Where a series stands in the request, for errors.

    Attributes:
        number: What errors call each of its rows.
        prefix: The path of its fields.
        time_suffix: What the names of its columns of instants end in.
    """

    number: Ids
    prefix: FieldPath = ()
    time_suffix: str = ""

    def field(self, name: str) -> FieldPath:
        """Return the path of a field or column."""
        return (*self.prefix, f"{name}{self.time_suffix}" if name in {"event_start", "belief_time"} else name)

    def refuse(self, name: str, is_wrong: NDArray[np.bool_], message: str) -> None:
        """Refuse the first row of a column that is wrong.

        Raises:
            InputError: There is one.
        """
        wrong = np.flatnonzero(is_wrong)
        if len(wrong):
            raise InputError(message, field=(*self.field(name), int(self.number[wrong[0]])))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedSeries:
    """Values of one sensor; columns have shape (n,) with n ≥ 1.

    Attributes:
        place: Where it stands in the request.
        sensor_id: Whose events.
        value: NaN is a gap.
        event_start_us: Starts of the events [µs since 1970 UTC]; None where they follow from ``start``.
        start: Start of the first of equally long events, each beginning where the one before ends.
        unit: Unit of the values; None is the sensor's.
        resolution: Length of the events; None is the sensor's.
        belief_times_us: When each row was believed [µs since 1970 UTC].
        belief_time: When all rows were believed.
        horizon: How long before each event could be known it was believed.
        cumulative_probability: Position of each value in the believed distribution; None is the only value.
    """

    place: Place
    sensor_id: int
    value: Floats
    event_start_us: NDArray[Any] | None = None
    start: datetime | None = None
    unit: str | None = None
    resolution: Resolution | None = None
    belief_times_us: NDArray[Any] | None = None
    belief_time: datetime | None = None
    horizon: timedelta | None = None
    cumulative_probability: Floats | None = None

    def rows(self, sensor: Sensor) -> Rows:
        """Return the rows, with the belief times that they state themselves.

        Raises:
            InputError: A value is infinite, an instant too early or late, or a probability not between 0 and 1.
        """
        place = self.place
        place.refuse("event_value", np.isinf(self.value), "Not a finite number.")
        rows = Rows.of(place.number, self._starts_us(sensor), self.value)
        stated_us, probability = self.belief_times_us, self.cumulative_probability
        belief_time_us = rows.belief_time_us if stated_us is None else self._instants_us("belief_time", stated_us)
        if probability is None:
            probability = rows.cumulative_probability
        is_inside = (probability > 0) & (probability < 1)
        place.refuse("cumulative_probability", ~is_inside, "Must lie between 0 and 1, both excluded.")
        return Rows(rows.number, rows.start_us, rows.value, belief_time_us, probability)

    def _starts_us(self, sensor: Sensor) -> Microseconds:
        if self.event_start_us is not None:
            return self._instants_us("event_start", self.event_start_us)
        assert self.start is not None
        assert self.resolution is not None
        latest_us, n = to_us(ALL_TIME.end), len(self.value)
        # No event is shorter than its nominal length by more than an hour, so this bounds what follows.
        if to_us(self.start) + (n - 1) * (self.resolution.nominal // MICROSECOND) < latest_us:
            starts_us = self.resolution.starts_us(self.start, n, sensor.zone)
            if starts_us[-1] < latest_us:
                return starts_us
        raise PeriodError("The last event would start after the year 2199.", field=self.place.field("resolution"))

    def _instants_us(self, name: str, instants_us: NDArray[Any]) -> Microseconds:
        is_inside = (instants_us >= to_us(ALL_TIME.start)) & (instants_us < to_us(ALL_TIME.end))
        self.place.refuse(name, ~is_inside, "Must lie between the years 1900 and 2199.")
        whole: Microseconds = np.rint(instants_us).astype(np.int64)
        return whole
