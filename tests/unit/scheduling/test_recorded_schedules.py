"""What a solution records on sensors: unit, sign and resolution of each (problems 25 and 45)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.flexing import AMSTERDAM, BATTERY, HOUR, POWER, PRICE, SENSORS, SITE, START, make_window, plan, solve_inputs
from tests.problems import day2
from wattloom.periods import Resolution, to_us
from wattloom.scheduling.flexmodel import Window, parse_config
from wattloom.scheduling.planning.outputs import RecordedSeries, recorded_series
from wattloom.scheduling.planning.report import soc_report
from wattloom.scheduling.solver import Solution
from wattloom.timeseries import KnowledgeHorizon, Sensor

OUT, IN, STOCK, NET = 11, 12, 13, 14
FLOW_MW = np.array([0.004, -0.008, 0.0, 0.012])


def sensor(
    sensor_id: int, *, unit: str = "kW", resolution: timedelta = timedelta(minutes=15), **attributes: Any
) -> Sensor:
    length = Resolution(time=resolution)
    return Sensor(sensor_id, f"s{sensor_id}", unit, "UTC", length, KnowledgeHorizon(), attributes, 7)


def record(
    sensors: list[Sensor],
    model: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    window: Window | None = None,
) -> dict[int, RecordedSeries]:
    """Record four steps of a battery that charges 4 kW, discharges 8 kW, rests and charges 12 kW."""
    known = {**SENSORS, **{each.id: each for each in sensors}}
    entry = {**BATTERY, "sensor": None, "asset": 7, **(model or {})}
    config = parse_config([entry], {**SITE, **(context or {})}, known, AMSTERDAM)
    planned = plan(window=window or make_window(1))
    stocks = (replace(planned.stocks[0], model=config.stocks[0]),)
    inputs = replace(planned, config=config, stocks=stocks)
    stock = np.array([[0.02, 0.021, 0.019, 0.019, 0.022]])
    no_mode = np.full((1, 4), -1)
    solution = Solution(
        FLOW_MW[None, :], FLOW_MW[None, :] + 0.001, stock, no_mode, {}, 0.0, 0.0, 0.0, True, 0, 0.0, None
    )
    recorded = recorded_series(inputs, solution, {each.id: each for each in sensors})
    return {series.sensor.id: series for series in recorded}


def test_power_is_recorded_production_positive_by_default() -> None:
    assert record([sensor(OUT)], {"sensor": OUT})[OUT].values.tolist() == [-4, 8, 0, -12]


def test_power_is_recorded_consumption_positive_where_the_sensor_says_so() -> None:
    recorded = record([sensor(OUT, consumption_is_positive=True)], {"sensor": OUT})

    assert recorded[OUT].values.tolist() == [4, -8, 0, 12]


def test_energy_per_event_is_not_flipped() -> None:
    assert record([sensor(OUT, unit="kWh")], {"sensor": OUT})[OUT].values.tolist() == [1, -2, 0, 3]


def test_energy_per_event_has_the_sign_that_the_sensor_states() -> None:
    meter = sensor(OUT, unit="kWh", consumption_is_positive=False)

    assert record([meter], {"production": {"sensor": OUT}})[OUT].values.tolist() == [-1, 2, 0, -3]


def test_coarser_sensors_get_the_mean() -> None:
    recorded = record([sensor(OUT, resolution=HOUR)], {"sensor": OUT})

    assert recorded[OUT].values.tolist() == [-2]
    assert recorded[OUT].starts_us.tolist() == [to_us(START)]


def test_finer_sensors_get_repeated_values() -> None:
    recorded = record([sensor(OUT, resolution=timedelta(minutes=5))], {"sensor": OUT})

    assert recorded[OUT].values.tolist() == [-4] * 3 + [8] * 3 + [0] * 3 + [-12] * 3


def test_days_begin_at_midnight_on_both_sides_of_a_clock_change() -> None:
    window = Window(to_us(datetime(2026, 3, 28, tzinfo=AMSTERDAM)), 24 * 3600 * 1_000_000, 4)
    days = replace(sensor(OUT), timezone="Europe/Amsterdam", event_resolution=Resolution(days=1))

    recorded = record([days], {"sensor": OUT}, window=window)[OUT]

    first_four = [to_us(datetime(2026, 3, day, tzinfo=AMSTERDAM)) for day in (28, 29, 30, 31)]
    assert recorded.starts_us[:4].tolist() == first_four
    assert recorded.values[:4].tolist() == pytest.approx([-4, 8, 8 / 24, -12 * 23 / 24])


def test_one_output_sensor_gets_the_whole_profile() -> None:
    consumption = sensor(IN, consumption_is_positive=True)

    assert record([consumption], {"consumption": {"sensor": IN}})[IN].values.tolist() == [4, -8, 0, 12]
    assert record([sensor(OUT)], {"production": {"sensor": OUT}})[OUT].values.tolist() == [-4, 8, 0, -12]


def test_two_output_sensors_share_the_profile() -> None:
    model = {"consumption": {"sensor": IN}, "production": {"sensor": OUT}}

    recorded = record([sensor(IN, consumption_is_positive=True), sensor(OUT)], model)

    assert recorded[IN].values.tolist() == [4, 0, 0, 12]
    assert recorded[OUT].values.tolist() == [0, 8, 0, 0]


def test_the_power_sensor_as_output_sensor_is_recorded_once() -> None:
    recorded = record([sensor(IN, consumption_is_positive=True)], {"sensor": IN, "consumption": {"sensor": IN}})

    assert recorded[IN].values.tolist() == [4, -8, 0, 12]


def test_aggregates_hold_the_net_flow_of_the_site() -> None:
    context = {"aggregate-power": {"sensor": NET}, "aggregate-consumption": {"sensor": IN}}

    recorded = record([sensor(NET), sensor(IN, consumption_is_positive=True)], context=context)

    assert recorded[NET].values.tolist() == [-5, 7, -1, -13]
    assert recorded[IN].values.tolist() == [5, -7, 1, 13]


@pytest.mark.parametrize(("unit", "expected"), [("kWh", [20, 21, 19, 19, 22]), ("%", [20, 21, 19, 19, 22])])
def test_states_of_charge_are_recorded_at_all_boundaries(unit: str, expected: list[float]) -> None:
    stock = sensor(STOCK, unit=unit, resolution=timedelta(0))

    recorded = record([stock], {"state-of-charge": {"sensor": STOCK}})[STOCK]

    assert recorded.values.tolist() == pytest.approx(expected)
    assert (recorded.starts_us[-1] - recorded.starts_us[0]) // 1_000_000 == 3600


def test_sensors_are_recorded_in_the_order_of_their_ids() -> None:
    stock = sensor(OUT, unit="kWh", resolution=timedelta(0))
    model = {"sensor": NET, "state-of-charge": {"sensor": OUT}}
    context = {"aggregate-consumption": {"sensor": IN}}

    recorded = record([stock, sensor(NET), sensor(IN, consumption_is_positive=True)], model, context)

    assert list(recorded) == [OUT, IN, NET]


def test_no_negative_zero_is_recorded() -> None:
    assert not np.signbit(record([sensor(OUT)], {"sensor": OUT})[OUT].values[2])


def test_missed_minima_are_reported_without_the_met_ones() -> None:
    minima = [
        {"datetime": f"2026-06-01T00:{minute}:00+00:00", "value": f"{kwh} kWh"} for minute, kwh in ((15, 15), (30, 39))
    ]
    inputs = plan({"soc-minima": minima}, window=make_window(1))

    report = soc_report(inputs, np.array([[0.02, 0.021, 0.019, 0.019, 0.022]]))

    missed = [{"datetime": "2026-06-01T00:30:00+00:00", "violation": "20.0 kWh"}]
    assert report == {"unresolved": [{"asset": 7, "soc-minima": missed}], "resolved": []}


def test_met_maxima_are_reported_with_their_margin() -> None:
    inputs = plan({"soc-maxima": [{"datetime": "2026-06-01T00:30:00+00:00", "value": "59 kWh"}]}, window=make_window(1))

    report = soc_report(inputs, np.array([[0.02, 0.021, 0.019, 0.019, 0.022]]))

    met = [{"datetime": "2026-06-01T00:30:00+00:00", "margin": "40.0 kWh"}]
    assert report == {"unresolved": [], "resolved": [{"asset": 7, "soc-maxima": met}]}


def test_targets_are_reported_when_missed_only() -> None:
    targets = [{"datetime": f"2026-06-01T00:{minute}:00+00:00", "value": "19 kWh"} for minute in (15, 30)]
    inputs = plan({"soc-targets": targets}, window=make_window(1))

    report = soc_report(inputs, np.array([[0.02, 0.021, 0.019 + 1e-9, 0.019, 0.022]]))

    missed = [{"datetime": "2026-06-01T00:15:00+00:00", "violation": "2.0 kWh"}]
    assert report == {"unresolved": [{"asset": 7, "soc-targets": missed}], "resolved": []}


def test_a_start_below_soc_min_is_reported_until_it_is_recovered() -> None:
    inputs = plan({"soc-at-start": "5 kWh"}, window=make_window(1))

    report = soc_report(inputs, np.array([[0.005, 0.008, 0.011, 0.019, 0.022]]))

    missed = [{"datetime": "2026-06-01T00:15:00+00:00", "violation": "2.0 kWh"}]
    assert report["unresolved"] == [{"asset": 7, "soc-min": missed}]


def test_problem_45_energy_per_event_is_at_most_what_the_power_moves() -> None:
    """A battery of 2 MW and a sensor of MWh per quarter."""
    entry = {"soc-at-start": "2.5 MWh", "soc-min": "0.5 MWh", "soc-max": "4.5 MWh", "power-capacity": "2 MW"}
    inputs = plan(entry, {"consumption-price": {"sensor": PRICE}}, readings={PRICE: day2()})
    solution = solve_inputs(inputs)

    [recorded] = recorded_series(inputs, solution, {POWER: sensor(POWER, unit="MWh")})

    assert (recorded.values.min(), recorded.values.max()) == pytest.approx((-0.5, 0.5))
    assert recorded.values == pytest.approx(solution.consumption_mw[0] * 0.25)
