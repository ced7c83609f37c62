"""Device power: u_{d,t} consumed and w_{d,t} produced, limited by column bounds.

Formulation: "Device power". The fields behind it are ``power-capacity``,
``consumption-capacity`` and ``production-capacity``.
"""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.model import Device, Floats, Problem
from wattloom.scheduling.problem.program import ABSENT, Assembly, Booleans, Indices, Term


@dataclass(frozen=True, slots=True)
class DevicePower:
    """The columns of all devices: net consumption is u − w.

    Attributes:
        u: Consumption, shape (n_devices, n_steps); ABSENT for a device that never consumes.
        w: Production as a magnitude, same shape; ABSENT for a device that never produces.
    """

    u: Indices
    w: Indices

    def terms(self, devices: tuple[int, ...], sign: float = 1.0) -> tuple[Term, ...]:
        """Return ``sign`` times the sum of the devices' net consumption."""
        chosen = list(devices)
        return (Term(self.u[chosen], sign), Term(self.w[chosen], -sign))


def add_device_power(assembly: Assembly, problem: Problem) -> DevicePower:
    """Add u and w with P⁻ ≤ u − w ≤ P⁺.

    Adds T columns for a device that works one way, 2·T for any other, and no rows.
    """
    shape = (len(problem.devices), problem.n_steps)
    power = DevicePower(np.full(shape, ABSENT, dtype=np.int64), np.full(shape, ABSENT, dtype=np.int64))
    for d, device in enumerate(problem.devices):
        lowest, highest = device.consumption_min_mw, device.consumption_max_mw
        if (highest > 0).any():
            power.u[d] = assembly.add_columns(np.maximum(lowest, 0.0), np.maximum(highest, 0.0))
        if (lowest < 0).any():
            power.w[d] = assembly.add_columns(np.maximum(-highest, 0.0), np.maximum(-lowest, 0.0))
    return power


def converts_alike(device: Device) -> Booleans:
    """Return per step whether consuming and producing at once changes nothing: η^u η^d = 1, or no stock."""
    if device.stock is None:
        return np.ones(device.consumption_min_mw.shape, dtype=np.bool_)
    return np.isclose(device.charging_efficiency * device.discharging_efficiency, 1.0, rtol=0.0, atol=1e-12)


def device_flow(problem: Problem, power: DevicePower, device: int) -> Expression:
    """Return X_t = P_{d,t} of one device."""
    limits = problem.devices[device]
    constant = np.zeros(problem.n_steps)
    return Expression(power.terms((device,)), constant, limits.consumption_min_mw, limits.consumption_max_mw)


def total_range_mw(problem: Problem, devices: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the lowest and highest sum of the devices' net consumption, each of shape (n_steps,)."""
    lowest, highest = np.zeros(problem.n_steps), np.zeros(problem.n_steps)
    for d in devices:
        lowest = lowest + problem.devices[d].consumption_min_mw
        highest = highest + problem.devices[d].consumption_max_mw
    return lowest, highest
