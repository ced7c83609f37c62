"""State-of-charge events between ticks, projected onto the ticks around them.

A stock is bounded at ticks only. An event at τ between the ticks p and n says
what must hold at p and n, given what the device can do meanwhile:
reach_up(a, b) = C·η^u·(b−a) and reach_down(a, b) = G/η^d·(b−a), with C and G
the capacities of the step that contains τ.

=======  ==========================================================  ==========================
event v  at p                                                        at n
=======  ==========================================================  ==========================
target   v − reach_up(p,τ) ≤ S ≤ v + reach_down(p,τ)                 S = v
minimum  S ≥ v − reach_up(p,τ)                                       S ≥ v − reach_down(τ,n)
maximum  S ≤ v + reach_down(p,τ)                                     S ≤ v + reach_up(τ,n)
start    –                                                           both of the above at n
=======  ==========================================================  ==========================
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from wattloom.periods import HOUR_US, to_us
from wattloom.scheduling.flexmodel.variable import Segment, Segments, Variable
from wattloom.scheduling.flexmodel.window import Window

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reach:
    """How fast the stock can change, per step.

    Attributes:
        up_mw: C·η^u, shape (n_steps,).
        down_mw: G/η^d, shape (n_steps,); infinite where η^d is 0.
    """

    up_mw: Floats
    down_mw: Floats

    @classmethod
    def of(cls, consumption_mw: Floats, production_mw: Floats, charging: Floats, discharging: Floats) -> "Reach":
        """Return the reach of a device from its capacities and efficiencies; unknown capacities count as 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            down = np.where(discharging > 0, production_mw / discharging, np.inf)
        return cls(np.nan_to_num(consumption_mw) * charging, np.where(np.isnan(down), 0.0, down))


@dataclass(slots=True)
class TickBounds:
    """Bounds on the stock at the ends of steps [MWh], shape (n_steps,), NaN where none."""

    minima: Floats
    maxima: Floats
    targets: Floats

    def at_least(self, tick: int, value: float) -> None:
        """Raise the minimum at a tick."""
        if 0 <= tick < len(self.minima):
            self.minima[tick] = np.fmax(self.minima[tick], value)

    def at_most(self, tick: int, value: float) -> None:
        """Lower the maximum at a tick."""
        if 0 <= tick < len(self.maxima):
            self.maxima[tick] = np.fmin(self.maxima[tick], value)


def off_tick_points(variable: Variable | None, window: Window) -> tuple[Segment, ...]:
    """Return the moments of a listed series that lie between ticks."""
    if not isinstance(variable, Segments):
        return ()
    return tuple(s for s in variable.segments if s.start == s.end and not window.is_tick(s.start))


def has_off_tick(variable: Variable | None, window: Window) -> bool:
    """Whether a listed series has any moment, start or end between ticks."""
    if not isinstance(variable, Segments):
        return False
    return any(not (window.is_tick(s.start) and window.is_tick(s.end)) for s in variable.segments)


def without_off_tick_points(variable: Segments, window: Window) -> Segments:
    """Return a listed series without the moments that are projected."""
    dropped = set(off_tick_points(variable, window))
    return Segments(tuple(s for s in variable.segments if s not in dropped), variable.overlap)


def project_minima(points: tuple[Segment, ...], window: Window, reach: Reach, bounds: TickBounds) -> None:
    """Bound the ticks around each minimum from below."""
    for tick, before_h, after_h, value in _around(points, window):
        bounds.at_least(tick - 1, value - _times(reach.up_mw[tick], before_h))
        bounds.at_least(tick, value - _times(reach.down_mw[tick], after_h))


def project_maxima(points: tuple[Segment, ...], window: Window, reach: Reach, bounds: TickBounds) -> None:
    """Bound the ticks around each maximum from above."""
    for tick, before_h, after_h, value in _around(points, window):
        bounds.at_most(tick - 1, value + _times(reach.down_mw[tick], before_h))
        bounds.at_most(tick, value + _times(reach.up_mw[tick], after_h))


def project_targets(points: tuple[Segment, ...], window: Window, reach: Reach, bounds: TickBounds) -> None:
    """Keep each target within reach at the tick before, and state it at the tick after."""
    for tick, before_h, _after_h, value in _around(points, window):
        bounds.at_least(tick - 1, value - _times(reach.up_mw[tick], before_h))
        bounds.at_most(tick - 1, value + _times(reach.down_mw[tick], before_h))
        if np.isnan(bounds.targets[tick]):
            bounds.targets[tick] = value


def project_start(known_at: datetime, stock_mwh: float, window: Window, reach: Reach) -> tuple[float, float]:
    """Return the lowest and highest stock at the end of the first step, when the start is known only within it."""
    after_h = (window.start_us + window.step_us - to_us(known_at)) / HOUR_US
    return stock_mwh - _times(reach.down_mw[0], after_h), stock_mwh + _times(reach.up_mw[0], after_h)


def _around(points: tuple[Segment, ...], window: Window) -> Iterator[tuple[int, float, float, float]]:
    """Yield per point: index of the tick after it, hours since the tick before, hours to the tick after, value."""
    edges_us = window.edges_us()
    for point in points:
        at_us = to_us(point.start)
        tick = int(np.searchsorted(edges_us, at_us, side="right")) - 1
        if 0 <= tick < window.n_steps:
            yield tick, (at_us - edges_us[tick]) / HOUR_US, (edges_us[tick + 1] - at_us) / HOUR_US, point.value


def _times(rate_mw: float, hours: float) -> float:
    return float(rate_mw) * hours if rate_mw else 0.0
