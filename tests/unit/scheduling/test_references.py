"""Which sensors and assets flex-models and flex-contexts name: found as the table of fields says."""

from collections.abc import Mapping
from typing import Any

import pytest

from wattloom.assets import references_in
from wattloom.scheduling.flexmodel import COMMITMENT, FLEX_CONTEXT, FLEX_MODEL, Field, Kind, find_references

SAMPLES: Mapping[Kind, Any] = {
    Kind.QUANTITY: {"sensor": 5},
    Kind.QUANTITIES: [{"sensor": 5}, "3 kW", {"sensor": 6}],
    Kind.ID: 5,
    Kind.IDS: [5, 6],
    Kind.OUTPUT: {"sensor": 5},
    Kind.REFERENCE: {"sensor": 5},
    Kind.REFERENCES: [{"sensor": 5}, {"sensor": 6}],
    Kind.SOC: {"sensor": 5},
    Kind.GROUP: {"asset": 5},
    Kind.COMMITMENTS: [{"baseline": {"sensor": 5}, "sensors": [6], "group": {"sensor": 7}}],
}
"""A value that names something, for each kind of field that does."""

FIELDS = [
    *(("flex_model", field) for field in FLEX_MODEL.values()),
    *(("flex_context", field) for field in FLEX_CONTEXT.values() if field.kind is not Kind.CONTEXTS),
    *(("commitments", field) for field in COMMITMENT.values()),
]


@pytest.mark.parametrize(("column", "field"), FIELDS, ids=[f"{column}-{field.name}" for column, field in FIELDS])
def test_assets_mirror_what_schedules_use(column: str, field: Field) -> None:
    """The mirror of stored JSON goes by the names of keys, since it keeps graphs as well; both must find the same."""
    value: dict[str, Any] = {field.name: SAMPLES.get(field.kind, "a word")}
    model, context = {
        "flex_model": (value, {}),
        "flex_context": ({}, value),
        "commitments": ({}, {"commitments": [value]}),
    }[column]

    found = find_references(model, context)

    assert {(each.kind, each.item_id) for each in found} == references_in("flex_context", model or context)
    assert bool(found) is (field.kind in SAMPLES)


def test_each_reference_is_found_with_its_fields_and_its_role() -> None:
    model = [{"sensor": 1, "asset": 8, "consumption": {"sensor": 2}, "group": {"sensor": 3}}]
    context = {
        "aggregate-power": {"sensor": 4},
        "commodities": [
            {"commodity": "gas", "consumption-price": {"sensor": 5}, "inflexible-consumption": [{"sensor": 6}]}
        ],
        "commitments": [{"name": "a", "baseline": {"sensor": 7}, "sensors": ["1"], "group": {"asset": 9}}],
    }

    found = {(each.path[1:], each.kind, each.item_id, each.is_written) for each in find_references(model, context)}

    assert found == {
        (("sensor",), "sensor", 1, True),
        (("asset",), "asset", 8, False),
        (("consumption", "sensor"), "sensor", 2, True),
        (("group", "sensor"), "sensor", 3, False),
        (("aggregate-power", "sensor"), "sensor", 4, True),
        (("commodities", "consumption-price", "sensor"), "sensor", 5, False),
        (("commodities", "inflexible-consumption", "sensor"), "sensor", 6, False),
        (("commitments", "baseline", "sensor"), "sensor", 7, False),
        (("commitments", "sensors"), "sensor", 1, False),
        (("commitments", "group", "asset"), "asset", 9, False),
    }


def test_each_of_several_contexts_is_searched() -> None:
    contexts = [{"consumption-price": {"sensor": 5}}, {"commodity": "gas", "production-price": {"sensor": 6}}]

    assert [each.item_id for each in find_references([], contexts)] == [5, 6]


def test_fields_that_only_another_scheduler_knows_are_searched_at_any_depth() -> None:
    model = {"of-mine": {"weather-sensor": "5", "inputs": [{"sensors": [6, 7]}]}, "mode": {"days": 3}}

    assert [(each.item_id, each.is_written) for each in find_references(model, None)] == [
        (5, False),
        (6, False),
        (7, False),
    ]
