"""How quantities may be written, and what they mean."""

import json
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.flexing import LOAD, MEGAWATTS, PERCENT, POWER, PRICE, SENSORS, SITE, SOC, START, SUN, at, make_window, parse
from wattloom.errors import FlexModelError, InputError
from wattloom.scheduling.flexmodel import (
    Fixed,
    Segments,
    SensorReference,
    check_entries,
    check_stored_context,
    check_stored_model,
    merge_flex_model,
    on_steps,
    on_ticks,
    referenced_sensors,
)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("power-capacity", "15 kW", 0.015),
        ("power-capacity", "100 kVA", 0.1),
        ("power-capacity", "3 * 230V * 16A", 0.01104),
        ("charging-efficiency", "99.7%", 0.997),
        ("charging-efficiency", "4", 4.0),
        ("charging-efficiency", 0.9, 0.9),
        ("charging-efficiency", "300%", 3.0),
    ],
)
def test_quantities_are_read_in_canonical_units(field: str, value: Any, expected: float) -> None:
    device = parse({field: value}).devices[0]

    found = getattr(device, field.replace("-", "_"))
    assert isinstance(found, Fixed)
    assert found.value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("changes", "expected_mwh"),
    [
        ({"soc-at-start": 50}, 0.05),
        ({"soc-at-start": 50, "soc-unit": "MWh"}, 50.0),
        ({"soc-at-start": 50, "soc-unit": "kWh"}, 0.05),
        ({"soc-at-start": 50, "sensor": MEGAWATTS, "soc-max": "60 MWh"}, 50.0),
    ],
)
def test_bare_states_of_charge_have_the_soc_unit_or_the_power_sensors(
    changes: dict[str, Any], expected_mwh: float
) -> None:
    assert parse(changes).stocks[0].soc_at_start == pytest.approx(expected_mwh)


def test_a_roundtrip_efficiency_is_split_evenly() -> None:
    device = parse({"roundtrip-efficiency": "81%"}).devices[0]

    assert device.charging_efficiency == device.discharging_efficiency == Fixed(pytest.approx(0.9))


def test_a_sensor_reference_keeps_its_filters_and_default() -> None:
    reference = {
        "sensor": SUN,
        "source-types": ["forecaster"],
        "sources": [12],
        "source-account": [3],
        "default": "0 kW",
    }

    device = parse({"production-capacity": reference}).devices[0]

    assert device.production_capacity == SensorReference(
        SUN, "MW", source_types=("forecaster",), source_ids=(12,), source_account_ids=(3,), default=0.0
    )


def test_prices_of_one_currency_are_scaled() -> None:
    config = parse(context={"consumption-price": "0.2 EUR/kWh", "site-peak-consumption-price": "260 EUR/MW"})
    [electricity] = config.networks

    assert config.site.currency == "EUR"
    assert electricity.consumption_price == Fixed(pytest.approx(200))
    assert electricity.peak_consumption_price == Fixed(pytest.approx(260))


def test_a_carbon_intensity_counts_as_a_price() -> None:
    config = parse(context={"consumption-price": "400 kg/MWh"})

    assert config.site.currency == "kg"
    assert config.networks[0].production_price == Fixed(pytest.approx(400))


def test_deprecated_prices_are_sensors_and_leave_everything_hard() -> None:
    config = parse(context={"consumption-price": None, "consumption-price-sensor": PRICE})

    assert config.networks[0].consumption_price == SensorReference(PRICE, "EUR/MWh")
    assert config.networks[0].consumption_breach_price is None
    site = config.site
    assert site.breach_prices.soc_minima is None
    assert site.breach_prices.site_consumption is None


def test_a_single_id_counts_as_a_list_of_inflexible_devices() -> None:
    [device] = parse(context={"inflexible-device-sensors": LOAD}).site.inflexible

    assert (device.reference.sensor_id, device.is_consumption) == (LOAD, None)


def test_commitments_are_priced_per_power_or_per_energy() -> None:
    commitment = {"name": "a", "baseline": "500 kW", "up-price": "1 EUR/MW", "down-price": "-2 EUR/kWh"}

    [found] = parse(context={"commitments": [commitment]}).site.commitments

    assert found.baseline == Fixed(0.5)
    assert found.up_price is not None
    assert (found.up_price.price, found.up_price.is_per_energy) == (Fixed(1.0), False)
    assert found.down_price is not None
    assert (found.down_price.price, found.down_price.is_per_energy) == (Fixed(pytest.approx(-2000)), True)


