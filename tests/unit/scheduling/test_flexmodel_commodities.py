"""Commodities, converters and operation modes: what is refused, what assets may store, and what is recorded."""

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
    SUN,
    THIRD,
    UTC_ZONE,
    complaints,
    make_window,
    parse,
    plan,
    plan_devices,
)
from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel import check_stored_context, check_stored_model, parse_config
from wattloom.scheduling.planning.outputs import recorded_series
from wattloom.scheduling.solver import Solution
from wattloom.timeseries import KnowledgeHorizon, Sensor

FLAT: dict[str, Any] = {"consumption-price": "100 EUR/MWh"}
GAS: dict[str, Any] = {"commodity": "gas", "consumption-price": "50 EUR/MWh"}
PROMISE: dict[str, Any] = {"name": "a", "baseline": "1 kW", "up-price": "1 EUR/MW"}


@pytest.mark.parametrize(
    ("context", "path", "text"),
    [
        ({"commodities": "gas"}, ("commodities",), "Must be a list of flex-contexts, one per commodity."),
        ({"commodities": [GAS, "oil"]}, ("commodities",), "Must be a list of flex-contexts, one per commodity."),
        (
            {"commodities": [GAS, GAS]},
            ("commodities",),
            "Each commodity may only be listed once in `commodities`. Duplicate(s): ['gas'].",
        ),
        ({"commodities": [GAS | {"pipe": 1}]}, ("commodities", 0, "pipe"), "Unknown field."),
        ({"commodities": [{"commodity": " "}]}, ("commodities", 0, "commodity"), "Must be a non-empty text."),
        (
            {"commodities": [GAS | {"consumption-price": "50 USD/MWh"}]},
            ("commodities", 0, "consumption-price"),
            "Invalid unit. A valid unit would be, for example, 'EUR/MWh'",
        ),
        (
            {"commodities": [GAS | {"aggregate-power": {"sensor": POWER}}]},
            ("commodities", 0, "aggregate-power"),
            "Belongs at the top level of the flex-context",
        ),
        (
            {"commodities": [GAS | {"consumption-price-sensor": PRICE}]},
            ("commodities", 0, "consumption-price-sensor"),
            "Belongs at the top level of the flex-context",
        ),
        (
            {"commodities": [GAS | {"commitments": [{"name": "a", "up-price": "1 EUR/MW"}]}]},
            ("commodities", 0, "commitments", 0, "baseline"),
            "A commitment requires a baseline.",
        ),
        (
            {
                "inflexible-consumption": [{"sensor": LOAD}],
                "commodities": [GAS | {"inflexible-device-sensors": [LOAD]}],
            },
            ("inflexible-device-sensors",),
            f"Sensor {LOAD} may only be listed once across the inflexible devices.",
        ),
        (
            {"commitments": [PROMISE | {"sensors": [POWER], "group": {"asset": FEEDER_ASSET}}]},
            ("commitments", 0, "_schema"),
            "A commitment may be scoped by 'sensors' or by 'group', not both.",
        ),
        (
            {"commitments": [PROMISE | {"baseline": "1 kWh"}]},
            ("commitments", 0, "baseline"),
            "Cannot convert value `1 kWh` to 'MW'",
        ),
        ({"commitments": [PROMISE | {"up-price": "1 EUR"}]}, ("commitments", 0, "up-price"), "Invalid unit."),
        (
            {"commitments": [PROMISE | {"baseline": None}]},
            ("commitments", 0, "baseline"),
            "A commitment requires a baseline.",
        ),
        ({"commitments": [PROMISE | {"name": None}]}, ("commitments", 0, "name"), "Missing data for required field."),
        ({"commitments": [PROMISE | {"name": ""}]}, ("commitments", 0, "name"), "Must be a non-empty text."),
        ({"commitments": [PROMISE | {"sensors": [99]}]}, ("commitments", 0, "sensors"), "No sensor found with ID 99."),
    ],
)
def test_wrong_contexts_of_commodities_are_named(
    context: dict[str, Any], path: tuple[str | int, ...], text: str
) -> None:
    assert complaints(context=context)[path].startswith(text)


def test_a_commitment_is_about_one_commodity() -> None:
    entries = [
        {"sensor": POWER, "power-capacity": "1 kW"},
        {"sensor": SECOND, "commodity": "gas", "power-capacity": "1 kW"},
    ]
    context = {**FLAT, "commodities": [GAS], "commitments": [PROMISE | {"sensors": [POWER, SECOND]}]}

    with pytest.raises(FlexModelError, match="about devices of several commodities: electricity, gas") as caught:
        parse_config(entries, context, SENSORS, UTC_ZONE)

    assert caught.value.problems[0].path == ("commitments",)


@pytest.mark.parametrize("scope", [{"sensors": [SUN]}, {"commodity": "gas"}, {"group": {"asset": FEEDER_ASSET}}])
def test_a_commitment_about_nothing_is_left_out_with_a_notice(scope: dict[str, Any]) -> None:
    inputs = plan_devices([{"sensor": POWER, "power-capacity": "1 kW"}], {**FLAT, "commitments": [PROMISE | scope]})

    assert not any(commitment.is_custom for commitment in inputs.problem.commitments)
    assert "Commitment 'a' is about no device that is scheduled; it is left out." in inputs.notices


