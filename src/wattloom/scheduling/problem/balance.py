"""Network balance: f_m = f⁺ − f⁻ is the sum of all consumption and production behind a network.

Formulation: "Network balance". The fields behind it are ``site-power-capacity``
and the hard site capacities, the energy prices, and everything inflexible.
"""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower, total_range_mw
from wattloom.scheduling.problem.commitments import Kink
from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.model import Commitment, Floats, NetFlow, Problem
from wattloom.scheduling.problem.program import Assembly, Indices, Term
from wattloom.scheduling.problem.sign import SignedPairs, pairs_with_hull


@dataclass(frozen=True, slots=True)
class NetworkFlow:
    """The net flow of one network in the program.

    Attributes:
        expression: X_t = f_t.
        pairs: Flows that exclude each other because their cost is not convex.
        rows: Rows of the balance, shape (n_steps,).
    """

    expression: Expression
    pairs: list[SignedPairs]
    rows: Indices


def net_energy(problem: Problem, network: int) -> Commitment:
    """Return the energy bill of a network: baseline 0, π⁺ = Δ p^c, π⁻ = Δ p^p, every step for itself."""
    prices = problem.networks[network]
    return Commitment(
        name=f"{prices.commodity} net energy",
        quantity=NetFlow(network),
        baseline=np.zeros(problem.n_steps),
        up_price=problem.step_h * prices.consumption_price_per_mwh,
        down_price=problem.step_h * prices.production_price_per_mwh,
    )


def net_flow_range_mw(problem: Problem, network: int) -> tuple[Floats, Floats]:
    """Return the lowest and highest net flow that devices and hard limits allow, each of shape (n_steps,)."""
    site = problem.networks[network]
    lowest, highest = total_range_mw(problem, site.devices)
    return (
        np.maximum(lowest + site.inflexible_consumption_mw, -site.export_max_mw),
        np.minimum(highest + site.inflexible_consumption_mw, site.import_max_mw),
    )


def add_network(assembly: Assembly, problem: Problem, power: DevicePower, network: int, kink: Kink) -> NetworkFlow:
    """Add the net flow of a network with its limits, its balance and its cost around zero.

    f⁺ − f⁻ − Σ (u − w) = Σ P of what is inflexible, 0 ≤ f⁺ ≤ L⁺, 0 ≤ f⁻ ≤ L⁻.
    T rows and 2·T columns; T columns if the cost bends at no step, where
    −L⁻ ≤ f⁺ ≤ L⁺ stands for both directions. An internal node is a network
    with L⁺ = L⁻ = 0.

    Args:
        assembly: Receives columns, rows and costs.
        problem: The problem.
        power: Columns of the devices.
        network: Index of the network.
        kink: Everything that is charged per step around a net flow of zero.

    Returns:
        Where the flow stands.
    """
    site = problem.networks[network]
    lowest, highest = net_flow_range_mw(problem, network)
    kink = kink.straightened(lowest, highest)
    terms: list[Term]
    pairs: list[SignedPairs]
    if (kink.up_price == kink.down_price).all():
        flow = assembly.add_columns(-site.export_max_mw, site.import_max_mw)
        assembly.add_cost(flow, kink.up_price)
        terms, pairs = [Term(flow, 1.0)], []
    else:
        terms, pairs = _add_directions(assembly, kink, lowest, highest)
    rows = [*terms, *power.terms(site.devices, sign=-1.0)]
    fixed_mw = site.inflexible_consumption_mw
    balancing = np.where(fixed_mw <= 0, terms[-1].columns, terms[0].columns)
    balance = assembly.add_equalities(rows, fixed_mw, balancing=balancing)
    return NetworkFlow(Expression(tuple(terms), np.zeros(problem.n_steps), lowest, highest), pairs, balance)


def _add_directions(
    assembly: Assembly, kink: Kink, lowest: Floats, highest: Floats
) -> tuple[list[Term], list[SignedPairs]]:
    up, down = kink.up_price, kink.down_price
    imports = assembly.add_columns(np.zeros(len(up)), np.maximum(highest, 0.0))
    exports = assembly.add_columns(np.zeros(len(up)), np.maximum(-lowest, 0.0))
    assembly.add_cost(imports, up)
    assembly.add_cost(exports, -down)
    steps = np.flatnonzero(up < down)
    concave = pairs_with_hull(assembly, imports[steps], exports[steps], highest[steps], -lowest[steps])
    return [Term(imports, 1.0), Term(exports, -1.0)], [concave]
