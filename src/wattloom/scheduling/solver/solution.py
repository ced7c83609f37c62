"""What solving a problem yields: a schedule, or the limits that contradict each other."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from wattloom.scheduling.problem import Floats, Trajectory
from wattloom.scheduling.solver.duals import Duals


@dataclass(frozen=True, slots=True)
class Solution:
    """A schedule that keeps all hard limits.

    Attributes:
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        net_consumption_mw: Net consumption per network, inflexible devices included, shape (n_networks, n_steps).
        stock_mwh: Stocks at step boundaries, shape (n_stocks, n_steps + 1); entry 0 is the initial stock.
        mode: Operation mode of each device, an index into its modes, shape (n_devices, n_steps); −1 without any.
        costs: Cost by name, in the order in which they are reported [currency].
        objective: Their sum [currency].
        bound: No schedule costs less than this [currency]; -inf when unknown.
        gap: How far the objective may lie above the best one, relative to it; 0 when proven, 1 when unknown.
        is_optimal: Whether the solver proved the optimum within its gap.
        n_binaries: How many binaries were needed.
        solve_s: Time spent in the solver [s].
        duals: What limits and energy are worth in it; None when time ran out before that was known.
    """

    consumption_mw: Floats
    net_consumption_mw: Floats
    stock_mwh: Floats
    mode: NDArray[np.int64]
    costs: dict[str, float]
    objective: float
    bound: float
    gap: float
    is_optimal: bool
    n_binaries: int
    solve_s: float
    duals: Duals | None

    @property
    def trajectory(self) -> Trajectory:
        """What all devices do."""
        return Trajectory(self.consumption_mw, self.stock_mwh, self.mode)


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The best schedule known at a moment of the search.

    Attributes:
        objective: Its cost [currency].
        bound: No schedule costs less than this [currency]; -inf when unknown.
        gap: How far the objective may lie above the best one, relative to it; 1 when unknown.
        seconds: Time spent so far [s].
    """

    objective: float
    bound: float
    gap: float
    seconds: float


class Limit(Enum):
    """The families of hard limits."""

    CONSUMPTION_CAPACITY = "consumption capacity"
    PRODUCTION_CAPACITY = "production capacity"
    GRID_IMPORT = "grid import"
    GRID_EXPORT = "grid export"
    STOCK_MINIMUM = "stock minimum"
    STOCK_MAXIMUM = "stock maximum"
    GROUP_CAPACITY = "group capacity"
    OPERATION_MODES = "operation modes"
    RAMP = "ramp"
    COUPLING = "coupling"
    NODE_BALANCE = "node balance"


@dataclass(frozen=True, slots=True)
class Origin:
    """A hard limit, by the part of the problem that states it.

    Attributes:
        limit: Its family.
        index: Of the device, network, stock, group or coupling.
        step: For stocks, the step at whose end it holds; None where the limit is meant over the whole window.
    """

    limit: Limit
    index: int
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """No schedule exists.

    Attributes:
        origins: Hard limits that cannot all be kept; without any one of them the rest can.
        is_smallest: False when time ran out before the set was as small as it gets.
    """

    origins: tuple[Origin, ...]
    is_smallest: bool
