"""Changes of JSON in the words of the audit log."""

from wattloom.assets.describe_changes import (
    describe_attribute_changes,
    describe_flex_changes,
    describe_graph_changes,
)


def test_flex_changes_are_numbered_and_name_their_paths() -> None:
    old = {"gone": 1, "same": 2, "price": {"sensor": 3}, "list": [{"a": 1}, {"a": 2}]}
    new = {"same": 2, "price": {"sensor": 4}, "list": [{"a": 1}, {"a": 5}, 7], "new": "x"}

    assert describe_flex_changes("flex_model", old, new).splitlines() == [
        "Updated flex_model:",
        "1. Removed gone (was: 1)",
        "2. Changed price.sensor: 3 → 4",
        "3. Changed list[1].a: 2 → 5",
        "4. Added list[2]: 7",
        "5. Added new: x",
    ]


def test_equal_flex_config_has_no_changes() -> None:
    assert describe_flex_changes("flex_context", {"a": 1}, {"a": 1}) == "Updated flex_context:\nNo changes"


def test_added_and_changed_attributes_are_named_and_removed_ones_are_not() -> None:
    assert describe_attribute_changes({"gone": 1, "same": 2, "a": None}, {"same": 2, "a": 3, "new": None}) == [
        "Updated Attr: a, From: None, To: 3",
        "Updated Attr: new, From: None, To: None",
    ]


def test_graphs_are_compared_one_by_one_in_their_full_form() -> None:
    old = [1, {"title": "Power", "sensor": 2}, {"title": "Gone", "sensors": [3, 4]}]
    new = [
        {"title": None, "plots": [{"sensor": 1}]},
        {"title": "New", "plots": [{"sensor": 5}, {"asset": 6, "flex-model": "soc-min"}]},
    ]

    assert describe_graph_changes(old, new).splitlines() == [
        "Updated sensors_to_show:",
        (
            '1. Changed graph 2 (Power): plot 1: sensor "2" → "5"; '
            'added plot 2: {"asset":6,"flex-model":"soc-min"}; title: "Power" → "New"'
        ),
        '2. Removed graph 3: "Gone" (sensors [3, 4])',
    ]
    assert describe_graph_changes([], new[1:]).splitlines()[1] == (
        '1. Added graph 1: "New" (sensors [5], refs [asset 6, flex-model: soc-min])'
    )
