"""Which limits are reached in which steps, and what each is worth."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, TypeAlias

import numpy as np

from wattloom.scheduling.explanation.worth import Worth
from wattloom.scheduling.problem import (
    Booleans,
    Device,
    DeviceFlow,
    Floats,
    GroupFlow,
    Grouping,
    Indices,
    NetFlow,
    Problem,
    StockLevel,
    Trajectory,
    group_consumption_mw,
    kink_of,
    mode_bounds_mw,
    power_changes_mw,
    runs_of,
    step_distances_h,
)
from wattloom.scheduling.solver import Duals

Part: TypeAlias = Literal["network", "group", "device", "stock"]
_SHARE = 1e-6
_IMPORT, _EXPORT = attrgetter("import_limit"), attrgetter("export_limit")
_CONSUMPTION, _PRODUCTION = attrgetter("consumption_limit"), attrgetter("production_limit")
_MINIMUM, _MAXIMUM, _GROUP = attrgetter("stock_min"), attrgetter("stock_max"), attrgetter("group")


@dataclass(frozen=True, slots=True)
class ReachedLimit:
    """A limit that leaves no room in some steps.

    Attributes:
        part: What it limits.
        index: Which one of them.
        code: Its name: ``import-capacity``, ``maximum``…, or that of a commitment that charges the largest breach.
        steps: When it is reached; for stocks at the ends of these steps.
        level: The limit [MW, or MWh for stocks], shape (n_steps_reached,).
        price: What one more MW for an hour would save, or one more MWh for stocks [currency/MWh]; NaN where unknown.
    """

    part: Part
    index: int
    code: str
    steps: Indices
    level: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class _Limits:
    problem: Problem
    trajectory: Trajectory
    net_mw: Floats
    group_mw: Floats
    worth: Worth
    duals: Duals | None

    def all(self) -> Iterator[ReachedLimit]:
        for m, network in enumerate(self.problem.networks):
            if not network.is_node:
                yield from self._of_network(m)
        for g, group in enumerate(self.problem.groups):
            flow = self.group_mw[g]
            price = self._saved(_GROUP, g, per_h=True)
            reached = np.abs(flow) >= group.capacity_mw - _size(flow)
            yield from _limit("group", g, "capacity", reached, group.capacity_mw, price)
        for d in range(len(self.problem.devices)):
            yield from self._of_device(d)
        for k in range(len(self.problem.stocks)):
            yield from self._of_stock(k)
        yield from self._priced()

    def _of_network(self, m: int) -> Iterator[ReachedLimit]:
        network, flow = self.problem.networks[m], self.net_mw[m]
        imports, exports = self._saved(_IMPORT, m, per_h=True), self._saved(_EXPORT, m, per_h=True)
        for code, room, limit, price in (
            ("import-capacity", network.import_max_mw - flow, network.import_max_mw, imports),
            ("export-capacity", network.export_max_mw + flow, network.export_max_mw, exports),
        ):
            yield from _limit("network", m, code, room <= _size(flow), limit, price)

    def _of_device(self, d: int) -> Iterator[ReachedLimit]:
        device, power = self.problem.devices[d], self.trajectory.consumption_mw[d]
        lowest, highest = device.consumption_min_mw, device.consumption_max_mw
        size = _SHARE * max(np.abs(lowest).max(), np.abs(highest).max())
        reached = (power >= highest - size) & (highest > size)
        price = self._saved(_CONSUMPTION, d, per_h=True)
        yield from _limit("device", d, "consumption-capacity", reached, highest, price)
        reached = (power <= lowest + size) & (lowest < -size)
        price = self._saved(_PRODUCTION, d, per_h=True)
        yield from _limit("device", d, "production-capacity", reached, -lowest, price)
        if device.modes:
            mode_lowest, mode_highest = (bounds[self.trajectory.mode[d]] for bounds in mode_bounds_mw(device))
            is_low = np.abs(power - mode_lowest) <= size
            reached = (is_low | (np.abs(power - mode_highest) <= size)) & (np.abs(power) > size)
            yield from _limit("device", d, "operation-mode", reached, np.where(is_low, mode_lowest, mode_highest))
        yield from self._of_ramp(d, device, size)

    def _of_ramp(self, d: int, device: Device, size: float) -> Iterator[ReachedLimit]:
        if device.ramp is None:
            return
        power = self.trajectory.consumption_mw[d]
        change, distance_h = power_changes_mw(device.ramp, power), step_distances_h(self.problem.step_h)
        for code, sign, per_h in (
            ("ramp-up", 1, device.ramp.up_mw_per_h),
            ("ramp-down", -1, device.ramp.down_mw_per_h),
        ):
            reached = sign * change >= per_h * distance_h - size
            yield from _limit("device", d, code, reached, power)

    def _of_stock(self, k: int) -> Iterator[ReachedLimit]:
        stock, level = self.problem.stocks[k], self.trajectory.stock_mwh[k, 1:]
        for code, room, limit, price in (
            ("minimum", level - stock.min_mwh, stock.min_mwh, self._saved(_MINIMUM, k)),
            ("maximum", stock.max_mwh - level, stock.max_mwh, self._saved(_MAXIMUM, k)),
        ):
            yield from _limit("stock", k, code, room <= _size(level), limit, price)

    def _priced(self) -> Iterator[ReachedLimit]:
        """Yield what is charged by its largest breach: peaks, and limits that may be broken at a price."""
        for commitment in self.problem.commitments:
            if commitment.grouping is not Grouping.ANY:
                continue
            part, index, quantity, price = self._quantity(commitment.quantity)
            kink, run = kink_of(commitment), runs_of(commitment)
            starts = np.flatnonzero(np.diff(run, prepend=-1))
            for sign, charged in ((1.0, kink.up_price > 0), (-1.0, kink.down_price < 0)):
                excess = sign * (quantity - kink.baseline)
                highest = np.maximum(np.maximum.reduceat(excess, starts), 0.0)[run]
                reached = charged & (excess >= highest - _size(quantity))
                level = kink.baseline + sign * highest
                yield from _limit(part, index, commitment.name, reached, level, price)

    def _quantity(
        self, quantity: NetFlow | GroupFlow | DeviceFlow | StockLevel
    ) -> tuple[Part, int, Floats, Floats | None]:
        match quantity:
            case NetFlow(m):
                return "network", m, self.net_mw[m], None if self.duals is None else np.abs(self.worth.surcharge[m])
            case GroupFlow(g):
                return "group", g, self.group_mw[g], None
            case DeviceFlow(d):
                return "device", d, self.trajectory.consumption_mw[d], None
            case StockLevel(k):
                return "stock", k, self.trajectory.stock_mwh[k, 1:], None

    def _saved(self, of: Callable[[Duals], Floats], index: int, *, per_h: bool = False) -> Floats | None:
        """Return what more of a limit would save in each step, or for an hour; None where nobody knows."""
        if self.duals is None:
            return None
        saving: Floats = of(self.duals)[index]
        return saving / self.problem.step_h if per_h else saving


def reached_limits(
    problem: Problem, trajectory: Trajectory, net_mw: Floats, worth: Worth, duals: Duals | None
) -> list[ReachedLimit]:
    """Return the limits that leave no room, each with its steps.

    Args:
        problem: What was solved.
        trajectory: What its devices do.
        net_mw: Net consumption per network, shape (n_networks, n_steps).
        worth: What energy is worth.
        duals: Marginal values; None when they are not known.
    """
    group_mw = group_consumption_mw(problem, trajectory.consumption_mw)
    return list(_Limits(problem, trajectory, net_mw, group_mw, worth, duals).all())


def limited_production(problem: Problem, limits: Sequence[ReachedLimit]) -> Booleans:
    """Return where a device may not produce more because of a limit of its own or its groups that has a price.

    Args:
        problem: What was solved.
        limits: Those that are reached.

    Returns:
        Shape (n_devices, n_steps). Hard limits have duals, which tell more.
    """
    limited = np.zeros((len(problem.devices), problem.n_steps), dtype=np.bool_)
    charged = {commitment.name for commitment in problem.commitments}
    for limit in limits:
        if limit.part in {"device", "group"} and limit.code in charged:
            devices = [limit.index] if limit.part == "device" else list(problem.groups[limit.index].devices)
            limited[np.ix_(np.array(devices, dtype=np.int64), limit.steps[limit.level <= 0])] = True
    return limited


def _size(quantity: Floats) -> float:
    return float(_SHARE * np.abs(quantity).max(initial=0.0)) + 1e-12


def _limit(
    part: Part, index: int, code: str, reached: Booleans, level: Floats, price: Floats | None = None
) -> Iterator[ReachedLimit]:
    steps = np.flatnonzero(reached)
    if len(steps):
        worth = np.full(len(steps), np.nan) if price is None else price[steps]
        yield ReachedLimit(part, index, code, steps, level[steps], worth)
