"""Variable quantities on the scheduling grid: one array per field, whatever form it was given in."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wattloom.errors import MissingDataError
from wattloom.periods import Microseconds
from wattloom.scheduling.flexmodel import (
    Fixed,
    Overlap,
    Segments,
    SensorReference,
    Variable,
    Window,
    on_steps,
    on_ticks,
)
from wattloom.scheduling.inputs.notices import Notices
from wattloom.scheduling.problem import Floats

Readings = Mapping[SensorReference, Floats]
"""Values of sensors in the canonical unit, for the steps and one step more, shape (n_steps + 1,); NaN where missing."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves variables on the steps or ticks of a window.

    Attributes:
        window: The planning window.
        readings: What the sensors say.
        instantaneous: Ids of the sensors whose values hold for a moment, not for a step.
        notices: Collects what people should know about the inputs.
    """

    window: Window
    readings: Readings
    instantaneous: frozenset[int]
    notices: Notices

    @property
    def step_h(self) -> Floats:
        """Length of each step [h], shape (n_steps,)."""
        return self.window.steps_h

    def full(self, value: float) -> Floats:
        """Return one value for all steps."""
        return np.full(self.window.n_steps, value)

    def steps(self, variable: Variable | None) -> Floats | None:
        """Return the values per step, NaN where unknown, shape (n_steps,); None for None."""
        match variable:
            case None:
                return None
            case Fixed(value):
                return self.full(value)
            case Segments():
                return on_steps(variable, self.window)
            case SensorReference():
                return self._read(variable)[:-1].copy()

    def steps_or(self, variable: Variable | None, default: float) -> Floats:
        """Return the values per step, ``default`` where unknown."""
        values = self.steps(variable)
        return self.full(default) if values is None else np.where(np.isnan(values), default, values)

    def ticks(self, variable: Variable | None, overlap: Overlap) -> Floats | None:
        """Return the values at the ends of steps, NaN where unknown, shape (n_steps,); None for None.

        An event of a sensor holds at both of its ends; where two events meet,
        ``overlap`` says which one counts.
        """
        match variable:
            case None:
                return None
            case Fixed(value):
                return self.full(value)
            case Segments():
                return on_ticks(variable, self.window)
            case SensorReference():
                values = self._read(variable)
                if variable.sensor_id in self.instantaneous:
                    return values[1:].copy()
                return _met(values[:-1], values[1:], overlap)

    def prices(self, variable: Variable, field: str) -> Floats:
        """Return prices per step: the first and last known one extended to the sides, 0 in gaps.

        Raises:
            MissingDataError: No price is known in the window.
        """
        values = self.steps(variable)
        assert values is not None
        known = np.flatnonzero(~np.isnan(values))
        if len(known) == 0:
            sensor_id = variable.sensor_id if isinstance(variable, SensorReference) else None
            named = f" (sensor {sensor_id})" if sensor_id is not None else ""
            raise MissingDataError(f"Prices unknown for planning window.{named}", field=field, sensor_id=sensor_id)
        if len(known) == len(values):
            return values
        self.notices.add(
            f"{field}: prices are missing for {len(values) - len(known)} of {len(values)} steps. {_assumed(known, len(values))}"
        )
        values[: known[0]] = values[known[0]]
        values[known[-1] :] = values[known[-1]]
        return np.nan_to_num(values)

    def _read(self, reference: SensorReference) -> Floats:
        values = self.readings[reference]
        return values if reference.default is None else np.where(np.isnan(values), reference.default, values)


def _assumed(known: Microseconds, n_steps: int) -> str:
    """Say what stands in for missing prices, from the positions of the known ones."""
    parts = [
        ("Before the first known one, that is used.", known[0] > 0),
        ("Gaps between known ones are taken as 0.", known[-1] - known[0] + 1 > len(known)),
        ("After the last known one, that is used.", known[-1] + 1 < n_steps),
    ]
    return " ".join(text for text, applies in parts if applies)


def _met(ending: Floats, starting: Floats, overlap: Overlap) -> Floats:
    if overlap is Overlap.MIN:
        return np.fmin(ending, starting)
    if overlap is Overlap.MAX:
        return np.fmax(ending, starting)
    return np.where(np.isnan(ending), starting, ending)
