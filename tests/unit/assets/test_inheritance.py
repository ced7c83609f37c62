"""Flex-contexts are merged from the nearest asset upwards."""

from typing import Any

import pytest

from wattloom.assets.tree import merge_flex_contexts


@pytest.mark.parametrize(
    ("contexts", "merged"),
    [
        ([], {}),
        ([{"a": 1}, {"a": 2, "b": 3}], {"a": 1, "b": 3}),
        ([{}, {"a": 2}, {"a": 3, "c": 4}], {"a": 2, "c": 4}),
        (
            [{"inflexible-consumption": [1]}, {"inflexible-production": [2], "b": 3}],
            {"inflexible-consumption": [1], "b": 3},
        ),
        (
            [{}, {"inflexible-consumption": [1], "inflexible-production": [2]}, {"inflexible-device-sensors": [3]}],
            {"inflexible-consumption": [1], "inflexible-production": [2]},
        ),
        (
            [{"consumption-price": 1}, {"consumption-price-sensor": 2, "production-price-sensor": 3}],
            {"consumption-price": 1, "production-price-sensor": 3},
        ),
        ([{}, {"consumption-price-sensor": 2}, {"consumption-price": 1}], {"consumption-price-sensor": 2}),
    ],
)
def test_the_nearest_context_wins_and_fields_of_one_family_are_one(
    contexts: list[dict[str, Any]], merged: dict[str, Any]
) -> None:
    assert merge_flex_contexts(contexts) == merged
