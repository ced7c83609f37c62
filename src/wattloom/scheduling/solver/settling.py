"""Settle what must be one or the other: the direction of each pair, the operation mode of each device and step.

Formulation: "Solving". A relaxation with everything settled is a linear
program: its optimum is a schedule, and its duals are prices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem import ABSENT, Booleans, Floats, Indices, LinearProgram, ModeColumns, Model
from wattloom.scheduling.solver.port import Outcome


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a schedule decides.

    Attributes:
        upwards: Which pairs point upwards, shape (n_pairs,).
        mode: Operation mode of each device in each step, shape (n_devices, n_steps); −1 without any.
    """

    upwards: Booleans
    mode: Indices


def largest_directions(model: Model, values: Floats) -> Booleans:
    """Return which pairs point upwards in a solution, by the larger of their columns."""
    upwards: Booleans = values[model.pairs.plus] >= values[model.pairs.minus]
    return upwards


def turned_where_it_pays(model: Model, decisions: Decisions, schedule: Outcome, tolerance: float) -> Decisions | None:
    """Return decisions with the pairs turned that rest at zero and would rather point the other way; None if none do.

    Args:
        model: The relaxation.
        decisions: What was settled.
        schedule: The optimum with these decisions.
        tolerance: What counts as zero.
    """
    if not len(schedule.column_duals):
        return None
    plus, minus = model.pairs.plus, model.pairs.minus
    is_idle = schedule.values[np.where(decisions.upwards, plus, minus)] <= tolerance
    pays = schedule.column_duals[np.where(decisions.upwards, minus, plus)] < -tolerance
    turns = is_idle & pays
    return replace(decisions, upwards=decisions.upwards ^ turns) if turns.any() else None


def settled(model: Model, decisions: Decisions) -> LinearProgram:
    """Return the relaxation in which each pair points one way, and each device is in one mode.

    The hulls of the pairs say nothing more then, and leave the duals to the limits themselves.
    """
    program, pairs = model.program, model.pairs
    lower, upper, row_upper = program.lower.copy(), program.upper.copy(), program.row_upper.copy()
    upper[pairs.minus[decisions.upwards]] = 0.0
    upper[pairs.plus[~decisions.upwards]] = 0.0
    row_upper[pairs.hulls[pairs.hulls != ABSENT]] = np.inf
    program = replace(program, lower=lower, upper=upper, row_upper=row_upper)
    for columns in model.modes:
        program = with_modes(program, columns, decisions.mode[columns.device])
    return program


def with_modes(program: LinearProgram, columns: ModeColumns, mode: Indices) -> LinearProgram:
    """Return a program with one device's modes decided, shape (n_steps,); steps with −1 stay open."""
    lower, upper = program.lower.copy(), program.upper.copy()
    is_in, is_open = mode == np.arange(len(columns.y))[:, None], mode < 0
    lower[columns.y] = np.where(is_open, lower[columns.y], is_in)
    upper[columns.y] = np.where(is_open, upper[columns.y], is_in)
    return replace(program, lower=lower, upper=upper)


def with_whole_modes(program: LinearProgram, columns: Sequence[ModeColumns]) -> LinearProgram:
    """Return a program in which some devices are in one mode at a time."""
    is_integer = program.is_integer.copy()
    for each in columns:
        is_integer[each.y] = True
    return replace(program, is_integer=is_integer)
