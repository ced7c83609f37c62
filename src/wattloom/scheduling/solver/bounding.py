"""Bounding: what no solution of a linear program can fall below, whatever is known of its optimum.

Formulation: "Solving". Whoever may break each row for its dual y instead of
keeping it pays at least as little. What is left has no rows, and its optimum
is read off: each column rests where its reduced cost c − A'y wants it.
"""

import numpy as np

from wattloom.scheduling.problem import Booleans, Floats, LinearProgram

_NONE = 1e-9
"""A reduced cost up to this, the solver's tolerance in scaled units, counts as none where a column has no bound."""
_MOST_PULLS = 50


def lagrangian_bound(program: LinearProgram, row_duals: Floats) -> float:
    """Return a cost that no solution of a program undercuts: offset + Σ_i y_i b_i + Σ_j min (c − A'y)_j x_j.

    Duals of any origin give a bound, those of an optimum give its cost. Duals of the wrong sign count as zero, and
    those that make an endless column pay are made smaller until it does not.

    Args:
        program: The program; whole numbers may as well be fractions.
        row_duals: Rise of the objective per unit of each row's bound, shape (n_rows,).

    Returns:
        The bound; -inf where these duals give none.
    """
    duals = np.where(np.isneginf(program.row_lower), np.minimum(row_duals, 0.0), row_duals)
    duals = np.where(np.isposinf(program.row_upper), np.maximum(duals, 0.0), duals)
    for _ in range(_MOST_PULLS):
        reduced = program.cost - _sums(program, program.values * duals[program.rows])
        reduced[_is_endless(program, reduced) & (np.abs(reduced) <= _NONE)] = 0.0
        pays = _is_endless(program, reduced)
        if not pays.any():
            rows = _product(duals, np.where(duals > 0, program.row_lower, program.row_upper))
            columns = _product(reduced, np.where(reduced > 0, program.lower, program.upper))
            return float(program.offset + rows.sum() + columns.sum())
        duals = _pulled(program, duals, pays)
    return -np.inf


def _is_endless(program: LinearProgram, reduced: Floats) -> Booleans:
    """Return which columns would go on for ever at these reduced costs."""
    is_endless: Booleans = (reduced != 0) & np.isinf(np.where(reduced > 0, program.lower, program.upper))
    return is_endless


def _pulled(program: LinearProgram, duals: Floats, pays: Booleans) -> Floats:
    """Return duals nearer to zero, with which the columns that pay break even."""
    downwards = np.where(np.isposinf(program.upper), 1.0, -1.0)  # without an end above it must not pay to rise
    parts = program.values * duals[program.rows] * np.repeat(downwards, np.diff(program.starts))
    pulls = _sums(program, np.maximum(parts, 0.0))
    allowed = downwards * program.cost - _sums(program, np.minimum(parts, 0.0))
    factors = np.ones(program.n_columns)
    factors[pays] = np.clip(allowed[pays] / np.maximum(pulls[pays], _NONE), 0.0, 1.0)
    smallest, helps = np.ones(program.n_rows), parts > 0
    np.minimum.at(smallest, program.rows[helps], np.repeat(factors, np.diff(program.starts))[helps])
    return duals * smallest


def _sums(program: LinearProgram, entries: Floats) -> Floats:
    """Return the sum of a matrix's entries in each column, shape (n_columns,)."""
    columns = np.repeat(np.arange(program.n_columns), np.diff(program.starts))
    return np.bincount(columns, weights=entries, minlength=program.n_columns).astype(np.float64)


def _product(factors: Floats, bounds: Floats) -> Floats:
    """Return factors times bounds, where nothing times infinity is nothing."""
    result: Floats = np.where(factors != 0, factors, 0.0) * np.where(factors != 0, bounds, 0.0)
    return result
