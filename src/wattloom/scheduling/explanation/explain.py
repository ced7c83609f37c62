"""Explain a plan: one document of plain columns, made right after solving.

Power is in kW with consumption positive, energy in kWh, values of energy in
money per kWh; figures have six digits. Columns have one entry per step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattloom.scheduling.explanation.figures import number, significant
from wattloom.scheduling.explanation.idle import Alternative, alternative, breach_costs, idle_consumption_mw
from wattloom.scheduling.explanation.limits import ReachedLimit, limited_production, reached_limits
from wattloom.scheduling.explanation.outlook import BOUNDS, outlook_of
from wattloom.scheduling.explanation.reasons import reasons_of
from wattloom.scheduling.explanation.worth import Worth, worth_of
from wattloom.scheduling.problem import Device, Floats, Problem
from wattloom.scheduling.solver import Solution

_PER_MW = 1000.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A device of the problem as people know it.

    Attributes:
        name: What they call it.
        sensor: Id of its power sensor, if it has one.
        asset: Id of its asset, if it is known.
    """

    name: str
    sensor: int | None
    asset: int | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained besides the problem and its solution.

    Attributes:
        start: Start of the first step, ISO 8601.
        currency: Of all money.
        devices: In the order of the problem.
        previous_mw: Net consumption that an earlier plan had, shape (n_devices, n_steps), NaN where it says nothing;
            None when there is none.
    """

    start: str
    currency: str
    devices: Sequence[Planned]
    previous_mw: Floats | None = None


def explain(problem: Problem, solution: Solution, subject: Subject) -> dict[str, Any]:
    """Return why a plan is as it is, ready to become JSON.

    Args:
        problem: What was solved.
        solution: What was found.
        subject: Names, times, and the plan before.
    """
    net_mw, duals = solution.net_consumption_mw, solution.duals
    worth = worth_of(problem, solution.consumption_mw, net_mw, duals)
    limits = reached_limits(problem, solution.trajectory, net_mw, worth, duals)
    return {
        "start": subject.start,
        "step_s": significant(problem.step_h, 3600.0),
        "currency": subject.currency,
        "has_values": duals is not None,
        "solver": _solver(solution),
        "costs": {name: number(cost) for name, cost in solution.costs.items()},
        "comparison": _comparison(problem, solution, subject),
        "networks": _networks(problem, net_mw, worth),
        "groups": [{"name": group.name, "devices": list(group.devices)} for group in problem.groups],
        "devices": _devices(problem, solution, subject, worth, limits),
        "stocks": _stocks(problem, solution),
        "limits": _limits(limits),
    }


def _solver(solution: Solution) -> Mapping[str, Any]:
    return {
        "status": "optimal" if solution.is_optimal else "feasible",
        "objective": number(solution.objective),
        "bound": number(solution.bound),
        "gap": number(solution.gap),
        "seconds": number(solution.solve_s),
        "binaries": solution.n_binaries,
    }


def _comparison(problem: Problem, solution: Solution, subject: Subject) -> Mapping[str, Any]:
    idle_mw, breaches = idle_consumption_mw(problem), breach_costs(problem, solution.trajectory)
    compared = {"idle": _compared(alternative(problem, idle_mw), solution, breaches), "previous": None}
    if subject.previous_mw is not None:
        kept_mw = np.where(np.isnan(subject.previous_mw), idle_mw, subject.previous_mw)
        lowest = [device.consumption_min_mw for device in problem.devices]
        highest = [device.consumption_max_mw for device in problem.devices]
        kept_mw = np.clip(kept_mw, lowest, highest)
        compared["previous"] = _compared(alternative(problem, kept_mw, follows=True), solution, breaches)
    return compared | {
        "stored_kwh": number(float(solution.stock_mwh[:, -1].sum()), _PER_MW),
        "breaches": number(breaches),
        "cost_without_breaches": number(solution.objective - breaches),
    }


def _compared(other: Alternative, solution: Solution, breaches: float) -> Mapping[str, Any]:
    own = None if other.cost is None else other.cost - other.breaches
    broken = other.broken and {"name": other.broken[0], "limit": other.broken[1], "step": other.broken[2]}
    return {
        "cost": None if other.cost is None else number(other.cost),
        "saving": None if other.cost is None else number(other.cost - solution.objective),
        "breaches": None if other.cost is None else number(other.breaches),
        "cost_without_breaches": None if own is None else number(own),
        "saving_without_breaches": None if own is None else number(own - (solution.objective - breaches)),
        "stored_kwh": number(other.stored_mwh, _PER_MW),
        "broken": broken,
    }


def _networks(problem: Problem, net_mw: Floats, worth: Worth) -> list[Mapping[str, Any]]:
    net_kw = significant(net_mw, _PER_MW)
    price, surcharge = significant(worth.network_price, 1 / _PER_MW), significant(worth.surcharge, 1 / _PER_MW)
    return [
        {
            "commodity": network.commodity,
            "is_node": network.is_node,
            "devices": list(network.devices),
            "net_kw": net_kw[m],
            "consumption_price": significant(network.consumption_price_per_mwh, 1 / _PER_MW),
            "production_price": significant(network.production_price_per_mwh, 1 / _PER_MW),
            "value": price[m],
            "surcharge": surcharge[m],
        }
        for m, network in enumerate(problem.networks)
    ]


def _devices(
    problem: Problem, solution: Solution, subject: Subject, worth: Worth, limits: Sequence[ReachedLimit]
) -> list[Mapping[str, Any]]:
    outlook = outlook_of(problem, solution.consumption_mw, solution.stock_mwh, solution.duals, worth.tolerance)
    limited = limited_production(problem, limits)
    reasons = reasons_of(problem, solution.consumption_mw, worth, outlook, limited)
    power_kw = significant(solution.consumption_mw, _PER_MW)
    cost, income = significant(worth.cost, 1 / _PER_MW), significant(worth.income, 1 / _PER_MW)
    stored, kept = significant(worth.stored, 1 / _PER_MW), significant(worth.kept, 1 / _PER_MW)
    taken, given = significant(worth.taken, 1 / _PER_MW), significant(worth.given, 1 / _PER_MW)
    ports = _ports(problem)
    documents: list[Mapping[str, Any]] = []
    for d, (device, planned) in enumerate(zip(problem.devices, subject.devices, strict=True)):
        document: dict[str, Any] = {
            "name": f"{planned.name} ({ports[d]})" if ports.get(d) else planned.name,
            "sensor": planned.sensor,
            "asset": planned.asset,
            "stock": device.stock,
            "power_kw": power_kw[d],
            "reason": reasons[d].tolist(),
            "cost": cost[d],
        }
        if (income[d] != cost[d]).any():
            document["income"] = income[d]
        document |= _ways_to_run(device)
        if d in ports:
            document |= {"taken_value": taken[d], "given_value": given[d]}
        if (np.abs(worth.limits[d]) > worth.tolerance).any():
            tariffs = (worth.cost[d] - worth.limits[d], worth.income[d] - worth.limits[d])
            document["tariff_cost"], document["tariff_income"] = (significant(each, 1 / _PER_MW) for each in tariffs)
        if subject.previous_mw is not None:
            document["previous_kw"] = significant(subject.previous_mw[d], _PER_MW)
        if device.stock is not None:
            k = device.stock
            document |= {
                "stored_value": stored[d],
                "kept_value": kept[d],
                "bound": [BOUNDS[index] for index in outlook.bound[k].tolist()],
                "bound_at": outlook.until[k],
                "used_at": outlook.use[k],
            }
        documents.append(document)
    return documents


def _ports(problem: Problem) -> Mapping[int, str]:
    """Return the ports of converters with the commodity of each, as they bear one name; empty without a network."""
    commodities = {d: network.commodity for network in problem.networks for d in network.devices}
    return {d: commodities.get(d, "") for coupling in problem.couplings for d in coupling.devices}


def _ways_to_run(device: Device) -> Mapping[str, Any]:
    """Return what a device is held to besides its capacities."""
    found: dict[str, Any] = {}
    if device.modes:
        found["modes"] = [
            {
                "lowest_kw": number(mode.lowest_mw, _PER_MW),
                "highest_kw": number(mode.highest_mw, _PER_MW),
                "least_h": number(mode.min_up_h),
                "pause_h": number(mode.min_down_h),
                "start_cost": number(mode.start_cost),
            }
            for mode in device.modes
        ]
    if device.ramp is not None:
        up, down = device.ramp.up_mw_per_h, device.ramp.down_mw_per_h
        found["ramp"] = {"up_kw_per_h": number(up, _PER_MW), "down_kw_per_h": number(down, _PER_MW)}
    return found


def _stocks(problem: Problem, solution: Solution) -> list[Mapping[str, Any]]:
    energy_kwh = significant(solution.stock_mwh, _PER_MW)
    nothing = np.full((len(problem.stocks), problem.n_steps), np.nan)
    values = significant(nothing if solution.duals is None else solution.duals.stock, 1 / _PER_MW)
    return [
        {"name": stock.name, "energy_kwh": energy_kwh[k], "value": values[k]} for k, stock in enumerate(problem.stocks)
    ]


def _limits(limits: Sequence[ReachedLimit]) -> list[Mapping[str, Any]]:
    # Rounded together: there are some for every device.
    nothing = np.empty(0)
    levels = significant(np.concatenate([nothing, *(limit.level for limit in limits)]), _PER_MW)
    prices = significant(np.concatenate([nothing, *(limit.price for limit in limits)]), 1 / _PER_MW)
    ends = np.cumsum([len(limit.steps) for limit in limits]).tolist()
    return [
        {
            "of": limit.part,
            "index": limit.index,
            "code": limit.code,
            "steps": limit.steps,
            "level": levels[end - len(limit.steps) : end],
            "price": prices[end - len(limit.steps) : end],
        }
        for limit, end in zip(limits, ends, strict=True)
    ]
