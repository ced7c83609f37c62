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
    ],
)
def test_nearest_asset_wins_and_the_inflexible_fields_are_one_family(
    contexts: list[dict[str, Any]], merged: dict[str, Any]
) -> None:
    assert merge_flex_contexts(contexts) == merged
