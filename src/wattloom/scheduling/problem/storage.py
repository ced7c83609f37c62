"""Stock balance: S_t = a_t S_{t−1} + b_t ΔE_t for every stock.

Formulation: "Stock balance". The fields behind it are ``soc-at-start``,
``soc-min``, ``soc-max``, hard minima, maxima and targets, ``soc-gain``,
``soc-usage`` and the efficiencies.
"""

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower
from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.model import Device, Floats, Problem
from wattloom.scheduling.problem.program import ABSENT, Assembly, Indices, Term


def retained_shares(retention: Floats) -> tuple[Floats, Floats]:
    """Return a = ε and b = (ε − 1) / ln ε, the shares of old stock and of inflow left after a step.

    b is the loss applied continuously to an inflow spread evenly over the
    step. Its limits are b = 1 for ε = 1 and b = 0 for ε = 0.
    """
    assert ((retention >= 0) & (retention <= 1)).all()
    inflow = np.where(retention > 0, 1.0, 0.0)
    decays = (retention > 0) & (retention < 1)
    inflow[decays] = (retention[decays] - 1) / np.log(retention[decays])
    return retention, inflow


def add_stocks(assembly: Assembly, problem: Problem, power: DevicePower) -> tuple[Indices, Indices]:
    """Add S with its bounds and recursion: T columns and T rows per stock.

    S_t − a_t S_{t−1} − Δ b_t Σ η^u u + Δ b_t Σ w / η^d = Δ b_t δ_t, with a_0 S⁰ on the right for t = 0.

    Returns:
        The columns of S, and the rows of the recursion, each of shape (n_stocks, n_steps).
    """
    columns = np.full((len(problem.stocks), problem.n_steps), ABSENT, dtype=np.int64)
    rows = np.full_like(columns, ABSENT)
    for k, stock in enumerate(problem.stocks):
        columns[k] = assembly.add_columns(stock.min_mwh, stock.max_mwh)
        rows[k] = _add_recursion(assembly, problem, power, stock=k, columns=columns[k])
    return columns, rows


def _add_recursion(
    assembly: Assembly, problem: Problem, power: DevicePower, *, stock: int, columns: Indices
) -> Indices:
    parameters = problem.stocks[stock]
    a, b = retained_shares(parameters.retention)
    before = np.concatenate([[ABSENT], columns[:-1]])
    terms = [Term(columns, 1.0), Term(before, -a)]
    for d, device in enumerate(problem.devices):
        if device.stock == stock:
            terms.append(Term(power.u[d], -problem.step_h * b * device.charging_efficiency))
            terms.append(Term(power.w[d], problem.step_h * b / device.discharging_efficiency))
    change_mwh = problem.step_h * b * parameters.inflow_mw
    change_mwh[0] += a[0] * parameters.initial_mwh
    return assembly.add_equalities(terms, change_mwh, balancing=columns)


def stock_level(problem: Problem, stock: int, columns: Indices) -> Expression:
    """Return X_t = S_t of one stock.

    Its range is finite also where its bounds are not: no stock moves further
    from zero than all of its flows together can take it.
    """
    parameters = problem.stocks[stock]
    flow_mw = np.abs(parameters.inflow_mw)
    for device in problem.devices:
        if device.stock == stock:
            emptying_mw = into_stock_mw(device, device.consumption_min_mw)
            filling_mw = into_stock_mw(device, device.consumption_max_mw)
            flow_mw = flow_mw + np.maximum(np.abs(emptying_mw), np.abs(filling_mw))
    furthest = abs(parameters.initial_mwh) + np.cumsum(problem.step_h * flow_mw)
    lowest, highest = np.maximum(parameters.min_mwh, -furthest), np.minimum(parameters.max_mwh, furthest)
    return Expression((Term(columns, 1.0),), np.zeros(len(columns)), lowest, highest)


def into_stock_mw(device: Device, consumption_mw: Floats) -> Floats:
    """Return what net consumption [MW] brings into the device's stock [MW]: η^u u − w / η^d."""
    charging = device.charging_efficiency * np.maximum(consumption_mw, 0.0)
    return charging - np.maximum(-consumption_mw, 0.0) / device.discharging_efficiency
