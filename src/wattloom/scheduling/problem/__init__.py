"""The optimisation problem: typed arrays in, sparse columns and rows out.

:class:`Problem` says what is to be scheduled, :func:`build` turns it into a
:class:`LinearProgram`, :func:`commitment_costs` prices a schedule without a
solver. One module per constraint family, with the headings and symbols of
docs/formulation.md. Knows no sensor, no time zone and no solver.
"""

from wattloom.scheduling.problem.build import Model, build
from wattloom.scheduling.problem.costs import (
    all_commitments,
    commitment_costs,
    costs_by_name,
    net_consumption_mw,
)
from wattloom.scheduling.problem.model import (
    Commitment,
    Device,
    DeviceFlow,
    Floats,
    Grid,
    Grouping,
    NetFlow,
    Problem,
    Quantity,
    Stock,
    StockLevel,
)
from wattloom.scheduling.problem.program import Booleans, LinearProgram
from wattloom.scheduling.problem.recovery import RECOVERY_OF_MAXIMUM, RECOVERY_OF_MINIMUM, needs_recovery, with_recovery
from wattloom.scheduling.problem.scaling import Scale, scale_of, scaled
from wattloom.scheduling.problem.sign import SignedPairs
from wattloom.scheduling.problem.storage import into_stock_mw, retained_shares
from wattloom.scheduling.problem.tie_break import tie_break

__all__ = [
    "RECOVERY_OF_MAXIMUM",
    "RECOVERY_OF_MINIMUM",
    "Booleans",
    "Commitment",
    "Device",
    "DeviceFlow",
    "Floats",
    "Grid",
    "Grouping",
    "LinearProgram",
    "Model",
    "NetFlow",
    "Problem",
    "Quantity",
    "Scale",
    "SignedPairs",
    "Stock",
    "StockLevel",
    "all_commitments",
    "build",
    "commitment_costs",
    "costs_by_name",
    "into_stock_mw",
    "needs_recovery",
    "net_consumption_mw",
    "retained_shares",
    "scale_of",
    "scaled",
    "tie_break",
    "with_recovery",
]
