"""Results: what a solution means to people. Pure: arrays in, plain data out.

A solution already holds schedules [MW], stocks [MWh] and costs by name. Here
stand the rounding of what is stored, the account of states of charge that
were asked for, and a conflict in words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import numpy as np

from wattloom.errors import Clash, InfeasibleError
from wattloom.scheduling.problem import Booleans, Floats, Problem
from wattloom.scheduling.solver import Conflict, Limit, Origin, Solution

DECIMALS = 6
"""Stored powers and stocks, and compared stocks, are rounded to this many."""

StockEntry: TypeAlias = dict[str, int | list[dict[str, str]]]
"""``{"asset": 42, "soc-minima": [{"datetime": …, "violation": "20.0 kWh"}]}``"""


@dataclass(frozen=True, slots=True)
class StockWishes:
    """The states of charge that a device was asked for, as stated by the caller.

    Attributes:
        asset_id: The asset under which they are reported.
        stock: Index of the stock.
        minima_mwh: Lower bounds at step ends, shape (n_steps,); NaN where none.
        maxima_mwh: Upper bounds, likewise.
        targets_mwh: Wanted values, likewise.
    """

    asset_id: int
    stock: int
    minima_mwh: Floats
    maxima_mwh: Floats
    targets_mwh: Floats


@dataclass(frozen=True, slots=True)
class StockReport:
    """Which wishes were met. Both lists are ready for JSON.

    Attributes:
        unresolved: Per asset, wishes that were missed, with their violation in kWh.
        resolved: Per asset, kinds of wishes that were all met, with their margin in kWh.
    """

    unresolved: list[StockEntry]
    resolved: list[StockEntry]


def rounded(values: Floats, decimals: int = DECIMALS) -> Floats:
    """Return the values rounded, without negative zeros."""
    return np.round(values, decimals) + 0.0


def report_stocks(
    problem: Problem, solution: Solution, wishes: Iterable[StockWishes], *, starts_at: datetime, step: timedelta
) -> StockReport:
    """Compare stocks with what was asked for.

    One missed minimum puts all missed minima of the device under unresolved
    and none of the met ones under resolved; maxima likewise. Targets are only
    reported when missed, and so is the range (``soc-min``, ``soc-max``) of a
    stock that started outside it.

    Args:
        problem: The problem that was solved.
        solution: Its solution.
        wishes: What was asked for, per device.
        starts_at: Start of the first step.
        step: Length of a step.
    """
    report = StockReport([], [])
    ends_at = [(starts_at + (t + 1) * step).astimezone(UTC).isoformat() for t in range(problem.n_steps)]
    for wish in wishes:
        stock, level = problem.stocks[wish.stock], rounded(solution.stock_mwh[wish.stock, 1:])
        missed: StockEntry = {"asset": wish.asset_id}
        met: StockEntry = {"asset": wish.asset_id}
        for field, margin in (("soc-minima", level - wish.minima_mwh), ("soc-maxima", wish.maxima_mwh - level)):
            margin_mwh = rounded(margin)
            if (margin_mwh < 0).any():
                missed[field] = _amounts(ends_at, -margin_mwh, margin_mwh < 0, "violation")
            elif not np.isnan(margin_mwh).all():
                met[field] = _amounts(ends_at, margin_mwh, ~np.isnan(margin_mwh), "margin")
        violations = {
            "soc-targets": np.abs(level - wish.targets_mwh),
            "soc-min": stock.floor_mwh - level,
            "soc-max": level - stock.ceiling_mwh,
        }
        for field, violation in violations.items():
            violation_mwh = rounded(violation)
            if (violation_mwh > 0).any():
                missed[field] = _amounts(ends_at, violation_mwh, violation_mwh > 0, "violation")
        report.unresolved.extend([missed] if len(missed) > 1 else [])
        report.resolved.extend([met] if len(met) > 1 else [])
    return report


def infeasible_error(
    problem: Problem,
    conflict: Conflict,
    *,
    starts_at: datetime,
    step: timedelta,
    field_of: Callable[[Origin], str],
) -> InfeasibleError:
    """Return a conflict as an error that names its limits.

    Args:
        problem: The problem without a schedule.
        conflict: The limits that contradict each other.
        starts_at: Start of the first step.
        step: Length of a step.
        field_of: Says which field of the flex-model or flex-context states a limit.
    """
    clashes: Sequence[Clash] = [
        Clash(
            field=field_of(origin),
            device=_device_name(problem, origin),
            at=None if origin.step is None else starts_at + (origin.step + 1) * step,
            text=_in_words(problem, origin),
        )
        for origin in conflict.origins
    ]
    listed = "; ".join(f"{clash.field}: {clash.text}" for clash in clashes)
    return InfeasibleError(f"No schedule keeps all hard limits. In contradiction: {listed}.", clashes=clashes)


def _amounts(ends_at: list[str], amounts_mwh: Floats, steps: Booleans, key: str) -> list[dict[str, str]]:
    return [{"datetime": ends_at[t], key: f"{float(rounded(1e3 * amounts_mwh[t]))} kWh"} for t in np.flatnonzero(steps)]


def _device_name(problem: Problem, origin: Origin) -> str | None:
    match origin.limit:
        case Limit.GRID_IMPORT | Limit.GRID_EXPORT:
            return None
        case Limit.STOCK_MINIMUM | Limit.STOCK_MAXIMUM:
            return problem.stocks[origin.index].name
        case Limit.CONSUMPTION_CAPACITY | Limit.PRODUCTION_CAPACITY:
            return problem.devices[origin.index].name


def _in_words(problem: Problem, origin: Origin) -> str:
    k, t = origin.index, origin.step or 0
    match origin.limit:
        case Limit.CONSUMPTION_CAPACITY:
            return f"'{problem.devices[k].name}' consumes {_kw(problem.devices[k].consumption_max_mw)} at most"
        case Limit.PRODUCTION_CAPACITY:
            return f"'{problem.devices[k].name}' produces {_kw(-problem.devices[k].consumption_min_mw)} at most"
        case Limit.GRID_IMPORT:
            return f"the site takes {_kw(problem.grids[k].import_max_mw)} of {problem.grids[k].commodity} at most"
        case Limit.GRID_EXPORT:
            return f"the site gives {_kw(problem.grids[k].export_max_mw)} of {problem.grids[k].commodity} at most"
        case Limit.STOCK_MINIMUM:
            return f"'{problem.stocks[k].name}' holds {_number(problem.stocks[k].min_mwh[t])} kWh at least"
        case Limit.STOCK_MAXIMUM:
            return f"'{problem.stocks[k].name}' holds {_number(problem.stocks[k].max_mwh[t])} kWh at most"


def _kw(values_mw: Floats) -> str:
    lowest, highest = _number(values_mw.min()), _number(values_mw.max())
    return f"{highest} kW" if lowest == highest else f"{lowest} to {highest} kW"


def _number(value_m: float) -> str:
    return f"{round(1e3 * value_m, DECIMALS):g}"
