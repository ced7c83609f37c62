"""Groups, shared stocks and inflexible entries of a flex-model: what they mean, and what is refused."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from tests.flexing import (
    FEEDER,
    FEEDER_ASSET,
    LOAD,
    POWER,
    PRICE,
    SECOND,
    SENSORS,
    SOC,
    SUN,
    THIRD,
    UTC_ZONE,
    at,
    make_window,
    plan_devices,
    solve_inputs,
)
from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel import parse_config
from wattloom.scheduling.planning.report import contradiction, soc_report
from wattloom.scheduling.solver import Conflict, HighsSolver, solve_problem

FLAT: dict[str, Any] = {"consumption-price": "100 EUR/MWh"}
IN_FEEDER: dict[str, Any] = {"group": {"asset": FEEDER_ASSET}}
LIMIT: dict[str, Any] = {"asset": FEEDER_ASSET, "power-capacity": "9 kW"}
HEATER: dict[str, Any] = {"sensor": POWER, "consumption-capacity": "5 kW"}
ENTRY: dict[str, Any] = {"sensor": SECOND, "power-capacity": "5 kW"}

BUFFER: dict[str, Any] = {
    "asset": FEEDER_ASSET,
    "state-of-charge": {"sensor": SOC},
    "soc-at-start": "20 kWh",
    "soc-max": "40 kWh",
}
FEEDS: dict[str, Any] = {"state-of-charge": {"sensor": SOC}}


def complaints(flex_model: Sequence[Mapping[str, Any]], context: Any = None) -> dict[tuple[str | int, ...], str]:
    try:
        parse_config(flex_model, context or FLAT, SENSORS, UTC_ZONE)
    except FlexModelError as error:
        return {problem.path: problem.message for problem in error.problems}
    return {}


@pytest.mark.parametrize(
    ("flex_model", "field", "text"),
    [
        ([{**HEATER, **IN_FEEDER}], "group", "No entry states the limits of group asset:20."),
        (
            [LIMIT, {**BUFFER, "asset": 21, **IN_FEEDER}, {**HEATER, **FEEDS}],
            "group",
            "Group asset:20 has no members.",
        ),
        ([{"asset": FEEDER_ASSET}, {**HEATER, **IN_FEEDER}], "group", "Group asset:20 needs a power-capacity"),
        (
            [LIMIT, {**HEATER, **IN_FEEDER}, {**ENTRY, "commodity": "gas", **IN_FEEDER}],
            "group",
            "Group asset:20 mixes commodities: electricity, gas.",
        ),
        (
            [{**LIMIT, "soc-max": "3 kWh"}, {**HEATER, **IN_FEEDER}],
            "soc-max",
            "The entry of group asset:20 cannot have a soc-max",
        ),
        (
            [{**LIMIT, "charging-efficiency": "90%"}, {**HEATER, **IN_FEEDER}],
            "charging-efficiency",
            "The entry of group asset:20 cannot have a charging-efficiency",
        ),
        (
            [{**LIMIT, "sensor": FEEDER}, {**HEATER, **IN_FEEDER}],
            "sensor",
            "A group that is referred to as an asset must not have a sensor",
        ),
        ([{**LIMIT, **IN_FEEDER}, {**HEATER, **IN_FEEDER}], "group", "Group asset:20 stands in itself."),
        (
            [LIMIT, {**HEATER, "group": {"sensor": PRICE}}],
            "group",
            "The group must reference a sensor with a power unit.",
        ),
        ([LIMIT, {**HEATER, "group": {"asset": "feeder"}}], "group", "Not a valid integer."),
        (
            [LIMIT, {**HEATER, "group": FEEDER_ASSET}],
            "group",
            "The group must reference exactly one of 'sensor' or 'asset'.",
        ),
    ],
)
def test_wrong_groups_are_named(flex_model: list[dict[str, Any]], field: str, text: str) -> None:
    found = complaints(flex_model)

    assert found[field,].startswith(text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (
            {"inflexible-consumption": {"sensor": LOAD}, "inflexible-production": {"sensor": SUN}},
            "An entry must declare either inflexible-consumption or inflexible-production, not both.",
        ),
        (
            {"inflexible-consumption": {"sensor": LOAD}, "power-capacity": "5 kW", "soc-min": 0},
            "An inflexible entry must not also carry schedulable-device field(s) ['power-capacity', 'soc-min'].",
        ),
        ({"inflexible-consumption": [LOAD]}, "Must be a reference to a sensor"),
        ({"inflexible-consumption": {"sensor": PRICE}}, "Cannot convert EUR/MWh to MW"),
    ],
)
def test_wrong_inflexible_entries_are_named(entry: dict[str, Any], text: str) -> None:
    assert complaints([HEATER, entry])["inflexible-consumption",].startswith(text)


def test_hundreds_of_groups_in_groups_are_read_without_delay() -> None:
    """Reading them took time with the third power of their number: half a minute for these."""
    groups = [{"asset": 1000 + each, "power-capacity": "9 kW", "group": {"asset": 1001 + each}} for each in range(400)]
    outermost = {"asset": 1400, "power-capacity": "9 kW"}

    began = time.process_time()
    config = parse_config([{**HEATER, "group": {"asset": 1000}}, *groups, outermost], FLAT, SENSORS, UTC_ZONE)

    assert [group.devices for group in config.groups] == [(0,)] * 401
    assert time.process_time() - began < 10


def test_what_a_flex_model_states_as_inflexible_is_not_listed_by_the_context_as_well() -> None:
    found = complaints(
        [HEATER, {"inflexible-production": {"sensor": SUN}}], {**FLAT, "inflexible-production": [{"sensor": SUN}]}
    )

    assert found == {("inflexible-production",): f"Sensor {SUN} may only be listed once across the inflexible devices."}


def test_inflexible_entries_may_say_what_devices_prefer() -> None:
    assert complaints([HEATER, {"inflexible-production": {"sensor": SUN}, "prefer-charging-sooner": False}]) == {}


@pytest.mark.parametrize(
    ("flex_model", "field", "text"),
    [
        (
            [BUFFER, {**HEATER, **FEEDS, "soc-min": "1 kWh"}],
            "state-of-charge",
            "Multiple flex-model entries define state-of-charge parameters for the same stock",
        ),
        (
            [BUFFER, {**HEATER, **FEEDS, "prefer-charging-sooner": False}],
            "state-of-charge",
            "Multiple flex-model entries define state-of-charge parameters for the same stock",
        ),
        (
            [{**BUFFER, "storage-efficiency": "99%"}, {**HEATER, **FEEDS, "storage-efficiency": "98%"}],
            "storage-efficiency",
            "Several entries of one stock define a storage-efficiency",
        ),
        (
            [{**BUFFER, "storage-efficiency": "99%"}, {"asset": 8, "power-capacity": "1 kW"}],
            "storage-efficiency",
            "The storage-efficiency cannot be interpreted without a resolution.",
        ),
    ],
)
def test_wrong_shared_stocks_are_named(flex_model: list[dict[str, Any]], field: str, text: str) -> None:
    assert complaints(flex_model)[field,].startswith(text)


@pytest.mark.parametrize("owner", [0, 1, 2])
def test_a_storage_efficiency_may_stand_in_any_entry_of_a_stock(owner: int) -> None:
    """99 % per quarter of an hour, the resolution of the power sensors."""
    entries = [BUFFER, {**HEATER, **FEEDS}, {**ENTRY, **FEEDS}]
    entries[owner] = entries[owner] | {"storage-efficiency": "99%"}

    [stock] = plan_devices(entries, FLAT).problem.stocks

    assert stock.retention[0] == pytest.approx(0.99)


def test_gains_and_usages_stand_with_the_owner_of_a_stock() -> None:
    inputs = plan_devices([{**BUFFER, "soc-usage": ["2 kW"], "soc-gain": ["0.5 kW"]}, {**HEATER, **FEEDS}], FLAT)

    assert inputs.problem.stocks[0].inflow_mw[0] == pytest.approx(-0.0015)


def test_a_shared_stock_is_reported_once_by_the_asset_of_its_owner() -> None:
    buffer = BUFFER | {"soc-minima": [{"datetime": at(1), "value": "30 kWh"}]}
    inputs = plan_devices([{**HEATER, **FEEDS}, {**ENTRY, **FEEDS}, buffer], FLAT, window=make_window(1))

    report = soc_report(inputs, solve_inputs(inputs).stock_mwh)

    met = [{"datetime": "2026-06-01T01:00:00+00:00", "margin": "0.0 kWh"}]
    assert report == {"unresolved": [], "resolved": [{"asset": FEEDER_ASSET, "soc-minima": met}]}


def clashing_fields(flex_model: Sequence[Mapping[str, Any]], context: Any) -> set[str]:
    """Return the fields that a request without any schedule contradicts itself in."""
    inputs = plan_devices(flex_model, context, window=make_window(1), readings={LOAD: 0.01, SUN: np.array([0.004] * 4)})
    found = solve_problem(inputs.problem, HighsSolver(), time_limit_s=10)
    assert isinstance(found, Conflict)
    return {clash.field for clash in contradiction(found, inputs).clashes}


HARD: dict[str, Any] = FLAT | {"relax-constraints": False}
WANTS: dict[str, Any] = {
    "soc-at-start": 0,
    "soc-max": "40 kWh",
    "soc-minima": [{"datetime": at(1), "value": "5 kWh"}],
}


def test_a_group_that_is_too_narrow_is_named() -> None:
    entries = [{**LIMIT, "power-capacity": "3 kW"}, {**HEATER, **WANTS, **IN_FEEDER}]

    assert clashing_fields(entries, HARD) == {"power-capacity", "soc-minima"}


def test_modes_that_do_not_reach_a_minimum_are_named() -> None:
    modes = [{"consumption-range": ["0 kW", "0 kW"]}, {"consumption-range": ["1 kW", "2 kW"]}]

    assert clashing_fields([{**HEATER, **WANTS, "operation-modes": modes}], HARD) == {"operation-modes", "soc-minima"}


def test_a_node_that_nobody_feeds_is_named() -> None:
    entries = [
        {"sensor": THIRD, "commodity": "heat", "production-capacity": "3 kW"},
        {"commodity": "heat", "inflexible-consumption": {"sensor": LOAD}},
    ]

    assert clashing_fields(entries, FLAT) == {"commodity", "production-capacity"}


def test_a_coupling_that_starves_its_output_is_named() -> None:
    entries = [
        {"sensor": POWER, "commodity": "gas", "consumption-capacity": "3 kW", "coupling": "boiler"},
        {"sensor": SECOND, "commodity": "heat", "production-capacity": "30 kW", "coupling": "boiler"},
        {"commodity": "heat", "inflexible-consumption": {"sensor": LOAD}},
    ]
    context = {**FLAT, "commodities": [{"commodity": "gas", "consumption-price": "50 EUR/MWh"}]}

    assert clashing_fields(entries, context) == {"consumption-capacity", "coupling", "commodity"}


@pytest.mark.parametrize("flex_model", [[], [{"inflexible-consumption": {"sensor": LOAD}}]])
def test_without_a_device_there_is_nothing_to_schedule(flex_model: list[dict[str, Any]]) -> None:
    assert complaints(flex_model)["flex-model",].startswith("There is nothing to schedule")
