"""Small random optimisation problems with everything that a problem can hold.

A plan comes first, the limits are then drawn around it: so most problems have
a schedule, and many limits touch it. One problem in eight ignores the plan and
may have no schedule. Whoever calls brings the randomness: a seed gives the same
problem at any time, hypothesis looks for small ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

import numpy as np

from tests.property.random_promises import random_promises
from wattloom.scheduling.problem import (
    Coupling,
    Device,
    Floats,
    Group,
    Network,
    OperationMode,
    Problem,
    Ramp,
    Stock,
    into_stock_mw,
    retained_shares,
    step_distances_h,
)

PRICES = (-20.0, -5.0, 0.0, 30.0, 50.0, 80.0)
POWERS = (0.0, 0.5, 1.0, 2.0)
LIMITS = (np.inf, np.inf, 0.5, 1.0, 3.0)
BANDS = ((0.5, 1.0), (0.3, 2.0), (-1.0, -0.4), (-2.0, 2.0), (0.0, 0.2), (1.5, 1.5))


def random_problem(
    rng: Random, *, most_devices: int = 5, most_steps: int = 8, share_without_plan: float = 1 / 8
) -> Problem:
    """Draw a problem; equal sources of randomness give equal problems."""
    n_devices = min(most_devices, rng.choice((1, 2, 2, 3, 3, 4, 5)))
    n_steps = min(most_steps, rng.choice((1, 2, 3, 4, 4, 5, 6, 8)))
    return _Draft(rng, n_devices, n_steps, keeps_plan=rng.random() >= share_without_plan).problem()


@dataclass
class _Draft:
    rng: Random
    n_devices: int
    n_steps: int
    keeps_plan: bool
    step_h: Floats = field(init=False)
    plan_mw: Floats = field(init=False)

    def problem(self) -> Problem:
        length_h = self.rng.choice((0.25, 1.0))
        self.step_h = self.series((0.25, 0.5, 1.0)) if self.happens(0.3) else np.full(self.n_steps, length_h)
        is_idle = self.happens(0.5)
        self.plan_mw = np.array([self.plan(is_idle=is_idle) for _ in range(self.n_devices)])
        couplings = self.couplings()
        n_stocks = self.rng.choice((0, 1, 1, 2, 3))
        devices = tuple(self.device(d, n_stocks) for d in range(self.n_devices))
        problem = Problem(
            self.n_steps,
            self.step_h,
            devices,
            tuple(self.stock(k, devices) for k in range(n_stocks)),
            self.networks(),
            groups=self.groups(),
            couplings=couplings,
        )
        return replace(problem, commitments=random_promises(self.rng, problem))

    def happens(self, probability: float) -> bool:
        return self.rng.random() < probability

    def series(self, values: Sequence[float]) -> Floats:
        """Return one value for all steps, or one for each."""
        if self.happens(0.4):
            return np.full(self.n_steps, self.rng.choice(values))
        return np.array([self.rng.choice(values) for _ in range(self.n_steps)])

    def at_least(self, drawn: Floats, planned: Floats) -> Floats:
        return np.maximum(drawn, planned) if self.keeps_plan else drawn

    def at_most(self, drawn: Floats, planned: Floats) -> Floats:
        return np.minimum(drawn, planned) if self.keeps_plan else drawn

    def plan(self, *, is_idle: bool) -> Floats:
        return np.zeros(self.n_steps) if is_idle else self.series((0.0, 0.0, 0.5, 1.0, -0.5, -1.0))

    def couplings(self) -> tuple[Coupling, ...]:
        """Return converters with ports of their own, and make the plan keep to them."""
        free, found = self.rng.sample(range(self.n_devices), self.n_devices), []
        while len(free) > 1 and self.happens(0.3):
            n_ports = self.rng.randint(2, min(4, len(free)))
            ports, free = free[:n_ports], free[n_ports:]
            coefficients = [1.0, *(self.rng.choice((1.0, 3.0, -0.4, -0.5, -1.0)) for _ in ports[1:])]
            for port, coefficient in zip(ports[1:], coefficients[1:], strict=True):
                self.plan_mw[port] = coefficient * self.plan_mw[ports[0]]
            found.append(Coupling("converter", tuple(ports), tuple(coefficients)))
        return tuple(found)

    def device(self, d: int, n_stocks: int) -> Device:
        lowest, highest = self.power_range_mw(self.plan_mw[d])
        return Device(
            name=f"device {d}",
            consumption_min_mw=lowest,
            consumption_max_mw=highest,
            charging_efficiency=self.series((0.8, 0.95, 1.0, 1.0, 3.0)),
            discharging_efficiency=self.series((0.5, 0.95, 1.0, 1.0, 1.1)),
            stock=self.rng.choice((None, *range(n_stocks), *range(n_stocks))),
            modes=self.modes(self.plan_mw[d]) if self.happens(0.25) else (),
            ramp=self.ramp(self.plan_mw[d]) if self.happens(0.25) else None,
        )

    def power_range_mw(self, plan_mw: Floats) -> tuple[Floats, Floats]:
        consumes, produces = self.rng.choice(((1.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)))
        highest = self.at_least(consumes * self.series(POWERS), plan_mw)
        lowest = self.at_most(-produces * self.series(POWERS), plan_mw)
        if self.happens(0.15):  # it must run
            lowest = self.at_most(0.5 * highest, plan_mw)
        return lowest, highest

    def modes(self, plan_mw: Floats) -> tuple[OperationMode, ...]:
        lowest, highest = (plan_mw.min(), plan_mw.max()) if self.keeps_plan else (0.0, 0.0)
        bands = [(lowest, highest), *self.rng.sample(BANDS, self.rng.randint(0, 2))]
        durations, costs = (0.0, 0.0, 0.5, 1.0, 2.0), (0.0, 0.0, 1.0, 10.0)
        return tuple(
            OperationMode(
                float(low),
                float(high),
                min_up_h=self.rng.choice(durations),
                min_down_h=self.rng.choice(durations),
                start_cost=self.rng.choice(costs),
            )
            for low, high in self.rng.sample(bands, len(bands))
        )

    def ramp(self, plan_mw: Floats) -> Ramp:
        rates = (np.inf, 0.5, 1.0, 2.0, 4.0)
        initial_mw = self.rng.choice((None, 0.0, 0.5, -0.5, float(plan_mw[0])))
        first_mw = plan_mw[0] if initial_mw is None else initial_mw
        planned = np.diff(plan_mw, prepend=first_mw) / step_distances_h(self.step_h)
        up = self.at_least(np.array([self.rng.choice(rates)]), planned.max(keepdims=True))
        down = self.at_least(np.array([self.rng.choice(rates)]), -planned.min(keepdims=True))
        return Ramp(float(up[0]), float(down[0]), initial_mw)

    def stock(self, k: int, devices: tuple[Device, ...]) -> Stock:
        inflow_mw = self.series((0.0, 0.0, 0.1, -0.1))
        retention = self.series(self.rng.choice(((1.0,), (0.9, 0.5, 1.0), (1.0, 0.9, 0.0))))
        floor, ceiling = self.rng.choice((0.0, 0.0, 0.3, -np.inf)), self.rng.choice((1.0, 2.0, 4.0, np.inf))
        initial = self.rng.choice((0.0, 0.7, 2.0))
        if self.happens(0.1):  # it starts outside its range
            floor, ceiling, initial = self.rng.choice(((0.5, 2.0, 0.1), (0.0, 1.0, 1.6), (0.3, np.inf, -0.2)))
            levels = np.full(self.n_steps, initial)
        else:
            levels = self.planned_levels(k, devices, initial, inflow_mw, retention)
            floor = min(floor, float(self.at_most(np.array([initial]), levels.min(keepdims=True))[0]))
            ceiling = max(ceiling, float(self.at_least(np.array([initial]), levels.max(keepdims=True))[0]))
        wanted = self.series((-np.inf, -np.inf, 0.4, 1.0))
        allowed = self.series((np.inf, np.inf, 1.0, 0.6))
        lowest = np.clip(self.at_most(wanted, levels), floor, ceiling)
        highest = np.clip(self.at_least(allowed, levels), lowest, ceiling)
        return Stock(f"stock {k}", initial, lowest, highest, inflow_mw, retention, floor, ceiling)

    def planned_levels(
        self, k: int, devices: tuple[Device, ...], initial: float, inflow_mw: Floats, retention: Floats
    ) -> Floats:
        flows = [into_stock_mw(device, self.plan_mw[d]) for d, device in enumerate(devices) if device.stock == k]
        kept, share = retained_shares(retention)
        changes = self.step_h * share * (inflow_mw + sum(flows, np.zeros(self.n_steps)))
        levels = []
        for a, change in zip(kept, changes, strict=True):
            initial = a * initial + change
            levels.append(initial)
        return np.array(levels)

    def networks(self) -> tuple[Network, ...]:
        n_connected, n_nodes = self.rng.choice((1, 1, 1, 2)), self.rng.choice((0, 0, 1, 2))
        places = [self.rng.choice((*range(n_connected + n_nodes), 0, 0, None)) for _ in range(self.n_devices)]
        attached = [tuple(d for d, place in enumerate(places) if place == m) for m in range(n_connected + n_nodes)]
        connected = [self.connection(f"commodity {m}", attached[m]) for m in range(n_connected)]
        nodes = [
            Network.node(f"node {m}", attached[m], self.balancing_mw(attached[m]))
            for m in range(n_connected, n_connected + n_nodes)
        ]
        return (*connected, *nodes)

    def balancing_mw(self, devices: tuple[int, ...]) -> Floats:
        if self.keeps_plan or not devices:
            return 0.0 - self.plan_mw[list(devices)].sum(axis=0)
        return self.series((0.0, 0.0, 0.3, -0.5))

    def connection(self, commodity: str, devices: tuple[int, ...]) -> Network:
        fixed_mw = self.series((0.0, 0.0, 0.3, -0.6))
        net_mw = fixed_mw + self.plan_mw[list(devices)].sum(axis=0)
        buying = self.prices()
        return Network(
            commodity=commodity,
            devices=devices,
            inflexible_consumption_mw=fixed_mw,
            import_max_mw=self.at_least(self.series(LIMITS), net_mw),
            export_max_mw=self.at_least(self.series(LIMITS), -net_mw),
            consumption_price_per_mwh=buying,
            production_price_per_mwh=self.rng.choice((buying, buying - 5.0, self.prices())),
        )

    def prices(self) -> Floats:
        prices = self.series(PRICES)
        if self.happens(0.5):
            prices = prices + np.array([self.rng.randint(-300, 300) / 100 for _ in prices])
        return prices

    def groups(self) -> tuple[Group, ...]:
        """Return up to two groups; the first lies within the second."""
        order, found = self.rng.sample(range(self.n_devices), self.n_devices), []
        n_members = 0
        while n_members < self.n_devices and len(found) < 2 and self.happens(0.35):
            n_members = self.rng.randint(n_members + 1, self.n_devices)
            members = tuple(sorted(order[:n_members]))
            fixed_mw = self.series((0.0, 0.0, 0.4, -0.3))
            planned = np.abs(fixed_mw + self.plan_mw[list(members)].sum(axis=0))
            found.append(Group(f"group {n_members}", members, fixed_mw, self.at_least(self.series(LIMITS), planned)))
        return tuple(found)