def test_commitments_of_the_top_level_count_beside_listed_electricity() -> None:
    context = {"commodities": [{"commodity": "electricity", **FLAT}], "commitments": [PROMISE]}

    inputs = plan_devices([{"sensor": POWER, "power-capacity": "1 kW"}], context)

    assert [commitment.name for commitment in inputs.problem.commitments if commitment.is_custom] == ["a"]


MODES = "operation-modes"


@pytest.mark.parametrize(
    ("mode", "place", "text"),
    [
        ({}, "_schema", "A mode must declare a consumption-range and/or a production-range."),
        ("off", "_schema", "Invalid input type."),
        ({"consumption-range": ["1 kW"]}, "consumption-range", "Must be a list of a lowest and a highest power."),
        ({"consumption-range": "1 kW"}, "consumption-range", "Must be a list of a lowest and a highest power."),
        ({"consumption-range": ["-1 kW", "1 kW"]}, "consumption-range", "The consumption-range must be non-negative"),
        (
            {"production-range": ["2 kW", "1 kW"]},
            "production-range",
            "The minimum of the production-range cannot exceed its maximum.",
        ),
        (
            {"production-range": ["1 kW", "2 kW"], "consumption-range": ["0 kW", "2 kW"]},
            "_schema",
            "A consumption-range and a production-range of one mode must both start at 0",
        ),
        ({"consumption-range": ["1 kWh", "2 kWh"]}, "consumption-range", "Cannot convert value `1 kWh` to 'MW'"),
        ({"consumption-range": [0, 1], "power": 3}, "power", "Unknown field."),
        ({"consumption-range": [0, 1], "min-up-time": "soon"}, "min-up-time", ""),
        ({"consumption-range": [0, 1], "start-up-cost": "5 kW"}, "start-up-cost", "Invalid unit."),
    ],
)
def test_wrong_operation_modes_are_named(mode: Any, place: str, text: str) -> None:
    found = complaints({MODES: [{"consumption-range": [0, 0]}, mode]})

    assert list(found) == [(MODES, 1, place)]
    assert found[MODES, 1, place].startswith(text)


@pytest.mark.parametrize(
    ("capacities", "coefficients"),
    [
        ({"consumption-capacity": "5 kW"}, (1.0,)),
        ({"production-capacity": "5 kW"}, (-1.0,)),
        ({"production-capacity": "0 kW"}, (1.0,)),
        ({"consumption-capacity": "0 kW"}, (-1.0,)),
        ({"consumption-capacity": "5 kW", "production-capacity": "0 kW"}, (1.0,)),
        ({"consumption-capacity": "0 kW", "production-capacity": {"sensor": SUN}}, (-1.0,)),
    ],
)
def test_the_direction_of_a_port_follows_from_its_capacities(
    capacities: dict[str, Any], coefficients: tuple[float, ...]
) -> None:
    [coupling] = parse({"coupling": "chp", **capacities}).couplings

    assert coupling.coefficients == coefficients


