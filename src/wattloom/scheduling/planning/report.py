"""What is said about a schedule: which bounds on stocks were met or missed, and which inputs contradict each other."""

from typing import Any

import numpy as np

from wattloom.errors import Clash, InfeasibleError
from wattloom.scheduling.flexmodel import ELECTRICITY, DeviceModel, NetworkModel
from wattloom.scheduling.inputs import PlannedStock, ScheduleInputs
from wattloom.scheduling.problem import Floats
from wattloom.scheduling.solver import Conflict, Limit, Origin

_DECIMALS = 6


def soc_report(inputs: ScheduleInputs, stock_mwh: Floats) -> dict[str, list[dict[str, Any]]]:
    """Return the bounds that were missed (``unresolved``) and met (``resolved``), per asset, as clients of jobs read them.

    Of soc-minima and soc-maxima either the missed ticks are listed, or, if
    there are none, all ticks with the margin that is left. Missed soc-targets
    are listed, and ticks at which a stock is still outside soc-min and soc-max
    because it started there.

    Args:
        inputs: The problem with the bounds as stated.
        stock_mwh: Stocks at step boundaries, shape (n_stocks, n_steps + 1).
    """
    unresolved, resolved = [], []
    for planned in inputs.stocks:
        if planned.index is None or planned.model.asset_id is None:
            continue
        # Rounded first, so that noise of the solver is no violation.
        level = np.round(stock_mwh[planned.index, 1:], _DECIMALS)
        missed, met = _judge(planned, level, inputs)
        subject = {"asset": planned.model.asset_id}
        unresolved += [subject | missed] if missed else []
        resolved += [subject | met] if met else []
    return {"unresolved": unresolved, "resolved": resolved}


def _judge(planned: PlannedStock, level: Floats, inputs: ScheduleInputs) -> tuple[dict[str, Any], dict[str, Any]]:
    model, events = planned.model, planned.events
    missed: dict[str, Any] = {}
    met: dict[str, Any] = {}
    floor = np.full_like(level, np.nan if model.soc_min is None else model.soc_min)
    ceiling = np.full_like(level, np.nan if model.soc_max is None else model.soc_max)
    for name, shortage in (
        ("soc-minima", None if events.minima is None else events.minima - level),
        ("soc-maxima", None if events.maxima is None else level - events.maxima),
    ):
        if shortage is not None and not np.isnan(shortage).all():
            violated = _entries(shortage, np.round(shortage, _DECIMALS) > 0, "violation", inputs)
            if violated:
                missed[name] = violated
            else:
                met[name] = _entries(-shortage, ~np.isnan(shortage), "margin", inputs)
    for name, violation in (
        ("soc-targets", None if events.targets is None else np.abs(level - events.targets)),
        ("soc-min", floor - level),
        ("soc-max", level - ceiling),
    ):
        if violation is not None:
            violated = _entries(violation, np.round(violation, _DECIMALS) > 0, "violation", inputs)
            missed |= {name: violated} if violated else {}
    return missed, met


def _entries(amount_mwh: Floats, chosen: np.ndarray[Any, Any], word: str, inputs: ScheduleInputs) -> list[Any]:
    window = inputs.window
    return [
        {
            "datetime": window.tick(int(tick)).isoformat(),
            word: f"{abs(round(float(amount_mwh[tick]) * 1000, _DECIMALS))} kWh",
        }
        for tick in np.flatnonzero(chosen)
    ]


def contradiction(conflict: Conflict, inputs: ScheduleInputs) -> InfeasibleError:
    """Return the error that names the inputs behind conflicting limits."""
    clashes = list(dict.fromkeys(_clash(origin, inputs) for origin in conflict.origins))
    listed = "; ".join(clash.text for clash in clashes)
    which = "These limits" if conflict.is_smallest else "Some of these limits"
    return InfeasibleError(f"No schedule exists. {which} cannot all be kept: {listed}.", clashes=clashes)


