"""Device costs: what a device pays and earns for itself, and what using it wears off.

Formulation: "Device prices and cycling". The fields behind it are
``consumption-price``, ``production-price`` and ``cycling-cost`` of a device.
"""

import numpy as np

from wattloom.scheduling.problem.model import Commitment, DeviceFlow, Floats


def own_energy(device: int, *, consumption_price: Floats, production_price: Floats, step_h: Floats) -> Commitment:
    """Return the energy bill of one device, beside that of its network.

    Args:
        device: Index of the device.
        consumption_price: Per MWh that it consumes, shape (n_steps,).
        production_price: Per MWh that it produces, as revenue, shape (n_steps,).
        step_h: Δ [h], shape (n_steps,).
    """
    zero = np.zeros_like(step_h)
    up, down = consumption_price * step_h, production_price * step_h
    return Commitment(f"energy device {device}", DeviceFlow(device), zero, up, down)


def cycling(device: int, *, cost_per_mwh: Floats, step_h: Floats) -> Commitment:
    """Return the wear of one device, in both directions.

    Args:
        device: Index of the device.
        cost_per_mwh: Of every MWh that it consumes or produces, shape (n_steps,).
        step_h: Δ [h], shape (n_steps,).
    """
    wear = cost_per_mwh * step_h
    return Commitment(f"cycling device {device}", DeviceFlow(device), np.zeros_like(step_h), wear, -wear)
