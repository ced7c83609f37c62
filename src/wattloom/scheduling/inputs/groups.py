"""Groups as arrays: limits that devices share, and devices that a custom commitment counts together."""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.flexmodel import SITE_BREACH_PER_MW, CustomCommitment, FlexConfig, GroupModel
from wattloom.scheduling.inputs.breaches import SoftLimit, breach_commitments
from wattloom.scheduling.inputs.network import per_step
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.problem import Commitment, Floats, Group, GroupFlow, NetFlow, Quantity


@dataclass(frozen=True, slots=True)
class GroupArrays:
    """What groups and custom commitments add to the problem.

    Attributes:
        groups: Those of the flex-model first, in their order; then those that commitments count together.
        commitments: What breaking soft limits and departing from promises costs.
    """

    groups: tuple[Group, ...]
    commitments: tuple[Commitment, ...]


def group_arrays(config: FlexConfig, fixed_mw: Floats, resolver: Resolver) -> GroupArrays:
    """Return the groups of a config, with their limits and the custom commitments on some devices.

    Args:
        config: Devices and groups.
        fixed_mw: Net consumption of what is inflexible, shape (n_inflexible, n_steps).
        resolver: Resolves variables.
    """
    groups: list[Group] = []
    commitments: list[Commitment] = []
    for g, model in enumerate(config.groups):
        groups.append(_group(model, fixed_mw, resolver))
        commitments += _breaches(model, g, resolver)
    places = {network.commodity: m for m, network in enumerate(config.networks)}
    for custom in config.site.commitments:
        devices, inflexible = config.scope_of(custom)
        if not custom.is_scoped and custom.commodity in places:
            commitments.append(_promise(custom, NetFlow(places[custom.commodity]), resolver))
        elif devices or inflexible:
            commitments.append(_promise(custom, GroupFlow(len(groups)), resolver))
            fixed = fixed_mw[list(inflexible)].sum(axis=0)
            groups.append(Group(custom.name, devices, fixed, resolver.full(np.inf)))
        else:
            resolver.notices.add(f"Commitment '{custom.name}' is about no device that is scheduled; it is left out.")
    return GroupArrays(tuple(groups), tuple(commitments))


def _group(model: GroupModel, fixed_mw: Floats, resolver: Resolver) -> Group:
    capacity = resolver.steps_or(model.power_capacity, np.inf)
    fixed = fixed_mw[list(model.inflexible)].sum(axis=0)
    return Group(model.name, model.devices, fixed, np.maximum(capacity, 0.0))


def _breaches(model: GroupModel, g: int, resolver: Resolver) -> list[Commitment]:
    """Return the cost of exceeding directional capacities, which are capped by the power-capacity."""
    commitments: list[Commitment] = []
    named = (("consumption", 1.0, model.consumption_capacity), ("production", -1.0, model.production_capacity))
    for way, sign, capacity in named:
        stated = resolver.steps(capacity)
        if stated is not None:
            limit_mw = np.fmin(stated, resolver.steps_or(model.power_capacity, np.inf))
            limit = SoftLimit(f"{way} breach", "", GroupFlow(g), limit_mw, sign, prefix=f"group {model.key} ")
            commitments += breach_commitments(limit, resolver.full(SITE_BREACH_PER_MW), resolver.step_h)
    return commitments


def _promise(custom: CustomCommitment, quantity: Quantity, resolver: Resolver) -> Commitment:
    baseline = resolver.steps(custom.baseline)
    assert baseline is not None
    up, down = per_step(custom.up_price, resolver), per_step(custom.down_price, resolver)
    return Commitment(custom.name, quantity, baseline, up, down, is_custom=True)
