"""The result of a schedule job: what was met and missed, what it costs, and how sure that is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wattloom.scheduling.planning.delegate import DelegatedPlan
from wattloom.scheduling.planning.plan import AnyPlan, Plan, series_of
from wattloom.scheduling.planning.report import soc_report
from wattloom.scheduling.planning.solve_inputs import futures_json
from wattloom.scheduling.problem import GroupFlow, NetFlow, all_commitments
from wattloom.scheduling.recorded import source_json

_OF_DEVICE = re.compile(r"\b(device|storage|energy) 0\b")
"""Where the name of a cost tells whose it is. Alone in its problem, every device of a sequence is device 0."""


def plan_result(plans: Sequence[AnyPlan]) -> Mapping[str, Any]:
    """Return what a job says of its plans, as clients of jobs read it.

    Args:
        plans: At least one; those of a sequence in their order.
    """
    solved = [plan for plan in plans if isinstance(plan, Plan)]
    reports = [soc_report(plan.inputs, plan.solution.stock_mwh) for plan in solved]
    notices = list(dict.fromkeys(notice for plan in plans for notice in plan.notices))
    recorded = list(series_of(plans))
    return {
        **{name: [each for report in reports for each in report[name]] for name in ("unresolved", "resolved")},
        "num-beliefs": sum(len(each.values) for each in recorded),
        "sensors": [each.sensor.id for each in recorded],
        "sources": [source_json(plan.source) for plan in plans],
        "currency": plans[-1].currency,
        "notices": notices,
        "gap": max((plan.solution.gap for plan in solved), default=None),
        "is-optimal": all(plan.solution.is_optimal for plan in solved) if solved else None,
        "solve-s": sum(plan.solution.solve_s for plan in solved),
        "scheduler-info": {
            **{
                name: fact for plan in plans if isinstance(plan, DelegatedPlan) for name, fact in plan.told.info.items()
            },
            "scheduler": plans[-1].source.model,
            "commitment_costs": _costs(plans),
            "notices": notices,
        },
        **{
            name: fact
            for plan in solved
            if plan.futures
            for name, fact in futures_json(plan.inputs, plan.futures).items()
        },
    }


def _costs(plans: Sequence[AnyPlan]) -> dict[str, float]:
    """Return the costs by name: those of devices added up, and those of the site as the last device left them."""
    total: dict[str, float] = {}
    for index, plan in enumerate(plans):
        shared = _names_of_shared(plan) if isinstance(plan, Plan) else set()
        for name, cost in plan.costs.items():
            if name.removesuffix(" (custom)") in shared:
                total[name] = cost
            else:
                own_name = _OF_DEVICE.sub(rf"\1 {index}", name)
                total[own_name] = total.get(own_name, 0.0) + cost
    return total


def _names_of_shared(plan: Plan) -> set[str]:
    """Return which costs are about the site or several devices: they count again what was planned before."""
    return {
        each.name for each in all_commitments(plan.inputs.problem) if isinstance(each.quantity, NetFlow | GroupFlow)
    }
