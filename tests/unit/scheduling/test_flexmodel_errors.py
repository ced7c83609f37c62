"""Bad flex-models and flex-contexts: each is refused with the field and the words that clients know."""

from typing import Any

import pytest

from tests.flexing import DOLLARS, LOAD, POWER, PRICE, SITE, SOC, at, complaints, parse
from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel import Fixed, referenced_sensors

SEGMENT = {"start": at(1), "duration": "PT1H", "value": "5 kW"}


@pytest.mark.parametrize(
    ("model", "path", "text"),
    [
        ({"soc-minn": 1}, ("soc-minn",), "Unknown field. Did you mean 'soc-min'?"),
        ({"soc_min": 1}, ("soc_min",), "Unknown field. Did you mean 'soc-min'?"),
        ({"power-capacity": "fast"}, ("power-capacity",), "Cannot convert value 'fast' to a valid quantity."),
        ({"soc-min": "450 EUR/MWh"}, ("soc-min",), "Cannot convert value `450 EUR/MWh` to 'MWh'"),
        ({"power-capacity": "20 kWh"}, ("power-capacity",), "Cannot convert value `20 kWh` to 'MW'"),
        ({"soc-minima": {"sensor": PRICE}}, ("soc-minima",), "Cannot convert EUR/MWh to MWh"),
        ({"soc-minima": {"sensor": 99}}, ("soc-minima",), "No sensor found with ID 99."),
        ({"soc-minima": {"sensor": "x"}}, ("soc-minima",), "Sensor ID has the wrong type. Got `str` but `int` was"),
        ({"soc-minima": {"id": 3}}, ("soc-minima",), "Dictionary provided but `sensor` key not found."),
        ({"power-capacity": 25}, ("power-capacity",), "Unsupported value type."),
        ({"power-capacity": True}, ("power-capacity",), "Unsupported value type."),
        ({"soc-min": "-1 kWh"}, ("soc-min",), "Must be greater than or equal to 0."),
        ({"soc-min": {"sensor": SOC}}, ("soc-min",), "A dict is not accepted here"),
        ({"soc-max": 1e400}, ("soc-max",), "Must be a finite number."),
        ({"power-capacity": "1e12 MW"}, ("power-capacity",), "Must lie between −1e+09 and 1e+09 MW."),
        ({"power-capacity": "1e300 MW"}, ("power-capacity",), "Must lie between −1e+09 and 1e+09 MW."),
        ({"power-capacity": "1e308 GW"}, ("power-capacity",), "Must lie between −1e+09 and 1e+09 MW."),
        ({"soc-at-start": 1e13}, ("soc-at-start",), "Must lie between −1e+09 and 1e+09 MWh."),
        ({"soc-minima": [SEGMENT] * 10_001}, ("soc-minima",), "Has 10001 segments; at most 10000 are accepted."),
        ({"soc-usage": ["1 kW"] * 1001}, ("soc-usage",), "Has 1001 entries; at most 1000 are accepted."),
        ({"soc-minima": {"sensor": SOC, "sources": [1] * 1001}}, ("soc-minima", "sources"), "Has 1001 entries;"),
        ({"sensor": PRICE}, ("sensor",), "Cannot convert EUR/MWh to MW. Name a sensor that holds the power"),
        ({"soc-unit": "J"}, ("soc-unit",), "Must be one of: kWh, MWh."),
        (
            {"roundtrip-efficiency": "180%"},
            ("roundtrip-efficiency",),
            "Must be greater than 0 % and less than or equal",
        ),
        ({"roundtrip-efficiency": 0}, ("roundtrip-efficiency",), "Must be greater than 0 % and less than or equal"),
        (
            {"roundtrip-efficiency": "90%", "charging-efficiency": "90%"},
            ("_schema",),
            "Fields `charging_efficiency` and `roundtrip_efficiency` are mutually exclusive.",
        ),
        (
            {"state-of-charge": {"sensor": POWER}},
            ("state-of-charge",),
            "The `state-of-charge` field points to a sensor",
        ),
        ({"state-of-charge": "5 kWh"}, ("state-of-charge",), "The state-of-charge can only be a sensor or a time"),
        ({"soc-usage": []}, ("soc-usage",), "Must be a list with at least one"),
        ({"soc-usage": ["5 kWh"]}, ("soc-usage", 0), "Cannot convert value `5 kWh` to 'MW'"),
        ({"prefer-charging-sooner": "later"}, ("prefer-charging-sooner",), "Not a valid boolean."),
        ({"consumption": {"sensor": LOAD, "sources": [1]}}, ("consumption", "sources"), "Unknown field."),
        ({"commodity": " "}, ("commodity",), "Must be a non-empty text."),
        ({"process-type": "BREAKABLE"}, ("process-type",), "'process-type' is about processes: assets of the type"),
        ({"operation-modes": []}, ("operation-modes",), "Must be a list of at least one mode"),
        ({"group": {"asset": 3}}, ("group",), "No entry states the limits of group asset:3."),
        ({"group": {"asset": 3, "sensor": 4}}, ("group",), "The group must reference exactly one of"),
        ({"group": {"sensor": PRICE}}, ("group",), "The group must reference a sensor with a power unit."),
        ({"coupling": "chp"}, ("coupling",), "power must have an unambiguous flow direction"),
        ({"storage-efficiency": "99"}, ("storage-efficiency",), "99 is 9900%. Write the share that is left"),
        ({"coupling-coefficient": 0}, ("coupling-coefficient",), "Must be a number greater than 0."),
    ],
)
def test_wrong_flex_model_fields_are_named(model: dict[str, Any], path: tuple[str | int, ...], text: str) -> None:
    found = complaints(model)

    assert found[path].startswith(text)
    assert list(found) == [path]


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("power-capacity", 3, 'Write "3 kW".'),
        ("power-capacity", "fast", "such as '10 kW'."),
        ("soc-max", "full", "such as '10 kWh'."),
        ("charging-efficiency", "good", "such as '10 %'."),
    ],
)
def test_wrong_quantities_are_told_in_the_unit_of_their_field(name: str, value: object, advice: str) -> None:
    assert complaints({name: value})[name,].endswith(advice)


