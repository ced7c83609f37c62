"""Scenarios: which point of each forecast belongs to which future, and the problems that these make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from wattloom.scheduling.flexmodel import FlexConfig, SensorReference, Sensors
from wattloom.scheduling.inputs.assemble import ScheduleInputs, Timing, assemble, references_in
from wattloom.scheduling.inputs.network import counts_consumption
from wattloom.scheduling.inputs.resolver import Readings
from wattloom.scheduling.problem import ScenarioProblem, weights_of

CERTAIN = 0.5
"""The point of every forecast that counts when there are no scenarios: the median."""
_MORE_IS_BETTER = ("power_capacity", "consumption_capacity", "production_capacity", "soc_gain")


def points_of(
    config: FlexConfig, sensors: Sensors, references: Sequence[SensorReference]
) -> list[dict[SensorReference, float]]:
    """Return for each future which point of its forecast a sensor takes, as a cumulative probability.

    Everything moves together, from the cheapest future to the dearest: consumption and
    prices at the quantile of the future; production, capacities and gains of stocks,
    of which more is better, at the opposite one.

    Args:
        config: The parsed request; without scenarios there is one future, the median of everything.
        sensors: All sensors that it refers to.
        references: What is to be read.
    """
    scenarios = config.site.scenarios
    if scenarios is None:
        return [dict.fromkeys(references, CERTAIN)]
    opposed = set(_opposed(config, sensors))
    return [
        {each: round(1 - quantile, 9) if each in opposed else quantile for each in references}
        for quantile in scenarios.quantiles
    ]


def assemble_futures(
    config: FlexConfig,
    timing: Timing,
    sensors: Sensors,
    readings: Sequence[Readings],
    measured_soc: Mapping[int, float | None],
) -> ScheduleInputs:
    """Build the problem of each future; where all are alike there is but one.

    Args:
        config: The parsed request, settled on the window.
        timing: The steps to plan, and when soc-at-start holds.
        sensors: All sensors that the config refers to.
        readings: Values of all references, for each future.
        measured_soc: States of charge around the start, as :func:`assemble` takes them.

    Returns:
        The inputs of the median future, with all of them beside it.

    Raises:
        MissingDataError: A price, or the state of charge at the start, is unknown.
    """
    scenarios = config.site.scenarios
    if scenarios is None:
        return assemble(config, timing, sensors, readings[0], measured_soc)
    if not _differ(readings):
        certain = assemble(config, timing, sensors, readings[0], measured_soc)
        notice = (
            "scenarios: no sensor in use holds a forecast with probabilities in the window; all is taken for certain."
        )
        return replace(certain, notices=(*certain.notices, notice))
    every = [assemble(config, timing, sensors, each, measured_soc) for each in readings]
    problem = ScenarioProblem(
        tuple(each.problem for each in every),
        weights_of(scenarios.quantiles),
        n_shared=min(scenarios.shared_steps, timing.window.n_steps),
        risk_weight=scenarios.risk_weight,
        risk_level=scenarios.risk_level,
    )
    return replace(every[problem.middle], futures=problem)


def _opposed(config: FlexConfig, sensors: Sensors) -> Iterator[SensorReference]:
    for device in config.inflexible:
        if not counts_consumption(device, sensors):
            yield device.reference
    for part in (*config.devices, *config.stocks, *config.groups, *config.networks):
        yield from references_in([getattr(part, name, None) for name in _MORE_IS_BETTER])


def _differ(readings: Sequence[Readings]) -> bool:
    first = readings[0]
    return any(
        not np.array_equal(values, other[reference], equal_nan=True)
        for other in readings[1:]
        for reference, values in first.items()
    )
