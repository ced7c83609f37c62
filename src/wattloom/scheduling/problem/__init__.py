"""The optimisation problem: typed arrays in, sparse columns and rows out.

:class:`Problem` says what is to be scheduled, :func:`build` turns it into a
:class:`LinearProgram`, :func:`commitment_costs` prices a schedule without a
solver. One module per constraint family, with the headings and symbols of
docs/formulation.md. Knows no sensor, no time zone and no solver.
"""

from wattloom.scheduling.problem.balance import net_energy
from wattloom.scheduling.problem.build import Model, Rows, build
from wattloom.scheduling.problem.commitments import Kink, kink_of, merged_kinks, runs_of
from wattloom.scheduling.problem.costs import (
    all_commitments,
    commitment_costs,
    group_consumption_mw,
    named_costs,
    net_consumption_mw,
    start_costs,
)
from wattloom.scheduling.problem.device_costs import cycling, own_energy
from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.model import (
    Commitment,
    Coupling,
    Device,
    DeviceFlow,
    Floats,
    Group,
    GroupFlow,
    Grouping,
    NetFlow,
    Network,
    OperationMode,
    Problem,
    Quantity,
    Ramp,
    Stock,
    StockLevel,
    Trajectory,
)
from wattloom.scheduling.problem.modes import ModeColumns, hasty_changes, mode_bounds_mw
from wattloom.scheduling.problem.program import ABSENT, Assembly, Booleans, Indices, LinearProgram, Term
from wattloom.scheduling.problem.ramps import power_changes_mw, step_distances_h
from wattloom.scheduling.problem.recovery import RECOVERY_OF_MAXIMUM, RECOVERY_OF_MINIMUM, needs_recovery, with_recovery
from wattloom.scheduling.problem.scaling import Scale, scale_of, scaled
from wattloom.scheduling.problem.scenarios import ScenarioProblem, build_scenarios, part_of, weights_of
from wattloom.scheduling.problem.sign import SignedPairs
from wattloom.scheduling.problem.storage import into_stock_mw, retained_shares
from wattloom.scheduling.problem.stored_value import stored_value
from wattloom.scheduling.problem.tie_break import tie_break

__all__ = [
    "ABSENT",
    "RECOVERY_OF_MAXIMUM",
    "RECOVERY_OF_MINIMUM",
    "Assembly",
    "Booleans",
    "Commitment",
    "Coupling",
    "Device",
    "DeviceFlow",
    "Expression",
    "Floats",
    "Group",
    "GroupFlow",
    "Grouping",
    "Indices",
    "Kink",
    "LinearProgram",
    "ModeColumns",
    "Model",
    "NetFlow",
    "Network",
    "OperationMode",
    "Problem",
    "Quantity",
    "Ramp",
    "Rows",
    "Scale",
    "ScenarioProblem",
    "SignedPairs",
    "Stock",
    "StockLevel",
    "Term",
    "Trajectory",
    "all_commitments",
    "build",
    "build_scenarios",
    "commitment_costs",
    "cycling",
    "group_consumption_mw",
    "hasty_changes",
    "into_stock_mw",
    "kink_of",
    "merged_kinks",
    "mode_bounds_mw",
    "named_costs",
    "needs_recovery",
    "net_consumption_mw",
    "net_energy",
    "own_energy",
    "part_of",
    "power_changes_mw",
    "retained_shares",
    "runs_of",
    "scale_of",
    "scaled",
    "start_costs",
    "step_distances_h",
    "stored_value",
    "tie_break",
    "weights_of",
    "with_recovery",
]
