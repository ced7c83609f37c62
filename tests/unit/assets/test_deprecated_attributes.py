"""Attributes with old names of flex-model fields become these fields."""

from typing import Any

import pytest

from wattloom.assets.deprecated_attributes import Upgraded, upgrade_attributes
from wattloom.errors import InputError
from wattloom.scheduling import check_stored_model


@pytest.mark.parametrize(
    ("attributes", "flex_model"),
    [
        ({"min_soc_in_mwh": 0.5, "max_soc_in_mwh": 2}, {"soc-min": "0.5 MWh", "soc-max": "2 MWh"}),
        ({"capacity_in_mw": 0.025}, {"power-capacity": "0.025 MW"}),
        ({"capacity_in_mw": "25 kW"}, {"power-capacity": "25 kW"}),
        ({"capacity_in_mw": "2"}, {"power-capacity": "2 MW"}),
        (
            {"consumption_capacity": 1.5, "production_capacity": 0},
            {"consumption-capacity": "1.5 MW", "production-capacity": "0 MW"},
        ),
        (
            {"roundtrip_efficiency": 0.9, "storage_efficiency": "99.7%"},
            {"roundtrip-efficiency": "0.9", "storage-efficiency": "99.7%"},
        ),
    ],
)
def test_old_names_become_quantities_of_the_flex_model(attributes: dict[str, Any], flex_model: dict[str, Any]) -> None:
    upgraded = upgrade_attributes({"colour": "red"} | attributes, {"soc-usage": "1 kW"})

    assert upgraded == Upgraded({"colour": "red"}, {"soc-usage": "1 kW"} | flex_model)
    check_stored_model(flex_model, {})


def test_what_the_flex_model_says_as_well_is_dropped() -> None:
    assert upgrade_attributes({"capacity_in_mw": 2}, {"power-capacity": "2 MW"}) == Upgraded(
        {}, {"power-capacity": "2 MW"}
    )


@pytest.mark.parametrize(
    ("name", "value", "flex_model", "message"),
    [
        ("capacity_in_mw", 2, {"power-capacity": "3 MW"}, "Says 2 MW, but the flex-model says 3 MW."),
        ("roundtrip_efficiency", 0.9, {"charging-efficiency": "90%"}, "together with charging-efficiency"),
        ("roundtrip_efficiency", 90, {}, "Must be from 0 to 1"),
        ("max_soc_in_mwh", -1, {}, "Must be 0 or more"),
        ("max_soc_in_mwh", "2 kW", {}, "Cannot convert"),
        ("max_soc_in_mwh", True, {}, "Not a valid quantity"),
        ("max_soc_in_mwh", None, {}, "Not a valid quantity"),
        ("max_soc_in_mwh", float("nan"), {}, "Not a valid quantity"),
        ("max_soc_in_mwh", {"sensor": 1}, {}, "Not a valid quantity"),
        ("max_soc_in_mwh", "much", {}, "Not a valid quantity"),
    ],
)
def test_what_cannot_be_meant_is_named(name: str, value: Any, flex_model: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        upgrade_attributes({name: value}, flex_model)

    assert [problem.path for problem in raised.value.problems] == [("attributes", name)]
