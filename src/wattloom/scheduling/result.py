"""The result of a schedule job: what was met and missed, what it costs, and how sure that is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wattloom.scheduling.plan import Plan, series_of
from wattloom.scheduling.problem import NetFlow, all_commitments
from wattloom.scheduling.recorded import SCHEDULER
from wattloom.scheduling.report import soc_report


def plan_result(plans: Sequence[Plan]) -> Mapping[str, Any]:
    """Return what a job says of its plans, as clients of jobs read it.

    Args:
        plans: At least one; those of a sequence in their order.
    """
    reports = [soc_report(plan.inputs, plan.solution.stock_mwh) for plan in plans]
    notices = list(dict.fromkeys(notice for plan in plans for notice in plan.inputs.notices))
    recorded = list(series_of(plans))
    return {
        **{name: [each for report in reports for each in report[name]] for name in ("unresolved", "resolved")},
        "num-beliefs": sum(len(each.values) for each in recorded),
        "sensors": [each.sensor.id for each in recorded],
        "currency": plans[-1].inputs.config.site.currency,
        "notices": notices,
        "gap": max(plan.solution.gap for plan in plans),
        "is-optimal": all(plan.solution.is_optimal for plan in plans),
        "solve-s": sum(plan.solution.solve_s for plan in plans),
        "scheduler-info": {
            "scheduler": SCHEDULER,
            "commitment_costs": _costs(plans),
            "notices": notices,
        },
    }


def _costs(plans: Sequence[Plan]) -> dict[str, float]:
    """Return the costs by name: those of devices added up, and those of the site as the last device left them."""
    total: dict[str, float] = {}
    for index, plan in enumerate(plans):
        of_site = {each.name for each in all_commitments(plan.inputs.problem) if isinstance(each.quantity, NetFlow)}
        for name, cost in plan.solution.costs.items():
            # Alone in its problem, every device of a sequence is device 0 there.
            own_name = re.sub(r"\bdevice 0$", f"device {index}", name)
            is_new = name.removesuffix(" (custom)") in of_site or own_name not in total
            total[own_name] = cost if is_new else total[own_name] + cost
    return total