@pytest.mark.parametrize(
    ("timing", "end"),
    [
        ({"start": "2023-03-26T00:00+01:00", "duration": "PT24H"}, "2023-03-27T01:00+02:00"),
        ({"start": "2023-03-26T00:00+01:00", "duration": "P1M"}, "2023-04-26T00:00+02:00"),
        ({"datetime": "2023-03-26T00:00+01:00"}, "2023-03-26T00:00+01:00"),
        ({"duration": "PT1H", "end": "2023-03-26T01:00+01:00"}, "2023-03-26T01:00+01:00"),
    ],
)
def test_problem_47_segments_end_where_their_timing_says(timing: dict[str, str], end: str) -> None:
    """Months follow the calendar of the power sensor."""
    stock = parse({"soc-minima": [{**timing, "value": "20 kWh"}]}).stocks[0]

    assert isinstance(stock.soc_minima, Segments)
    [segment] = stock.soc_minima.segments
    assert segment.start == datetime.fromisoformat("2023-03-26T00:00+01:00")
    assert segment.end == datetime.fromisoformat(end)


def test_flows_hold_on_whole_steps_and_states_at_both_ends() -> None:
    segment = {"start": at(1), "end": at(2)}
    config = parse({"power-capacity": [{**segment, "value": "5 kW"}], "soc-minima": [{**segment, "value": "20 kWh"}]})
    window, capacity, minima = make_window(3), config.devices[0].power_capacity, config.stocks[0].soc_minima
    assert isinstance(capacity, Segments)
    assert isinstance(minima, Segments)

    flows, states = on_steps(capacity, window), on_ticks(minima, window)

    assert np.flatnonzero(~np.isnan(flows)).tolist() == [4, 5, 6, 7]
    assert np.flatnonzero(~np.isnan(states)).tolist() == [3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("field", "expected_kw"), [("power-capacity", 5), ("soc-minima", 8), ("soc-maxima", 5), ("soc-targets", 8)]
)
def test_the_field_says_which_of_overlapping_segments_counts(field: str, expected_kw: float) -> None:
    unit = "kW" if field == "power-capacity" else "kWh"
    segments = [{"start": at(0), "end": at(2), "value": f"{value} {unit}"} for value in (8, 5)]

    config = parse({field: segments})

    found = getattr(config.devices[0] if unit == "kW" else config.stocks[0], field.replace("-", "_"))

    assert on_ticks(found, make_window(2))[0] * 1000 == pytest.approx(expected_kw)


def test_a_request_goes_over_what_the_asset_stores() -> None:
    stored = {7: {"soc-max": "100 kWh", "roundtrip-efficiency": "90%"}, 8: {"power-capacity": "3 kW"}}

    merged = merge_flex_model([{"sensor": POWER, "soc-max": "50 kWh"}], stored, SENSORS)

    assert merged == [
        {"power-capacity": "3 kW", "asset": 8},
        {"sensor": POWER, "soc-max": "50 kWh", "roundtrip-efficiency": "90%"},
    ]


def test_a_stored_roundtrip_efficiency_overrides_one_way_efficiencies() -> None:
    stored = {7: {"roundtrip-efficiency": "90%"}}

    merged = merge_flex_model([{"sensor": POWER, "charging-efficiency": "95%"}], stored, SENSORS)

    assert merged == [{"sensor": POWER, "roundtrip-efficiency": "90%"}]


@pytest.mark.parametrize(
    ("entries", "path", "text"),
    [
        ([{"sensor": 99}], ("flex-model", 0, "sensor"), "No sensor found with ID 99."),
        ([{"sensor": POWER}, {"sensor": POWER}], ("flex-model", 1, "sensor"), "should not occur more than once"),
        ([{"asset": 7}, {"asset": "7"}], ("flex-model", 1, "asset"), "Asset 7 should not occur more than once"),
        ([{"asset": 99}], ("flex-model", 0, "asset"), "does not belong to asset 7"),
        ([{"soc-max": "1 kWh"}], ("flex-model", 0, "_schema"), "Specify either a sensor or an asset."),
        (["battery"], ("flex-model", 0, "_schema"), "Invalid input type."),
        ("battery", ("flex-model",), "Must be a list of objects."),
    ],
)
def test_entries_name_devices_of_the_tree(entries: Any, path: tuple[str | int, ...], text: str) -> None:
    with pytest.raises(InputError) as caught:
        check_entries(entries, SENSORS, tree=[7, 8], asset_id=7)

    assert caught.value.problems[0].path == path
    assert text in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("entries", "places"),
    [
        ([{"sensor": 99}, {"sensor": POWER}, {"sensor": POWER}], [("flex-model", 0, "sensor")]),
        ([{"sensor": POWER}, {"sensor": POWER}], [("flex-model", 1, "sensor"), ("_schema",)]),
        ([{"asset": 99}], [("flex-model", 0, "asset"), ("_schema",)]),
    ],
)
def test_what_entries_do_to_each_other_is_told_of_the_whole_as_well(entries: Any, places: list[Any]) -> None:
    with pytest.raises(InputError) as caught:
        check_entries(entries, SENSORS, tree=[7, 8], asset_id=7)

    assert [problem.path for problem in caught.value.problems] == places


