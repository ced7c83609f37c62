"""Problem → columns and rows: one call per constraint family."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.balance import add_network, net_energy
from wattloom.scheduling.problem.capacity import DevicePower, add_device_power, device_flow
from wattloom.scheduling.problem.commitments import Kink, add_kink, add_power_kink, add_runs, merged_kinks
from wattloom.scheduling.problem.couplings import add_couplings
from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.groups import add_groups, group_flow
from wattloom.scheduling.problem.model import (
    Commitment,
    DeviceFlow,
    Floats,
    GroupFlow,
    Grouping,
    NetFlow,
    Problem,
    Quantity,
    StockLevel,
    Trajectory,
)
from wattloom.scheduling.problem.modes import ModeColumns, add_modes
from wattloom.scheduling.problem.program import ABSENT, Assembly, Booleans, Indices, LinearProgram
from wattloom.scheduling.problem.ramps import add_ramps
from wattloom.scheduling.problem.sign import SignedPairs, add_signs, device_pairs, join_pairs
from wattloom.scheduling.problem.storage import add_stocks, stock_level


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows whose duals are prices, each of shape (n, n_steps); ABSENT where there is none.

    Attributes:
        balance: Of the networks: what a MW more of inflexible consumption costs in a step.
        stock: Recursions of the stocks: what a MWh more in the stock saves.
        group: Limits of the groups.
    """

    balance: Indices
    stock: Indices
    group: Indices


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the quantities of a problem stand in a linear program.

    Attributes:
        power: Columns of the devices.
        stock: Columns of S, shape (n_stocks, n_steps).
        flows: Net flow of each network.
        modes: Columns of the devices with operation modes.
        rows: Where the balances stand.
        pairs: Columns that exclude each other.
    """

    power: DevicePower
    stock: Indices
    flows: tuple[Expression, ...]
    modes: tuple[ModeColumns, ...]
    rows: Rows
    pairs: SignedPairs

    def trajectory(self, problem: Problem, values: Floats) -> Trajectory:
        """Return what a solution means.

        Args:
            problem: The problem laid out.
            values: Value of each column, shape (n_columns,).
        """
        padded = np.append(values, 0.0)  # ABSENT is the last entry
        initial = np.array([stock.initial_mwh for stock in problem.stocks]).reshape(-1, 1)
        mode = np.full(self.power.u.shape, ABSENT, dtype=np.int64)
        for columns in self.modes:
            mode[columns.device] = np.argmax(values[columns.y], axis=0)
        return Trajectory(
            consumption_mw=padded[self.power.u] - padded[self.power.w],
            stock_mwh=np.concatenate([initial, values[self.stock]], axis=1),
            mode=mode,
        )

    def within(self, program: LinearProgram) -> "Model":
        """Return the layout with the program that it belongs to."""
        return Model(self.power, self.stock, self.flows, self.modes, self.rows, self.pairs, program)


@dataclass(frozen=True, slots=True)
class Model(Layout):
    """A problem laid out, and its linear program."""

    program: LinearProgram


def build(problem: Problem, chosen: Booleans | None = None, *, whole_modes: bool = False) -> Model:
    """Build the linear program of a problem.

    Args:
        problem: The problem; device bounds finite.
        chosen: Which of the pairs that exclude each other get a binary, shape (n_pairs,); none by default.
        whole_modes: Whether a device is in one operation mode at a time; else it may be in several by parts.

    Returns:
        The program with its layout; columns of binaries of pairs come last. Equal problems give equal programs.
    """
    assembly = Assembly()
    layout = add_problem(assembly, problem, whole_modes=whole_modes)
    if chosen is not None:
        add_signs(assembly, layout.pairs, chosen)
    return layout.within(assembly.finish())


def add_problem(assembly: Assembly, problem: Problem, *, whole_modes: bool) -> Layout:
    """Add columns, rows and costs of a problem, without binaries of its pairs; return where they stand."""
    power = add_device_power(assembly, problem)
    stock, stock_rows = add_stocks(assembly, problem, power)
    modes = add_modes(assembly, problem, power, is_whole=whole_modes)
    add_couplings(assembly, problem, power)
    add_ramps(assembly, problem, power)
    group_rows = add_groups(assembly, problem, power)
    pairs = device_pairs(problem, power)
    per_step, per_run = _by_quantity(problem)
    flows = []
    for m in range(len(problem.networks)):
        kinks = merged_kinks([net_energy(problem, m), *per_step.pop(NetFlow(m), [])])
        flows.append(add_network(assembly, problem, power, m, kinks[0]))
        pairs += flows[m].pairs
        pairs += _add_kinks(assembly, flows[m].expression, kinks[1:])
    for quantity, commitments in per_step.items():
        kinks = merged_kinks(commitments)
        if isinstance(quantity, DeviceFlow):
            pairs += _add_power_kinks(assembly, problem, power, quantity.device, kinks)
        else:
            pairs += _add_kinks(assembly, _expression(problem, power, stock, quantity), kinks)
    for quantity, commitments in per_run.items():
        if isinstance(quantity, NetFlow):
            expression = flows[quantity.network].expression
        else:
            expression = _expression(problem, power, stock, quantity)
        for commitment in commitments:
            add_runs(assembly, expression, commitment)
    rows = Rows(_stacked([flow.rows for flow in flows], problem.n_steps), stock_rows, group_rows)
    return Layout(power, stock, tuple(flow.expression for flow in flows), modes, rows, join_pairs(pairs))


Commitments = dict[Quantity, list[Commitment]]


def _by_quantity(problem: Problem) -> tuple[Commitments, Commitments]:
    per_step: Commitments = defaultdict(list)
    per_run: Commitments = defaultdict(list)
    for commitment in problem.commitments:
        target = per_step if commitment.grouping is Grouping.EACH else per_run
        target[commitment.quantity].append(commitment)
    return per_step, per_run


def _add_kinks(assembly: Assembly, expression: Expression, kinks: list[Kink]) -> list[SignedPairs]:
    return [pairs for kink in kinks for pairs in add_kink(assembly, expression, kink)]


def _add_power_kinks(
    assembly: Assembly, problem: Problem, power: DevicePower, device: int, kinks: list[Kink]
) -> list[SignedPairs]:
    """Price a device's power; around zero its two directions are the deviations."""
    around_zero = [kink for kink in kinks if not kink.baseline.any()]
    elsewhere = [kink for kink in kinks if kink.baseline.any()]
    pairs = [each for kink in around_zero for each in add_power_kink(assembly, problem, power, device, kink)]
    return pairs + _add_kinks(assembly, device_flow(problem, power, device), elsewhere)


def _stacked(rows: list[Indices], n_steps: int) -> Indices:
    return np.array(rows, dtype=np.int64).reshape(len(rows), n_steps)


def _expression(problem: Problem, power: DevicePower, stock: Indices, quantity: Quantity) -> Expression:
    match quantity:
        case DeviceFlow(device):
            return device_flow(problem, power, device)
        case GroupFlow(group):
            return group_flow(problem, power, group)
        case StockLevel(k):
            return stock_level(problem, k, stock[k])
    raise AssertionError(f"{quantity} is not part of the problem")