def _clash(origin: Origin, inputs: ScheduleInputs) -> Clash:
    config, index = inputs.config, origin.index
    match origin.limit:
        case Limit.GRID_IMPORT | Limit.GRID_EXPORT:
            return _network_clash(config.networks[index], is_import=origin.limit is Limit.GRID_IMPORT)
        case Limit.CONSUMPTION_CAPACITY | Limit.PRODUCTION_CAPACITY:
            return _device_clash(config.devices[index], consumes=origin.limit is Limit.CONSUMPTION_CAPACITY)
        case Limit.STOCK_MINIMUM | Limit.STOCK_MAXIMUM:
            return _stock_clash(origin, inputs)
    field, name, text = _other_limit(origin, inputs)
    return Clash(field, name, None, text)


def _other_limit(origin: Origin, inputs: ScheduleInputs) -> tuple[str, str, str]:
    """Return field, name and words of a limit that is meant over the whole window."""
    config, index = inputs.config, origin.index
    match origin.limit:
        case Limit.OPERATION_MODES:
            name = config.devices[index].name
            return "operation-modes", name, f"power of {name} within one of its operation-modes"
        case Limit.RAMP:
            name = config.devices[index].name
            return "ramp-up-limit", name, f"changes of power of {name} within its ramp-up-limit and ramp-down-limit"
        case Limit.GROUP_CAPACITY:
            name = inputs.problem.groups[index].name
            return "power-capacity", name, f"consumption and production of group {name} within its power-capacity"
        case Limit.COUPLING:
            name = config.couplings[index].name
            return "coupling", name, f"fixed proportions of coupling '{name}'"
        case _:
            name = config.networks[index].commodity
            return "commodity", name, f"what devices give as {name} equal to what others take"
    raise AssertionError(f"{origin.limit} has no words")


def _network_clash(network: NetworkModel, *, is_import: bool) -> Clash:
    direction = "consumption" if is_import else "production"
    is_own = (network.consumption_capacity if is_import else network.production_capacity) is not None
    field = f"site-{direction}-capacity" if is_own else "site-power-capacity"
    of_what = "" if network.commodity == ELECTRICITY else f"{network.commodity} "
    return Clash(field, None, None, f"{of_what}{direction} of the site within its {field}")


def _device_clash(model: DeviceModel, *, consumes: bool) -> Clash:
    direction = "consumption" if consumes else "production"
    is_own = (model.consumption_capacity if consumes else model.production_capacity) is not None
    field = f"{direction}-capacity" if is_own else "power-capacity"
    return Clash(field, model.name, None, f"{direction} of {model.name} within its {field}")


def _stock_clash(origin: Origin, inputs: ScheduleInputs) -> Clash:
    planned = next(each for each in inputs.stocks if each.index == origin.index)
    stock, is_lower = inputs.problem.stocks[origin.index], origin.limit is Limit.STOCK_MINIMUM
    field, bound_mwh = ("soc-min", stock.floor_mwh) if is_lower else ("soc-max", stock.ceiling_mwh)
    at = None
    if origin.step is not None:
        at = inputs.window.tick(origin.step)
        bound_mwh = float((stock.min_mwh if is_lower else stock.max_mwh)[origin.step])
        field = _field_at(planned, origin.step, field, is_lower=is_lower)
    words = "at least" if is_lower else "at most"
    when = f" at {at.isoformat()}" if at is not None else ""
    text = f"{field}: state of charge of {planned.model.name} {words} {bound_mwh * 1000:g} kWh{when}"
    return Clash(field, planned.model.name, at, text)


def _field_at(planned: PlannedStock, step: int, otherwise: str, *, is_lower: bool) -> str:
    events = planned.events
    named = (
        ("soc-targets", events.targets),
        ("soc-minima", events.minima) if is_lower else ("soc-maxima", events.maxima),
    )
    return next((name for name, values in named if values is not None and not np.isnan(values[step])), otherwise)
