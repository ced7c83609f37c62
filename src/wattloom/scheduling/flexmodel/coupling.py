"""Couplings: converters such as a CHP, whose ports take and give in fixed proportions."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattloom.scheduling.flexmodel.device import DeviceModel
from wattloom.scheduling.flexmodel.table import Problems
from wattloom.scheduling.flexmodel.variable import Fixed, Segments, Variable


@dataclass(frozen=True, slots=True)
class CouplingModel:
    """Entries of one coupling.

    Attributes:
        name: As stated.
        devices: Its ports, as places among the devices.
        coefficients: γ, one per port: positive for what it takes, negative for what it gives.
    """

    name: str
    devices: tuple[int, ...]
    coefficients: tuple[float, ...]


def find_couplings(devices: Sequence[DeviceModel], problems: Problems) -> tuple[CouplingModel, ...]:
    """Return the couplings of devices; complains about ports whose direction is not clear."""
    ports: dict[str, list[tuple[int, float]]] = {}
    for d, device in enumerate(devices):
        if device.coupling is None:
            continue
        sign = _direction(device)
        if sign is None:
            problems.add(
                f"{device.name} must have an unambiguous flow direction as a port of coupling '{device.coupling}': "
                "give a consumption-capacity or a production-capacity, or set the other one to 0 kW.",
                "coupling",
            )
            continue
        ports.setdefault(device.coupling, []).append((d, sign * device.coupling_coefficient))
    return tuple(
        CouplingModel(name, tuple(d for d, _ in found), tuple(coefficient for _, coefficient in found))
        for name, found in ports.items()
    )


def _direction(device: DeviceModel) -> int | None:
    """Return +1 for a port that consumes, −1 for one that produces, None when both or neither is meant."""
    consumption, production = device.consumption_capacity, device.production_capacity
    consumes = _is_given(consumption) or _is_zero(production)
    produces = _is_given(production) or _is_zero(consumption)
    return None if consumes == produces else (1 if consumes else -1)


def _is_given(capacity: Variable | None) -> bool:
    return capacity is not None and not _is_zero(capacity)


def _is_zero(capacity: Variable | None) -> bool:
    match capacity:
        case Fixed(value):
            return value == 0
        case Segments(segments):
            return all(segment.value == 0 for segment in segments)
    return False
