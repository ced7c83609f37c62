"""Problem → columns and rows: one call per constraint family."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.balance import add_grid, net_energy
from wattloom.scheduling.problem.capacity import DevicePower, add_device_power, device_flow
from wattloom.scheduling.problem.commitments import Kink, add_kink, add_runs, merged_kinks
from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.model import (
    Commitment,
    DeviceFlow,
    Floats,
    Grouping,
    NetFlow,
    Problem,
    Quantity,
    StockLevel,
)
from wattloom.scheduling.problem.program import Assembly, Booleans, Indices, LinearProgram
from wattloom.scheduling.problem.sign import SignedPairs, add_signs, device_pairs, join_pairs
from wattloom.scheduling.problem.storage import add_stocks, stock_level


@dataclass(frozen=True, slots=True)
class Model:
    """A linear program, and where the problem's quantities stand in it.

    Attributes:
        program: Columns and rows.
        power: Columns of the devices.
        stock: Columns of S, shape (n_stocks, n_steps).
        pairs: Columns that exclude each other.
    """

    program: LinearProgram
    power: DevicePower
    stock: Indices
    pairs: SignedPairs

    def consumption_mw(self, values: Floats) -> Floats:
        """Return net consumption u − w of all devices, shape (n_devices, n_steps)."""
        padded = np.append(values, 0.0)  # ABSENT is the last entry
        consumption: Floats = padded[self.power.u] - padded[self.power.w]
        return consumption

    def stock_mwh(self, values: Floats) -> Floats:
        """Return S at step ends, shape (n_stocks, n_steps)."""
        return values[self.stock]


def build(problem: Problem, chosen: Booleans | None = None) -> Model:
    """Build the linear program of a problem.

    Args:
        problem: The problem; device bounds finite.
        chosen: Which of the pairs that exclude each other get a binary, shape (n_pairs,); none by default.

    Returns:
        The program with its layout; columns of binaries come last. Equal problems give equal programs.
    """
    assembly = Assembly()
    power = add_device_power(assembly, problem)
    stock = add_stocks(assembly, problem, power)
    pairs = device_pairs(problem, power)
    per_step, per_run = _by_quantity(problem)
    expressions: dict[Quantity, Expression] = {}
    for m in range(len(problem.grids)):
        kinks = merged_kinks([net_energy(problem, m), *per_step.pop(NetFlow(m), [])])
        expressions[NetFlow(m)], found = add_grid(assembly, problem, power, m, kinks[0])
        pairs += found
        pairs += _add_kinks(assembly, expressions[NetFlow(m)], kinks[1:])
    for quantity in [*per_step, *per_run]:
        if quantity not in expressions:
            expressions[quantity] = _expression(problem, power, stock, quantity)
    for quantity, commitments in per_step.items():
        pairs += _add_kinks(assembly, expressions[quantity], merged_kinks(commitments))
    for quantity, commitments in per_run.items():
        for commitment in commitments:
            add_runs(assembly, expressions[quantity], commitment)
    joined = join_pairs(pairs)
    if chosen is not None:
        add_signs(assembly, joined, chosen)
    return Model(assembly.finish(), power, stock, joined)


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


def _expression(problem: Problem, power: DevicePower, stock: Indices, quantity: Quantity) -> Expression:
    match quantity:
        case DeviceFlow(device):
            return device_flow(problem, power, device)
        case StockLevel(k):
            return stock_level(problem, k, stock[k])
    raise AssertionError(f"{quantity} is not part of the problem")