@pytest.mark.parametrize(
    "capacities",
    [
        {},
        {"consumption-capacity": "5 kW", "production-capacity": "5 kW"},
        {"consumption-capacity": "0 kW", "production-capacity": "0 kW"},
    ],
)
def test_a_port_has_one_direction(capacities: dict[str, Any]) -> None:
    found = complaints({"coupling": "chp", **capacities})

    assert "must have an unambiguous flow direction" in found["coupling",]


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ({MODES: [{"consumption-range": [0, 0]}]}, (MODES,)),
        ({"soc-at-start": "1 kWh"}, ("soc-at-start",)),
        ({"soc-unit": "kWh"}, ("soc-unit",)),
        ({"process-type": "BREAKABLE"}, ("process-type",)),
        ({"coupling": " "}, ("coupling",)),
        ({"coupling-coefficient": -1}, ("coupling-coefficient",)),
        ({"group": {"asset": 3, "sensor": POWER}}, ("group",)),
        ({"inflexible-consumption": {"sensor": PRICE}}, ("inflexible-consumption",)),
        ({"soc-usage": [[{"start": "2026-06-01T00:00+00:00", "duration": "PT1H", "value": "1 kW"}]]}, ("soc-usage",)),
        ({"soc-gain": ["1 kWh"]}, ("soc-gain", 0)),
        ({"inflexible-production": {"sensor": SUN}, "soc-min": "1 kWh"}, ("inflexible-production",)),
    ],
)
def test_assets_do_not_store_what_is_wrong_or_of_one_request(
    model: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    with pytest.raises(FlexModelError) as caught:
        check_stored_model(model, SENSORS)

    assert [problem.path for problem in caught.value.problems] == [path]


def test_assets_store_groups_couplings_and_inflexible_devices() -> None:
    check_stored_model(
        {
            "commodity": "gas",
            "group": {"sensor": FEEDER},
            "coupling": "chp",
            "coupling-coefficient": 0.5,
            "consumption-capacity": "5 kW",
        },
        SENSORS,
    )
    check_stored_model({"inflexible-production": {"sensor": SUN}, "group": {"asset": 3}}, SENSORS)


@pytest.mark.parametrize(
    ("context", "path"),
    [
        ({"site-power-capacity": "5 kWh"}, ("site-power-capacity",)),
        ({"production-price": "5 EUR/kWh"}, ("production-price",)),
        ({"consumption-price": {"sensor": POWER}}, ("consumption-price",)),
        ({"soc-minima-breach-price": "5 EUR/kW"}, ("soc-minima-breach-price",)),
        ({"site-peak-consumption-price": "-5 EUR/kW"}, ("site-peak-consumption-price",)),
        ({"relax-constraints": "maybe"}, ("relax-constraints",)),
        ({"aggregate-power": {"sensor": PRICE}}, ("aggregate-power",)),
        ({"commodity": "gas"}, ("commodity",)),
        ({"commodities": []}, ("commodities",)),
        (
            {"inflexible-device-sensors": [LOAD], "inflexible-production": [{"sensor": SUN}]},
            ("inflexible-production",),
        ),
    ],
)
def test_assets_store_no_wrong_flex_context(context: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(FlexModelError) as caught:
        check_stored_context(context, SENSORS)

    assert [problem.path for problem in caught.value.problems] == [path]


def make_sensor(sensor_id: int, **attributes: Any) -> Sensor:
    known = SENSORS[sensor_id]
    return Sensor(
        sensor_id, known.name, known.unit, "UTC", known.event_resolution, KnowledgeHorizon(), attributes, known.asset_id
    )


def recorded_kw(entries: list[dict[str, Any]], context: Any, **attributes: dict[str, Any]) -> dict[int, list[float]]:
    """Record 3 kW of heating and 2 kW of discharging; a load of 1 kW runs beside them."""
    inputs = plan_devices(entries, context, window=make_window(0.5), readings={LOAD: 0.001})
    flows = np.array([[0.003, 0.003], [-0.002, -0.005]])
    net = flows.sum(axis=0)[None, :] + 0.001
    solution = Solution(flows, net, np.zeros((0, 3)), np.full((2, 2), -1), {}, 0.0, 0.0, 0.0, True, 0, 0.0, None)
    sensors = {
        each: make_sensor(each, **attributes.get(f"s{each}", {})) for each in (POWER, SECOND, THIRD, FEEDER, SUN)
    }
    return {series.sensor.id: series.values.tolist() for series in recorded_series(inputs, solution, sensors)}


DEVICES: list[dict[str, Any]] = [
    {"sensor": POWER, "power-capacity": "9 kW"},
    {"sensor": SECOND, "power-capacity": "9 kW"},
]
POSITIVE = {"consumption_is_positive": True}


def in_group(kind: str, number: int) -> list[dict[str, Any]]:
    member = {"group": {kind: number}}
    return [*({**device, **member} for device in DEVICES), {"inflexible-consumption": {"sensor": LOAD}, **member}]


def test_a_group_records_its_sum_on_its_sensor() -> None:
    entries = [*in_group("sensor", FEEDER), {"sensor": FEEDER, "power-capacity": "20 kW"}]

    assert recorded_kw(entries, FLAT)[FEEDER] == [-2, 1]
    assert recorded_kw(entries, FLAT, s12=POSITIVE)[FEEDER] == [2, -1]


def test_a_group_records_its_directions_on_output_sensors() -> None:
    outputs = {"consumption": {"sensor": THIRD}, "production": {"sensor": SUN}}
    entries = [*in_group("asset", FEEDER_ASSET), {"asset": FEEDER_ASSET, "power-capacity": "20 kW", **outputs}]

    recorded = recorded_kw(entries, FLAT, s11=POSITIVE)

    assert (recorded[THIRD], recorded[SUN]) == ([2, 0], [0, 1])


def test_listed_electricity_records_its_aggregate() -> None:
    context = {
        "aggregate-power": {"sensor": FEEDER},
        "commodities": [
            {
                "commodity": "electricity",
                **FLAT,
                "aggregate-consumption": {"sensor": THIRD},
                "aggregate-production": {"sensor": SUN},
                "inflexible-consumption": [{"sensor": LOAD}],
            }
        ],
    }

    recorded = recorded_kw(DEVICES, context, s11=POSITIVE)

    assert (recorded[THIRD], recorded[SUN], recorded[FEEDER]) == ([2, 0], [0, 1], [-2, 1])


def test_a_commodity_that_nothing_else_names_is_told_as_a_slip_of_the_pen() -> None:
    inputs = plan({"commodity": "electricty"}, {"site-power-capacity": "1 MW"})

    [told] = [notice for notice in inputs.notices if notice.startswith("electricty:")]
    assert told.endswith("one device alone is attached, so nothing can flow. Did you mean 'electricity'?")