@pytest.mark.parametrize(
    ("segment", "path", "text"),
    [
        ({"datetime": "noon", "value": "5 kW"}, ("datetime",), "Not a valid datetime."),
        ({"datetime": "2026-06-01T10:00:00", "value": "5 kW"}, ("datetime",), "Not a valid aware datetime."),
        ({**SEGMENT, "datetime": at(2)}, ("_schema",), "If using the 'datetime' field, no 'start', 'end' or"),
        ({**SEGMENT, "end": at(3)}, ("_schema",), "If using the 'duration' field, either 'start' or 'end' is"),
        ({"duration": "PT1H", "value": "5 kW"}, ("_schema",), "If using the 'duration' field, either 'start' or"),
        ({"start": at(1), "value": "5 kW"}, ("_schema",), "Missing field(s) to describe timing"),
        ({"start": at(2), "end": at(1), "value": "5 kW"}, ("end",), "The end must not lie before the start."),
        ({"start": at(1), "end": at(2)}, ("value",), "Missing data for required field."),
        ({**SEGMENT, "values": [1]}, ("values",), "Unknown field. Did you mean 'value'?"),
        ({**SEGMENT, "value": {"sensor": LOAD}}, ("value",), "A segment needs a fixed value"),
        ({**SEGMENT, "value": "-5 kW"}, ("value",), "Must be greater than or equal to 0."),
        ("10 kW", ("_schema",), "Invalid input type."),
    ],
)
def test_wrong_segments_are_named_by_their_place(segment: Any, path: tuple[str, ...], text: str) -> None:
    found = complaints({"power-capacity": [SEGMENT, segment]})

    assert list(found) == [("power-capacity", 1, *path)]
    assert found["power-capacity", 1, *path].startswith(text)


def test_segments_of_one_series_share_a_unit() -> None:
    found = complaints({"power-capacity": [SEGMENT, {**SEGMENT, "value": "5 kWh"}]})

    assert found == {("power-capacity",): "Segments of a time series must share the same unit."}


