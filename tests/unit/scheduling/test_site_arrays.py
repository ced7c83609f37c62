"""Prices, inflexible devices and custom commitments on the network."""

import numpy as np
import pytest

from tests.flexing import LOAD, PRICE, SUN, at, make_window, plan
from wattloom.errors import MissingDataError
from wattloom.scheduling.problem import Floats

SENSOR_PRICE = {"consumption-price": {"sensor": PRICE}}
TWO_HOURS = make_window(2)


def known(values: dict[int, float]) -> Floats:
    readings = np.full(TWO_HOURS.n_steps + 1, np.nan)
    readings[list(values)] = list(values.values())
    return readings


def test_known_prices_are_extended_to_both_sides_with_a_notice() -> None:
    inputs = plan(context=SENSOR_PRICE, window=TWO_HOURS, readings={PRICE: known({2: 10, 3: 20, 4: 30})})

    assert inputs.problem.networks[0].consumption_price_per_mwh.tolist() == [10, 10, 10, 20, 30, 30, 30, 30]
    [notice] = [text for text in inputs.notices if text.startswith("consumption-price")]
    assert notice == (
        "consumption-price: prices are missing for 5 of 8 steps. Before the first known one, that is used. "
        "After the last known one, that is used."
    )


def test_a_gap_between_known_prices_costs_nothing() -> None:
    inputs = plan(context=SENSOR_PRICE, window=TWO_HOURS, readings={PRICE: known({0: 10, 7: 20})})

    assert inputs.problem.networks[0].consumption_price_per_mwh.tolist() == [10, 0, 0, 0, 0, 0, 0, 20]
    assert any("6 of 8 steps. Gaps between known ones are taken as 0." in text for text in inputs.notices)


def test_a_default_fills_gaps_before_anything_else() -> None:
    context = {"consumption-price": {"sensor": PRICE, "default": "0.05 EUR/kWh"}}

    inputs = plan(context=context, window=TWO_HOURS, readings={PRICE: known({2: 10})})

    assert inputs.problem.networks[0].consumption_price_per_mwh[:4].tolist() == pytest.approx([50, 50, 10, 50])


def test_of_overlapping_peaks_that_are_paid_for_the_first_one_counts() -> None:
    paid = [{"start": at(0), "end": at(24), "value": value} for value in ("10 kW", "5 kW")]

    inputs = plan(context={"site-peak-consumption": paid, "site-peak-consumption-price": "260 EUR/MW"})

    [peak] = [each for each in inputs.problem.commitments if each.name == "electricity consumption peak"]
    assert set(peak.baseline) == {0.01}


def test_prices_that_nobody_knows_are_an_error_that_names_the_sensor() -> None:
    with pytest.raises(MissingDataError, match=r"Prices unknown for planning window\. \(sensor 2\)") as caught:
        plan(context=SENSOR_PRICE)

    assert (caught.value.field, caught.value.sensor_id) == ("consumption-price", PRICE)


def test_the_production_price_falls_back_to_the_consumption_price() -> None:
    [network] = plan().problem.networks

    assert network.production_price_per_mwh.tolist() == network.consumption_price_per_mwh.tolist()


def test_a_default_counts_for_what_is_inflexible_as_well() -> None:
    context = {"inflexible-consumption": [{"sensor": LOAD, "default": "3 kW"}]}

    [network] = plan(context=context, window=TWO_HOURS, readings={LOAD: known({2: 0.001})}).problem.networks

    assert network.inflexible_consumption_mw[:4].tolist() == pytest.approx([0.003, 0.003, 0.001, 0.003])


def test_inflexible_devices_add_up_with_consumption_positive() -> None:
    context = {"inflexible-consumption": [{"sensor": LOAD}], "inflexible-production": [{"sensor": SUN}]}

    inputs = plan(context=context, readings={LOAD: 0.005, SUN: 0.003})

    assert inputs.problem.networks[0].inflexible_consumption_mw[0] == pytest.approx(0.002)


def test_deprecated_inflexible_devices_count_production_unless_their_sensor_says_otherwise() -> None:
    inputs = plan(context={"inflexible-device-sensors": [LOAD]}, readings={LOAD: 0.005})

    assert inputs.problem.networks[0].inflexible_consumption_mw[0] == pytest.approx(-0.005)


def test_missing_values_of_inflexible_devices_count_as_zero_with_a_notice() -> None:
    context = {"inflexible-consumption": [{"sensor": LOAD}]}

    inputs = plan(context=context, window=TWO_HOURS, readings={LOAD: known({0: 0.005})})

    assert inputs.problem.networks[0].inflexible_consumption_mw.tolist() == [0.005, 0, 0, 0, 0, 0, 0, 0]
    assert any("'load' (sensor 4) has no values for 7 of 8 steps" in notice for notice in inputs.notices)


def test_problem_49_custom_commitments_cost_per_step_or_per_hour_and_only_where_they_hold() -> None:
    """Baseline 500 kW during one hour."""
    commitment = {
        "name": "congestion",
        "baseline": [{"start": at(1), "duration": "PT1H", "value": "500 kW"}],
        "up-price": "250 EUR/MW",
        "down-price": "-100 EUR/MWh",
    }

    inputs = plan(context={"commitments": [commitment]}, window=TWO_HOURS)

    [found] = [c for c in inputs.problem.commitments if c.is_custom]
    assert np.isnan(found.baseline[:4]).all()
    assert found.baseline[4:].tolist() == [0.5] * 4
    assert (found.up_price[4], found.down_price[4]) == pytest.approx((250, -25))


def test_without_a_site_capacity_nothing_can_be_breached() -> None:
    inputs = plan(context={"site-power-capacity": None})

    assert not any("breach" in commitment.name for commitment in inputs.problem.commitments)
