"""References in JSON are found and taken out by the same walk."""

from typing import Any

import pytest

from wattloom.assets.references import Gone, references_in, repointed

S, A = "sensor", "asset"


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("flex_context", {}, set()),
        ("flex_context", {"consumption-price": {"sensor": 9}, "site-power-capacity": "9 kW"}, {(S, 9)}),
        ("flex_context", {"consumption-price-sensor": 9, "relax-constraints": True}, {(S, 9)}),
        ("flex_context", {"inflexible-device-sensors": [13, 14]}, {(S, 13), (S, 14)}),
        ("flex_context", {"inflexible-consumption": [{"sensor": 3}, 4]}, {(S, 3), (S, 4)}),
        (
            "flex_context",
            {"commitments": [{"name": "a", "baseline": {"sensor": 1}, "sensors": [2], "group": {"asset": 7}}]},
            {(S, 1), (S, 2), (A, 7)},
        ),
        ("flex_context", {"commitments": [{"sensor": 2**31}, {"sensor": 2**63}, {"sensor": -1}, {"asset": 0}]}, set()),
        ("flex_context", {"consumption-price": {"sensor": 9, "sources": [12], "source-account": [3]}}, {(S, 9)}),
        ("flex_model", {"soc-minima": [{"start": "x", "value": {"sensor": 5}}], "soc-max": 5}, {(S, 5)}),
        ("flex_model", {"group": {"asset": 7}, "state-of-charge": {"sensor": 2}}, {(A, 7), (S, 2)}),
        ("sensors_to_show", [1, [2, 3], {"sensor": 4}, {"sensors": [5]}], {(S, n) for n in range(1, 6)}),
        ("sensors_to_show", [{"plots": [{"sensor": 1}, {"asset": 2, "flex-model": "soc-min"}]}], {(S, 1), (A, 2)}),
        ("sensors_to_show", [{"title": "x", "y-axis": [0, 1], "sensor": 4}], {(S, 4)}),
        ("sensors_to_show_as_kpis", [{"title": "t", "sensor": 8, "function": "sum"}], {(S, 8)}),
    ],
)
def test_references_are_found_at_any_depth(field: str, value: Any, found: set[tuple[str, int]]) -> None:
    assert references_in(field, value) == found


@pytest.mark.parametrize(
    ("field", "value", "rest"),
    [
        ("flex_context", {"consumption-price": {"sensor": 9}, "production-price": {"sensor": 1}}, {"production-price": {"sensor": 1}}),
        ("flex_context", {"inflexible-device-sensors": [9, 1]}, {"inflexible-device-sensors": [1]}),
        ("flex_context", {"inflexible-device-sensors": [9]}, {}),
        ("flex_context", {"commitments": [{"name": "a", "sensors": [9], "up-price": "1 EUR/MWh"}]}, {}),
        ("flex_context", {"commitments": [{"name": "a", "group": {"asset": 7}}, {"name": "b"}]}, {"commitments": [{"name": "b"}]}),
        ("flex_model", {"group": {"asset": 7}, "soc-max": "9 kWh"}, {"soc-max": "9 kWh"}),
        ("flex_model", {"sensor": 9, "soc-max": "9 kWh"}, {"soc-max": "9 kWh"}),
        ("sensors_to_show", [9, [9, 1], [9], {"title": "a", "sensor": 9}, {"title": "b", "sensors": [1, 9]}], [[1], {"title": "b", "sensors": [1]}]),
        ("sensors_to_show", [{"title": "a", "plots": [{"sensor": 9}, {"sensor": 1}]}], [{"title": "a", "plots": [{"sensor": 1}]}]),
        ("sensors_to_show", [{"title": "a", "plots": [{"asset": 7, "flex-model": "soc-min"}]}], []),
        ("sensors_to_show_as_kpis", [{"title": "t", "sensor": 9}, {"title": "u", "sensor": 1}], [{"title": "u", "sensor": 1}]),
        ("flex_context", {"soc-gain": [], "x": {}}, {"soc-gain": [], "x": {}}),
    ],
)  # fmt: skip
def test_what_is_gone_is_taken_out_with_what_needs_it(field: str, value: Any, rest: Any) -> None:
    gone = Gone(sensors={9: "price"}, assets={7: "site"})

    assert repointed(field, value, gone.target) == rest
    assert {(S, 9), (A, 7)}.isdisjoint(references_in(field, rest))
