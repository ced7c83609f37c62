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
class OperationMode:
    """One of the bands b in which a device can work; in every step it works in exactly one.

    Attributes:
        lowest_mw: b⁻, lowest net consumption in this mode [MW].
        highest_mw: b⁺, highest net consumption.
        min_up_h: Once entered it lasts at least so long [h].
        min_down_h: Once left it is not entered again for so long [h].
        start_cost: Cost of entering it [currency]; being in it in the first step is no start.
    """

    lowest_mw: float
    highest_mw: float
    min_up_h: float = 0.0
    min_down_h: float = 0.0
    start_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Ramp:
    """How fast the net consumption of a device may change from one step to the next.

    Attributes:
        up_mw_per_h: Fastest rise; +inf where unlimited.
        down_mw_per_h: Fastest fall, as a magnitude; +inf where unlimited.
        initial_mw: Net consumption just before the first step; None when unknown, and the first step is free.
    """

    up_mw_per_h: float
    down_mw_per_h: float
    initial_mw: float | None = None


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
        modes: B_d, bands of which its power keeps to one in each step; empty when any power will do.
        ramp: Limit on changes of its power; None without.
    """

    name: str
    consumption_min_mw: Floats
    consumption_max_mw: Floats
    charging_efficiency: Floats
    discharging_efficiency: Floats
    stock: int | None = None
    modes: tuple[OperationMode, ...] = ()
    ramp: Ramp | None = None


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
class Network:
    """What the devices of one commodity m are attached to: a grid connection, or an internal node.

    Attributes:
        commodity: ``electricity``, ``gas``…
        devices: D(m), indices of the flexible devices attached to it.
        inflexible_consumption_mw: R, net consumption of everything that is not scheduled, shape (n_steps,).
        import_max_mw: L⁺, hard limit on net consumption, shape (n_steps,); +inf where none; 0 for a node.
        export_max_mw: L⁻ as a magnitude, shape (n_steps,); +inf where none; 0 for a node.
        consumption_price_per_mwh: p^c, shape (n_steps,).
        production_price_per_mwh: p^p, shape (n_steps,).
        is_node: Whether nothing enters or leaves: what its devices give, its other devices take. Nodes
            have no prices, and no bill.
    """

    commodity: str
    devices: tuple[int, ...]
    inflexible_consumption_mw: Floats
    import_max_mw: Floats
    export_max_mw: Floats
    consumption_price_per_mwh: Floats
    production_price_per_mwh: Floats
    is_node: bool = False

    @classmethod
    def node(cls, commodity: str, devices: tuple[int, ...], inflexible_consumption_mw: Floats) -> "Network":
        """Return a network that is connected to nothing but its devices."""
        nothing = np.zeros_like(inflexible_consumption_mw)
        return cls(commodity, devices, inflexible_consumption_mw, nothing, nothing, nothing, nothing, is_node=True)


@dataclass(frozen=True, slots=True)
class Group:
    """Devices g that share a limit, such as a feeder, or that a commitment counts together.

    Attributes:
        name: What people call it.
        devices: D(g), indices of its flexible devices; those of groups inside it included.
        inflexible_consumption_mw: Net consumption of its devices that are not scheduled, shape (n_steps,).
        capacity_mw: C, hard limit on their sum in both directions, shape (n_steps,); +inf where none.
    """

    name: str
    devices: tuple[int, ...]
    inflexible_consumption_mw: Floats
    capacity_mw: Floats


@dataclass(frozen=True, slots=True)
class Coupling:
    """A converter q: the powers of its ports keep to fixed proportions, P_d = γ_d α.

    Attributes:
        name: What people call it.
        devices: Its ports, each an index of a device.
        coefficients: γ, one per port and not zero: positive for what it takes, negative for what it gives.
    """

    name: str
    devices: tuple[int, ...]
    coefficients: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NetFlow:
    """The quantity X_t = net consumption over a network [MW]."""

    network: int


@dataclass(frozen=True, slots=True)
class GroupFlow:
    """The quantity X_t = net consumption of a group of devices [MW]."""

    group: int


@dataclass(frozen=True, slots=True)
class DeviceFlow:
    """The quantity X_t = net consumption of one device [MW]."""

    device: int


@dataclass(frozen=True, slots=True)
class StockLevel:
    """The quantity X_t = stock at the end of step t [MWh]."""

    stock: int


Quantity: TypeAlias = NetFlow | GroupFlow | DeviceFlow | StockLevel


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

    Energy over each network is priced by the network itself and reported as
    ``"<commodity> net energy"``; what else costs is a commitment, or the start
    of an operation mode.

    Attributes:
        n_steps: T.
        step_h: Δ_t, length of each step [h], shape (n_steps,).
        devices: F, flexible devices.
        stocks: K.
        networks: M and N, grid-connected commodities and internal nodes. A device may be attached to none.
        commitments: C, in the order in which they are reported.
        groups: G.
        couplings: Q.
    """

    n_steps: int
    step_h: Floats
    devices: tuple[Device, ...]
    stocks: tuple[Stock, ...]
    networks: tuple[Network, ...]
    commitments: tuple[Commitment, ...] = ()
    groups: tuple[Group, ...] = ()
    couplings: tuple[Coupling, ...] = ()


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What all devices of a problem do: the plain answer to it, by which it is judged and priced.

    Attributes:
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        stock_mwh: Stocks at step boundaries, shape (n_stocks, n_steps + 1); entry 0 is the initial stock.
        mode: Operation mode of each device, an index into its modes, shape (n_devices, n_steps);
            −1 for devices without any.
    """

    consumption_mw: Floats
    stock_mwh: Floats
    mode: NDArray[np.int64]
