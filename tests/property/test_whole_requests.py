"""Flex-models of many entries and flex-contexts of many commodities: planned, contradicted by name, or refused by field."""

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flexing import (
    FEEDER,
    FEEDER_ASSET,
    HOUR,
    LOAD,
    POWER,
    PRICE,
    SECOND,
    SENSORS,
    SOC,
    SUN,
    THIRD,
    at,
    make_window,
    plan_devices,
)
from wattloom.errors import InputError, MissingDataError
from wattloom.periods import Resolution
from wattloom.scheduling.inputs import ScheduleInputs
from wattloom.scheduling.planning.outputs import recorded_series
from wattloom.scheduling.planning.report import contradiction, soc_report
from wattloom.scheduling.solver import Conflict, HighsSolver, Solution, solve_problem
from wattloom.timeseries import KnowledgeHorizon, Sensor

WINDOW = make_window(4, step=HOUR)
READINGS = {PRICE: np.array([100.0, -20.0, 50.0, 300.0]), LOAD: 0.002, SUN: np.array([0.0, 0.003, 0.004, 0.0])}
capacity = st.sampled_from(
    ["0 kW", "3 kW", "8 kW", {"sensor": SUN}, [{"start": at(1), "duration": "PT2H", "value": "2 kW"}]]
)
commodity = st.sampled_from(["electricity", "electricity", "gas", "heat"])
group = st.sampled_from([{"asset": FEEDER_ASSET}, {"sensor": FEEDER}])
event = st.sampled_from([{"datetime": at(2), "value": "4 kWh"}, {"start": at(0.5), "end": at(3), "value": "2 kWh"}])
mode = st.sampled_from(
    [{"consumption-range": [0, 0]}, {"consumption-range": ["2 kW", "5 kW"], "start-up-cost": "1 EUR"}]
)
DEVICE_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "commodity": commodity,
    "consumption-capacity": capacity,
    "production-capacity": capacity,
    "group": group,
    "coupling": st.sampled_from(["one", "two"]),
    "coupling-coefficient": st.sampled_from([0.5, 1, 3]),
    "state-of-charge": st.just({"sensor": SOC}),
    "soc-at-start": st.sampled_from(["0 kWh", "3 kWh", "9 kWh"]),
    "soc-max": st.sampled_from(["5 kWh", "8 kWh"]),
    "soc-minima": st.lists(event, max_size=2),
    "soc-targets": st.lists(event, max_size=1),
    "soc-usage": st.just(["1 kW"]),
    "storage-efficiency": st.sampled_from(["99%", "50%", "0%"]),
    "charging-efficiency": st.sampled_from(["90%", "300%", "0%"]),
    "discharging-efficiency": st.sampled_from(["90%", "0%"]),
    "operation-modes": st.lists(mode, min_size=1, max_size=3),
    "cycling-cost": st.just("5 EUR/MWh"),
    "soc-value-at-end": st.just("70 EUR/MWh"),
    "ramp-up-limit": st.just("2 kW/h"),
}
devices = st.fixed_dictionaries(
    {"sensor": st.sampled_from([POWER, SECOND, THIRD]), "power-capacity": st.sampled_from(["4 kW", "9 kW"])},
    optional=DEVICE_FIELDS,
)
buffers = st.fixed_dictionaries(
    {"asset": st.just(21), "state-of-charge": st.just({"sensor": SOC}), "soc-max": st.just("8 kWh")},
    optional={name: DEVICE_FIELDS[name] for name in ("soc-at-start", "soc-minima", "soc-usage")},
)
loads = st.fixed_dictionaries(
    {"inflexible-consumption": st.just({"sensor": LOAD})}, optional={"commodity": commodity, "group": group}
)


