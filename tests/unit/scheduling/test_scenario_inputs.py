"""From the field ``scenarios`` to the problems of several futures."""

from typing import Any

import numpy as np
import pytest

from tests.flexing import AMSTERDAM, BATTERY, LOAD, PRICE, SENSORS, SITE, START, SUN, complaints, make_window, parse
from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel import FlexConfig, Scenarios, check_stored_context, parse_config, settle
from wattloom.scheduling.inputs import ScheduleInputs, Timing, references_of
from wattloom.scheduling.inputs.scenarios import assemble_futures, points_of

DAY = make_window()
FORECASTS: dict[str, Any] = {
    "consumption-price": {"sensor": PRICE},
    "inflexible-consumption": [{"sensor": LOAD}],
    "scenarios": {},
}


def scenarios(**fields: Any) -> Scenarios | None:
    return parse(
        context={"scenarios": {name.replace("_", "-"): value for name, value in fields.items()}}
    ).site.scenarios


def test_without_the_field_there_are_no_scenarios() -> None:
    assert parse().site.scenarios is None


def test_an_empty_object_means_the_usual_three_futures() -> None:
    assert scenarios() == Scenarios((0.1, 0.5, 0.9), shared_steps=1, risk_weight=0.0, risk_level=0.9)


def test_shares_are_numbers_or_percentages() -> None:
    found = scenarios(quantiles=[0.2, "80 %"], risk_weight="25 %", risk_level=0.5, shared_steps=4)

    assert found == Scenarios((0.2, 0.8), shared_steps=4, risk_weight=0.25, risk_level=0.5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantiles", [0.5]),
        ("quantiles", [0.9, 0.1]),
        ("quantiles", [0.0, 0.5]),
        ("quantiles", [0.5, 1.0]),
        ("quantiles", [n / 11 for n in range(1, 11)]),
        ("quantiles", 0.5),
        ("risk-weight", 1),
        ("risk-weight", -0.1),
        ("risk-level", "100 %"),
        ("shared-steps", 0),
        ("shared-steps", 1.5),
        ("shared-steps", "2"),
        ("quantile", [0.5]),
    ],
)
def test_what_makes_no_scenarios_is_named(field: str, value: Any) -> None:
    found = complaints(context={"scenarios": {field: value}})

    assert [path[:2] for path in found] == [("scenarios", field)]


def test_assets_hold_no_scenarios_that_cannot_be_planned() -> None:
    with pytest.raises(FlexModelError) as raised:
        check_stored_context({"scenarios": {"quantiles": ["10 %", "90 %"], "risk-weight": 2}}, SENSORS)

    assert [problem.path for problem in raised.value.problems] == [("scenarios", "risk-weight")]


def test_production_moves_against_consumption() -> None:
    config = parse(
        {"production-capacity": {"sensor": SUN}},
        {**FORECASTS, "inflexible-production": [{"sensor": 10}]},
    )
    references = references_of(config)

    low, middle, high = points_of(config, SENSORS, references)

    by_sensor = {each.sensor_id: (low[each], middle[each], high[each]) for each in references}
    assert by_sensor == {
        PRICE: (0.1, 0.5, 0.9),
        LOAD: (0.1, 0.5, 0.9),
        10: (0.9, 0.5, 0.1),
        SUN: (0.9, 0.5, 0.1),
    }


def test_without_scenarios_the_median_is_read() -> None:
    config = parse(context={"consumption-price": {"sensor": PRICE}})

    assert [set(points.values()) for points in points_of(config, SENSORS, references_of(config))] == [{0.5}]


def read(loads_mw: tuple[float, ...], **fields: Any) -> ScheduleInputs:
    """Return the inputs of a battery and a load that is expected to be each of these."""
    context = {**SITE, **FORECASTS, "scenarios": {name.replace("_", "-"): value for name, value in fields.items()}}
    config: FlexConfig = settle(parse_config([BATTERY], context, SENSORS, AMSTERDAM), DAY)
    values = {PRICE: 100.0}
    readings = [
        {each: np.full(DAY.n_steps + 1, {**values, LOAD: load}[each.sensor_id]) for each in references_of(config)}
        for load in loads_mw
    ]
    return assemble_futures(config, Timing(DAY, START, START), SENSORS, readings, {})


def test_each_future_has_its_own_problem_and_the_median_one_is_planned() -> None:
    inputs = read((0.1, 0.2, 0.4), risk_weight=0.3, shared_steps=2)

    assert inputs.futures is not None
    loads = [each.networks[0].inflexible_consumption_mw[0] for each in inputs.futures.scenarios]
    assert loads == [0.1, 0.2, 0.4]
    assert inputs.problem is inputs.futures.scenarios[1]
    assert inputs.futures.probabilities == pytest.approx([0.3, 0.4, 0.3])
    assert (inputs.futures.n_shared, inputs.futures.risk_weight) == (2, 0.3)


def test_no_more_steps_are_shared_than_there_are() -> None:
    inputs = read((0.1, 0.2, 0.4), shared_steps=1000)

    assert inputs.futures is not None
    assert inputs.futures.n_shared == DAY.n_steps


def test_forecasts_without_probabilities_are_taken_for_certain() -> None:
    inputs = read((0.2, 0.2, 0.2))

    assert inputs.futures is None
    assert any(notice.startswith("scenarios: no sensor in use holds a forecast") for notice in inputs.notices)
