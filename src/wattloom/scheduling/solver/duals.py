"""What limits and energy are worth in a schedule: the duals of its linear program, in real units.

All are marginal: they hold for small changes, with operation modes and the
directions of flows kept as they are planned.
"""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem import Booleans, Expression, Floats, Indices, Model, Problem, Scale
from wattloom.scheduling.solver.port import Outcome

_AT_BOUND = 1e-7
"""A column this near to its bound, in scaled units, rests there."""


@dataclass(frozen=True, slots=True)
class Duals:
    """Marginal values of a schedule.

    Savings are what one unit more of a limit would save, never negative; zero where the limit is not reached.

    Attributes:
        balance: What one MW more of inflexible consumption in a step would cost, negative where it would save,
            shape (n_networks, n_steps) [currency/MW]; divided by Δ_t it is the marginal price of energy.
        stock: What one MWh more in a stock at the end of a step would save, negative where it would cost,
            shape (n_stocks, n_steps) [currency/MWh].
        group: Saving by the capacity of a group, in both directions, shape (n_groups, n_steps) [currency/MW].
        consumption_limit: Saving by P⁺ of a device, shape (n_devices, n_steps) [currency/MW].
        production_limit: Saving by −P⁻ of a device, same shape [currency/MW].
        import_limit: Saving by L⁺ of a network, shape (n_networks, n_steps) [currency/MW]; 0 for nodes.
        export_limit: Saving by L⁻ of a network, same shape [currency/MW].
        stock_min: Saving by a lower minimum of a stock, shape (n_stocks, n_steps) [currency/MWh].
        stock_max: Saving by a higher maximum of a stock, same shape [currency/MWh].
    """

    balance: Floats
    stock: Floats
    group: Floats
    consumption_limit: Floats
    production_limit: Floats
    import_limit: Floats
    export_limit: Floats
    stock_min: Floats
    stock_max: Floats


def duals_of(problem: Problem, model: Model, outcome: Outcome, scale: Scale) -> Duals | None:
    """Return the marginal values of a schedule in real units; None when its solve left none.

    Args:
        problem: The scaled problem.
        model: What it was built to.
        outcome: The schedule, the optimum of that program or of one with more of its columns fixed.
        scale: The units.
    """
    if not len(outcome.row_duals):
        return None
    row_duals = np.append(outcome.row_duals, 0.0) * scale.price  # ABSENT is the last entry
    savings = _Savings(model, outcome, scale.price)
    consumption, production = _device_limits(problem, model, savings)
    balance = row_duals[model.rows.balance]
    imports, exports = np.zeros(balance.shape), np.zeros(balance.shape)
    for m, network in enumerate(problem.networks):
        flow, devices = model.flows[m], list(network.devices)
        upwards, downwards = _flow_savings(flow, savings)
        by_devices = np.where(flow.highest < network.import_max_mw, upwards, 0.0)
        by_devices_down = np.where(-flow.lowest < network.export_max_mw, downwards, 0.0)
        balance[m] += by_devices_down - by_devices
        consumption[devices] += by_devices
        production[devices] += by_devices_down
        if not network.is_node:
            imports[m], exports[m] = upwards - by_devices, downwards - by_devices_down
    return Duals(
        balance=balance,
        stock=-row_duals[model.rows.stock],
        group=np.abs(row_duals[model.rows.group]),
        consumption_limit=consumption,
        production_limit=production,
        import_limit=imports,
        export_limit=exports,
        stock_min=savings.by_lower(model.stock),
        stock_max=savings.by_upper(model.stock),
    )


@dataclass(frozen=True, slots=True)
class _Savings:
    """What column bounds would save, by the columns' duals."""

    model: Model
    outcome: Outcome
    price: float

    def by_upper(self, columns: Indices) -> Floats:
        """Return what higher upper bounds would save; 0 for columns that are ABSENT or not at their bound."""
        saved = np.where(self._rests_at(self.model.program.upper), np.maximum(-self.outcome.column_duals, 0.0), 0.0)
        return self._of(columns, saved)

    def by_lower(self, columns: Indices) -> Floats:
        """Return what lower lower bounds would save; 0 for columns that are ABSENT or not at their bound."""
        saved = np.where(self._rests_at(self.model.program.lower), np.maximum(self.outcome.column_duals, 0.0), 0.0)
        return self._of(columns, saved)

    def _rests_at(self, bounds: Floats) -> Booleans:
        near: Booleans = np.abs(self.outcome.values - bounds) <= _AT_BOUND * np.maximum(1.0, np.abs(bounds))
        return near

    def _of(self, columns: Indices, saved: Floats) -> Floats:
        real: Floats = np.append(saved, 0.0)[columns] * self.price
        return real


def _device_limits(problem: Problem, model: Model, savings: _Savings) -> tuple[Floats, Floats]:
    """Return the savings by P⁺ and −P⁻; each bounds u from above where it allows u, else w from below."""
    lowest = _stacked([device.consumption_min_mw for device in problem.devices], problem.n_steps)
    highest = _stacked([device.consumption_max_mw for device in problem.devices], problem.n_steps)
    u, w = model.power.u, model.power.w
    return (
        np.where(highest >= 0, savings.by_upper(u), savings.by_lower(w)),
        np.where(lowest <= 0, savings.by_upper(w), savings.by_lower(u)),
    )


def _flow_savings(flow: Expression, savings: _Savings) -> tuple[Floats, Floats]:
    """Return the savings by the bounds of a net flow; where no limit is as strict, these follow from its devices."""
    plus, minus = flow.terms[0].columns, flow.terms[-1].columns
    return savings.by_upper(plus), savings.by_lower(plus) if minus is plus else savings.by_upper(minus)


def _stacked(series: list[Floats], n_steps: int) -> Floats:
    return np.array(series).reshape(len(series), n_steps)