def test_sensors_outside_the_tree_are_refused() -> None:
    with pytest.raises(InputError, match="Sensor 1 does not belong to asset 8"):
        check_entries({"sensor": POWER}, SENSORS, tree=[8], asset_id=8)


def test_every_sensor_that_is_named_is_found_with_its_field() -> None:
    model = [{"sensor": 1, "state-of-charge": {"sensor": 3}, "soc-usage": [{"sensor": 4}]}]
    context = {"consumption-price": {"sensor": 2}, "inflexible-device-sensors": [5], "aggregate-power": {"sensor": 6}}

    found = {each.path: (each.item_id, each.is_written) for each in referenced_sensors(model, context)}

    assert found == {
        ("flex-model", "sensor"): (1, True),
        ("flex-model", "state-of-charge", "sensor"): (3, True),
        ("flex-model", "soc-usage", "sensor"): (4, False),
        ("flex-context", "consumption-price", "sensor"): (2, False),
        ("flex-context", "inflexible-device-sensors"): (5, False),
        ("flex-context", "aggregate-power", "sensor"): (6, True),
    }


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ({"soc-max": "5 kW"}, ("soc-max",)),
        ({"nonsense": 1}, ("nonsense",)),
        ({"soc-at-start": "5 kWh"}, ("soc-at-start",)),
        ({"power-capacity": [{"datetime": at(1), "value": "5 kW"}]}, ("power-capacity",)),
        ({"state-of-charge": {"sensor": 99}}, ("state-of-charge",)),
    ],
)
def test_assets_store_no_wrong_flex_model(model: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(FlexModelError) as caught:
        check_stored_model(model, SENSORS)

    assert [problem.path for problem in caught.value.problems] == [path]


def test_assets_may_store_what_cannot_be_scheduled_yet() -> None:
    check_stored_model(
        {"group": {"asset": 3}, "soc-max": {"sensor": SOC}, "state-of-charge": {"sensor": PERCENT}}, SENSORS
    )
    check_stored_context(json.loads(json.dumps({**SITE, "consumption-price": {"sensor": PRICE}})), SENSORS)
    promise = {"name": "a", "baseline": {"sensor": LOAD}, "up-price": "1 EUR/MW"}
    for scoped in ({"group": {"asset": 3}}, {"sensors": [LOAD]}, {"commodity": "gas"}):
        check_stored_context({"commitments": [promise | scoped]}, SENSORS)


@pytest.mark.parametrize(
    ("commitments", "path"),
    [
        ({"sensor": 2**63}, ("commitments",)),
        (["none"], ("commitments", 0, "_schema")),
        ([{"name": "a", "baseline": "1 kWh", "up-price": "1 EUR/MW"}], ("commitments", 0, "baseline")),
        ([{"name": "a", "baseline": {"sensor": 2**63}, "up-price": "1 EUR/MW"}], ("commitments", 0, "baseline")),
    ],
)
def test_assets_store_no_wrong_commitments(commitments: Any, path: tuple[str | int, ...]) -> None:
    with pytest.raises(FlexModelError) as caught:
        check_stored_context({"commitments": commitments}, SENSORS)

    assert caught.value.problems[0].path[: len(path)] == path


def test_assets_store_prices_as_sensors_only() -> None:
    with pytest.raises(FlexModelError, match="Fixed prices are not currently supported for consumption-price"):
        check_stored_context({"consumption-price": "100 EUR/MWh"}, SENSORS)


def test_an_empty_list_of_segments_says_nothing() -> None:
    targets = parse({"soc-targets": []}).stocks[0].soc_targets

    assert targets == Segments(())
    assert START + timedelta(hours=1) == datetime.fromisoformat(at(1))


def test_a_fixed_load_needs_no_more_than_its_sensor() -> None:
    entry = {"inflexible-consumption": {"sensor": LOAD}}

    assert check_entries([entry], SENSORS, tree=[7], asset_id=7) == [entry]
