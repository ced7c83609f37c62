"""Why each device runs or rests: one code per device and step, from marginal values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattloom.scheduling.explanation.codes import Bound, Reason
from wattloom.scheduling.explanation.outlook import BOUNDS, Outlook
from wattloom.scheduling.explanation.worth import Worth
from wattloom.scheduling.problem import Booleans, Floats, Indices, Problem, mode_bounds_mw

REASONS = tuple(Reason)
_POWER_SHARE = 1e-6
_CHARGES = {
    Bound.TARGET: Reason.CHARGE_FOR_TARGET,
    Bound.EMPTY: Reason.CHARGE_FOR_USE,
    Bound.FULL: Reason.CHARGE_BEFORE_FULL,
    Bound.CEILING: Reason.CHARGE_BEFORE_FULL,
    Bound.END: Reason.CHARGE_FOR_END,
}
Rule = tuple[Booleans, Reason]


class _View:
    """What the rules look at: arrays of shape (n_devices, n_steps), or one that broadcasts to it."""

    def __init__(
        self, problem: Problem, consumption_mw: Floats, worth: Worth, outlook: Outlook, limited: Booleans
    ) -> None:
        shape = consumption_mw.shape
        lowest = np.array([device.consumption_min_mw for device in problem.devices]).reshape(shape)
        highest = np.array([device.consumption_max_mw for device in problem.devices]).reshape(shape)
        for d, device in enumerate(problem.devices):
            if device.modes:
                bounds = mode_bounds_mw(device)
                lowest[d], highest[d] = np.maximum(lowest[d], bounds[0].min()), np.minimum(highest[d], bounds[1].max())
        self.size = _POWER_SHARE * np.maximum(np.abs(lowest), np.abs(highest)).max(axis=1, initial=0.0, keepdims=True)
        self.consumes = consumption_mw > self.size
        self.produces = consumption_mw < -self.size
        self.can_consume = highest > self.size
        self.can_produce = lowest < -self.size
        self.is_lowest = consumption_mw <= lowest + self.size
        self.is_highest = consumption_mw >= highest - self.size
        self.must_run = (lowest > self.size) | (highest < -self.size)
        self.worth = worth
        stocks = np.array([-1 if device.stock is None else device.stock for device in problem.devices], dtype=np.int64)
        self.has_stock = (stocks >= 0)[:, None]
        nothing = np.zeros(shape, dtype=np.int64)
        is_any = bool(len(problem.stocks))
        self.bound: Indices = outlook.bound[stocks] if is_any else nothing
        self.is_low: Booleans = outlook.is_low[stocks] if is_any else nothing.astype(np.bool_)
        self.is_high: Booleans = outlook.is_high[stocks] if is_any else nothing.astype(np.bool_)
        self.has_modes = np.array([bool(device.modes) for device in problem.devices]).reshape(-1, 1)
        self.has_ramp = np.array([device.ramp is not None for device in problem.devices]).reshape(-1, 1)
        self.is_limited: Booleans = limited | (worth.group_price < -worth.tolerance)
        self.is_coupled = np.zeros((shape[0], 1), dtype=np.bool_)
        for m, network in enumerate(problem.networks):
            self.is_limited[list(network.devices)] |= worth.surcharge[m] < -worth.tolerance
        for coupling in problem.couplings:
            self.is_coupled[list(coupling.devices)] = True


def reasons_of(
    problem: Problem, consumption_mw: Floats, worth: Worth, outlook: Outlook, limited: Booleans
) -> NDArray[Any]:
    """Return why each device does what it does.

    Args:
        problem: What was solved.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        worth: What energy is worth.
        outlook: What lies ahead of the stocks.
        limited: Where limits with a price keep devices from producing more, shape (n_devices, n_steps).

    Returns:
        Codes of :class:`Reason`, texts of shape (n_devices, n_steps).
    """
    view = _View(problem, consumption_mw, worth, outlook, limited)
    rules: list[Rule] = [
        (~view.can_consume & ~view.can_produce, Reason.UNAVAILABLE),
        *_of_converters(view),
        (view.must_run & (view.consumes & view.is_lowest | view.produces & view.is_highest), Reason.RUN_REQUIRED),
        *_of_storages(view),
        *_of_flows(view),
    ]
    conditions = [np.broadcast_to(condition, consumption_mw.shape) for condition, _ in rules]
    choices = [REASONS.index(reason) for _, reason in rules]
    chosen = np.select(conditions, choices, default=REASONS.index(Reason.REST))
    names: NDArray[Any] = np.array([str(reason) for reason in REASONS], dtype=object)[chosen]
    return names


def _of_converters(view: _View) -> list[Rule]:
    """Return whether the ports of converters do what pays; unknown values contradict nothing."""
    loss = view.worth.taken - view.worth.given
    runs = view.consumes | view.produces
    is_held = runs & (loss > view.worth.tolerance) | ~runs & (loss < -view.worth.tolerance)
    return [(view.is_coupled & is_held, Reason.COUPLED_HELD), (view.is_coupled, Reason.COUPLED)]


def _of_storages(view: _View) -> list[Rule]:
    worth, has_stock = view.worth, view.has_stock
    charges, discharges = view.consumes & has_stock, view.produces & has_stock
    rests = has_stock & ~view.consumes & ~view.produces
    is_unknown = np.isnan(worth.stored)
    pays_to_charge = view.can_consume & (worth.stored > worth.cost + worth.tolerance)
    pays_to_give = view.can_produce & (worth.income > worth.kept + worth.tolerance)
    # What is full need not tell why it takes no more, nor what is empty why it gives none.
    rather_more = rests & (pays_to_charge & ~view.is_high | pays_to_give & ~view.is_low)
    rather_not = charges & (worth.cost > worth.stored + worth.tolerance)
    rather_not |= discharges & (worth.income < worth.kept - worth.tolerance)
    no_room = (view.bound == BOUNDS.index(Bound.FULL)) | (view.bound == BOUNDS.index(Bound.CEILING))
    return [
        (charges & (worth.cost < -worth.tolerance), Reason.CHARGE_PAID),
        *_of_ways_to_run(view, rather_not | rather_more),
        (rather_not, Reason.LIMITED),
        (rather_more, Reason.HELD_BACK),
        *((charges & (view.bound == BOUNDS.index(bound)), reason) for bound, reason in _CHARGES.items()),
        (charges, Reason.CHARGE),
        (discharges & is_unknown, Reason.DISCHARGE),
        (discharges & no_room & (worth.kept <= worth.tolerance), Reason.DISCHARGE_FOR_ROOM),
        (discharges, Reason.DISCHARGE_WORTH),
        (rests & view.is_low, Reason.REST_EMPTY),
        (rests & view.is_high, Reason.REST_FULL),
        (rests & is_unknown, Reason.REST),
        (rests & view.can_consume & view.can_produce, Reason.REST_BETWEEN),
        (rests & view.can_consume, Reason.REST_DEAR),
        (rests & view.can_produce, Reason.REST_CHEAP),
    ]


def _of_flows(view: _View) -> list[Rule]:
    worth = view.worth
    may_give_more = view.can_produce & ~view.is_lowest & ~view.consumes
    rests = ~view.consumes & ~view.produces
    rather_not = view.consumes & (worth.cost > worth.tolerance) | view.produces & (worth.income < -worth.tolerance)
    rather_more = may_give_more & ~view.is_limited & (worth.income > worth.tolerance)
    rather_more |= rests & view.can_consume & (worth.cost < -worth.tolerance)
    return [
        *_of_ways_to_run(view, rather_not | rather_more),
        (view.consumes & (worth.cost < -worth.tolerance), Reason.RUN_PAID),
        (view.consumes, Reason.RUN),
        (may_give_more & view.is_limited, Reason.CURTAIL_LIMIT),
        (may_give_more & (worth.income > worth.tolerance) & rests, Reason.HELD_BACK),
        (may_give_more, Reason.CURTAIL_PRICE),
        (view.produces, Reason.PRODUCE),
        (rests & view.can_consume & (worth.cost < -worth.tolerance), Reason.HELD_BACK),
        (rests & view.can_consume, Reason.REST_DEAR),
    ]


def _of_ways_to_run(view: _View, is_odd: Booleans) -> list[Rule]:
    """Return what decides where a step is not as its own price would have it: steps of such devices hang together."""
    return [(is_odd & view.has_modes, Reason.MODES), (is_odd & view.has_ramp, Reason.RAMP)]
