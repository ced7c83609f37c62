"""The optimisation problem as plain data: what the solver side needs, and nothing else.

Units: MW, MWh, hours and one currency. Consumption is positive. Flows have
``n_steps`` entries (averages over step t); stocks are counted at step ends:
entry t is the stock at the end of step t. Symbols as in docs/formulation.md.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Device:
    """A flexible device d: how much power it may take or give.

    Attributes:
        name: What people call it; used in reports and errors.
        consumption_min_mw: P⁻, lowest net consumption (negative: production), shape (n_steps,); finite.
        consumption_max_mw: P⁺, highest net consumption, shape (n_steps,); finite, not below P⁻.
        charging_efficiency: η^u, stock gained per unit consumed, shape (n_steps,); above 1 for heat pumps.
        discharging_efficiency: η^d > 0, unit produced per unit of stock, shape (n_steps,).
        stock: Index of the stock that it feeds, None for a pure flow.
    """

    name: str
    consumption_min_mw: Floats
    consumption_max_mw: Floats
    charging_efficiency: Floats
    discharging_efficiency: Floats
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock k: S_t = a_t S_{t-1} + b_t ΔE_t within hard bounds.

    Attributes:
        name: What people call it.
        initial_mwh: S⁰ before the first step [MWh].
        min_mwh: Hard lower bounds at step ends, shape (n_steps,); -inf where none.
        max_mwh: Hard upper bounds at step ends, shape (n_steps,); +inf where none.
        inflow_mw: δ, gains minus usages acting on the stock itself, shape (n_steps,).
        retention: ε, fraction of the stock left after one step, in [0, 1], shape (n_steps,).
        floor_mwh: Bound that holds always, for the start too (``soc-min``). A start below it is
            recovered as fast as possible, and ``min_mwh`` gives way until then.
        ceiling_mwh: The same from above (``soc-max``).
    """

    name: str
    initial_mwh: float
    min_mwh: Floats
    max_mwh: Floats
    inflow_mw: Floats
    retention: Floats
    floor_mwh: float = -np.inf
    ceiling_mwh: float = np.inf


@dataclass(frozen=True, slots=True)
class Grid:
    """The connection of one commodity m to its network.

    Attributes:
        commodity: ``electricity``, ``gas``…
        devices: Indices of the flexible devices attached to it.
        inflexible_consumption_mw: Net consumption of everything that is not scheduled, shape (n_steps,).
        import_max_mw: L⁺, hard limit on net consumption, shape (n_steps,); +inf where none.
        export_max_mw: L⁻ as a magnitude, shape (n_steps,); +inf where none.
        consumption_price_per_mwh: p^c, shape (n_steps,).
        production_price_per_mwh: p^p, shape (n_steps,).
    """

    commodity: str
    devices: tuple[int, ...]
    inflexible_consumption_mw: Floats
    import_max_mw: Floats
    export_max_mw: Floats
    consumption_price_per_mwh: Floats
    production_price_per_mwh: Floats


@dataclass(frozen=True, slots=True)
class NetFlow:
    """The quantity X_t = net consumption over a grid [MW]."""

    grid: int


@dataclass(frozen=True, slots=True)
class DeviceFlow:
    """The quantity X_t = net consumption of one device [MW]."""

    device: int


@dataclass(frozen=True, slots=True)
class StockLevel:
    """The quantity X_t = stock at the end of step t [MWh]."""

    stock: int


Quantity: TypeAlias = NetFlow | DeviceFlow | StockLevel


class Grouping(Enum):
    """How deviations are charged."""

    EACH = "each"
    """Every step for itself."""
    ANY = "any"
    """Once per run of steps with constant baseline and prices, for the largest deviation."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promised quantity c, and what departing from it costs.

    Attributes:
        name: As reported among the commitment costs; equal names are added up.
        quantity: What is promised.
        baseline: q [MW or MWh], shape (n_steps,); NaN or ±inf where inactive.
        up_price: π⁺, cost per unit above the baseline, shape (n_steps,).
        down_price: π⁻, as a rule negative: cost per unit is −π⁻ below it, shape (n_steps,).
        grouping: Whether each step or each run of steps is charged. With ``ANY``, departing
            must not pay: π⁺ ≥ 0 ≥ π⁻.
        is_custom: Whether a caller stated it; a name that one of ours bears is then reported as
            ``"<name> (custom)"``.
    """

    name: str
    quantity: Quantity
    baseline: Floats
    up_price: Floats
    down_price: Floats
    grouping: Grouping = Grouping.EACH
    is_custom: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One schedule to be found: minimise the cost of all commitments and of net energy.

    Energy over each grid is priced by the grid itself and reported as
    ``"<commodity> net energy"``; everything else that costs is a commitment.

    Attributes:
        n_steps: T.
        step_h: Δ [h].
        devices: F, flexible devices.
        stocks: K.
        grids: M, grid-connected commodities.
        commitments: C, in the order in which they are reported.
    """

    n_steps: int
    step_h: float
    devices: tuple[Device, ...]
    stocks: tuple[Stock, ...]
    grids: tuple[Grid, ...]
    commitments: tuple[Commitment, ...] = ()