def test_storage_efficiency_needs_a_resolution() -> None:
    found = complaints({"sensor": None, "asset": 7, "storage-efficiency": "99%"})

    assert list(found) == [("storage-efficiency",)]
    assert "cannot be interpreted without a resolution" in found["storage-efficiency",]


@pytest.mark.parametrize(
    ("context", "path", "text"),
    [
        ({"nonsense": 1}, ("nonsense",), "Unknown field."),
        (
            {"consumption-price": "5 kW"},
            ("consumption-price",),
            "Invalid unit. A valid unit would be, for example, 'EUR",
        ),
        ({"production-price": "5 USD/MWh"}, ("production-price",), "Invalid unit."),
        ({"production-price": {"sensor": DOLLARS}}, ("production-price",), "Invalid unit."),
        ({"consumption-price": None}, ("consumption-price",), "Missing consumption price for commodity 'electricity'."),
        ({"site-peak-consumption-price": "-1 EUR/kW"}, ("site-peak-consumption-price",), "Must be greater than"),
        (
            {"commodity": "gas"},
            ("commodity",),
            "The top-level flex-context dict only supports the 'electricity' commodity",
        ),
        (
            {"inflexible-device-sensors": [LOAD], "inflexible-consumption": [{"sensor": LOAD}]},
            ("inflexible-consumption",),
            "Must pass either inflexible-device-sensors (deprecated) or inflexible-consumption.",
        ),
        (
            {"consumption-price-sensor": PRICE},
            ("consumption-price-sensor",),
            "Must pass either consumption-price or consumption-price-sensor (deprecated).",
        ),
        (
            {"commitments": [{"name": "a", "up-price": "1 EUR/MW"}]},
            ("commitments", 0, "baseline"),
            "A commitment requires",
        ),
        (
            {"commitments": [{"name": "a", "baseline": "1 kW"}]},
            ("commitments", 0, "_schema"),
            "A commitment requires at",
        ),
    ],
)
def test_wrong_flex_context_fields_are_named(context: dict[str, Any], path: tuple[str | int, ...], text: str) -> None:
    assert complaints(context=context)[path].startswith(text)


def test_a_sensor_is_listed_once_among_inflexible_devices() -> None:
    found = complaints(
        context={"inflexible-consumption": [{"sensor": LOAD}], "inflexible-production": [{"sensor": LOAD}]}
    )

    assert found == {
        ("inflexible-production",): f"Sensor {LOAD} may only be listed once across the inflexible devices."
    }


def test_deprecated_prices_exclude_newer_fields() -> None:
    context = {"consumption-price": None, "consumption-price-sensor": PRICE, "relax-constraints": True}

    assert "Please switch to using `consumption-price" in complaints(context=context)["relax-constraints",]


def test_a_commodity_is_listed_once() -> None:
    found = complaints(context=[SITE, SITE])

    assert found["commodities",].startswith("Each commodity may only be listed once in `commodities`.")


def test_a_flex_context_is_an_object_or_a_list() -> None:
    assert "flex-context" in complaints(context="cheap")["flex-context",]


def test_all_problems_are_told_at_once() -> None:
    found = complaints({"soc-minn": 1, "power-capacity": "20 kWh"}, {"nonsense": 1})

    assert set(found) == {("soc-minn",), ("power-capacity",), ("nonsense",)}


def test_a_power_capacity_must_be_told_somewhere() -> None:
    found = complaints({"power-capacity": None}, {"site-power-capacity": None})

    assert found == {("power-capacity",): "Power capacity on asset 7 is not defined in the flex-model."}


def test_what_is_smaller_than_anybody_can_mean_is_nothing() -> None:
    assert parse({"power-capacity": "1e-300 kW"}).devices[0].power_capacity == Fixed(0.0)


def test_too_many_inflexible_devices_are_refused() -> None:
    found = complaints(context={"inflexible-device-sensors": [LOAD] * 1001})

    assert found[("inflexible-device-sensors",)] == "Has 1001 entries; at most 1000 are accepted."


def test_nesting_without_end_is_refused_by_its_field() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = [deep]

    with pytest.raises(FlexModelError, match="Nested too deeply: at most 20 levels") as caught:
        referenced_sensors([], {"commitments": deep})

    assert caught.value.problems[0].path == ("commitments",)