@st.composite
def flex_models(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw devices, a load and a buffer, as the case may be, with the groups that they name."""
    entries = draw(st.lists(devices, min_size=1, max_size=3, unique_by=lambda entry: entry["sensor"]))
    entries += draw(st.lists(loads, max_size=1)) + draw(st.lists(buffers, max_size=1))
    named = [entry["group"] for entry in entries if "group" in entry]
    outer = draw(st.sampled_from([{}, {"group": {"sensor": FEEDER}}]))
    if {"asset": FEEDER_ASSET} in named:
        entries.append({"asset": FEEDER_ASSET, "power-capacity": "9 kW", "consumption-capacity": "3 kW", **outer})
    if {"sensor": FEEDER} in [*named, *(entry.get("group") for entry in entries)]:
        entries.append({"sensor": FEEDER, "production-capacity": draw(capacity)})
    return draw(st.permutations(entries))


price = st.sampled_from(["50 EUR/MWh", {"sensor": PRICE}])
promise = st.fixed_dictionaries(
    {"name": st.just("promise"), "baseline": st.just("2 kW"), "up-price": st.sampled_from(["9 EUR/MW", "-9 EUR/MWh"])},
    optional={"sensors": st.just([POWER, LOAD]), "commodity": commodity},
)
CONTEXT_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "consumption-price": price,
    "production-price": price,
    "site-power-capacity": capacity,
    "site-consumption-capacity": capacity,
    "site-peak-consumption-price": st.just("9 EUR/kW"),
    "inflexible-production": st.just([{"sensor": SUN}]),
    "commitments": st.lists(promise, max_size=2),
}
contexts = st.fixed_dictionaries(
    {"commodity": st.sampled_from(["electricity", "gas", "heat"])},
    optional={name: field for name, field in CONTEXT_FIELDS.items() if name != "inflexible-production"},
)


def listed(min_size: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(contexts, min_size=min_size, max_size=3, unique_by=lambda context: context["commodity"])


flex_contexts = st.fixed_dictionaries(
    {"consumption-price": price},
    optional={
        **{name: field for name, field in CONTEXT_FIELDS.items() if name != "consumption-price"},
        "relax-constraints": st.booleans(),
        "relax-capacity-constraints": st.booleans(),
        "commodities": listed(0),
    },
) | listed(1)


RECORDING = {
    number: Sensor(
        number,
        known.name,
        known.unit,
        "UTC",
        Resolution() if known.event_resolution.is_instantaneous else Resolution(time=HOUR),
        KnowledgeHorizon(),
        {},
        known.asset_id,
    )
    for number, known in SENSORS.items()
}


@given(flex_models(), flex_contexts)
def test_requests_are_planned_contradicted_or_refused(flex_model: list[dict[str, Any]], context: Any) -> None:
    with suppress(InputError, MissingDataError):
        inputs = plan_devices(flex_model, context, window=WINDOW, readings=READINGS, measured_soc={SOC: 0.004})
        found = solve_problem(inputs.problem, HighsSolver(), time_limit_s=10)
        tell(inputs, found)


@given(flex_models(), flex_contexts)
def test_the_order_of_entries_changes_no_cost(flex_model: list[dict[str, Any]], context: Any) -> None:
    there, back = outcome(flex_model, context), outcome(flex_model[::-1], context)

    assert there == pytest.approx(back, rel=1e-5, abs=1e-6)


def outcome(flex_model: list[dict[str, Any]], context: Any) -> float:
    """Return what a plan costs; NaN would equal nothing, so minus infinity stands for a refusal, infinity for a conflict."""
    try:
        inputs = plan_devices(flex_model, context, window=WINDOW, readings=READINGS, measured_soc={SOC: 0.004})
    except (InputError, MissingDataError):
        return -np.inf
    found = solve_problem(inputs.problem, HighsSolver(), time_limit_s=10)
    return np.inf if isinstance(found, Conflict) else found.objective


def tell(inputs: ScheduleInputs, found: Solution | Conflict) -> None:
    """Say everything that is recorded and reported of a plan, or what contradicts itself."""
    match found:
        case Conflict():
            assert contradiction(found, inputs).clashes
        case Solution():
            recorded = recorded_series(inputs, found, RECORDING)
            assert all(np.isfinite(series.values).all() for series in recorded)
            assert set(soc_report(inputs, found.stock_mwh)) == {"unresolved", "resolved"}
            assert np.isclose(sum(found.costs.values()), found.objective, rtol=1e-6, atol=1e-6)
