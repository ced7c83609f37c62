"""Rows of a file as events of a sensor: resolution from distances, units, sums and means, flooring."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from wattloom.errors import InputError, PeriodError, UnitError
from wattloom.periods import Resolution, from_us, parse_instant, to_us
from wattloom.timeseries import KnowledgeHorizon, RowEvents, Rows, Sensor, events_of_rows

MIDNIGHT = to_us(parse_instant("2026-06-01T00:00:00+00:00", field="start"))
MINUTE_US = 60_000_000


def make_sensor(*, unit: str = "kW", resolution: str = "PT15M", timezone: str = "UTC", **attributes: Any) -> Sensor:
    return Sensor(1, "s", unit, timezone, Resolution.parse(resolution), KnowledgeHorizon(), attributes, 1)


def rows_at(minutes: list[float], values: list[float], *, belief_minutes: list[float] | None = None) -> Rows:
    """Rows by the minutes from midnight; the first is row 2, below a header."""
    starts_us = MIDNIGHT + (np.array(minutes) * MINUTE_US).astype(np.int64)
    rows = Rows.of(np.arange(2, len(values) + 2), starts_us, np.array(values, dtype=np.float64))
    if belief_minutes is None:
        return rows
    believed_us = MIDNIGHT + (np.array(belief_minutes) * MINUTE_US).astype(np.int64)
    return Rows(rows.number, rows.start_us, rows.value, believed_us, rows.cumulative_probability)


def spaced(step_min: float, values: list[float]) -> Rows:
    return rows_at([k * step_min for k in range(len(values))], values)


def events_of(sensor: Sensor, rows: Rows, unit: str | None = None, **options: Any) -> RowEvents:
    return events_of_rows(sensor, rows, sensor.unit if unit is None else unit, **{"max_events": 10_000, **options})


def starts_of(found: RowEvents) -> list[str]:
    return [from_us(start).strftime("%d %H:%M") for start in found.events.start_us.tolist()]


@pytest.mark.parametrize(
    ("rows", "unit", "sensor", "stored"),
    [
        # One hour of 45.3 kWh are 45.3 kW in each of its quarters; a second row tells that rows are hourly.
        (spaced(60, [45.3, 45.3]), "kWh", make_sensor(unit="MW"), [0.0453] * 8),
        (spaced(30, [10, 10]), "kWh", make_sensor(), [20, 20, 20, 20]),
        (spaced(7.5, [20, 40, 40, 80]), "kWh", make_sensor(), [240, 480]),
        (spaced(30, [2, 3, 4, 2]), "kEUR", make_sensor(unit="EUR", resolution="PT1H"), [5000, 6000]),
        (spaced(120, [5, 6]), "kEUR", make_sensor(unit="EUR", resolution="PT1H"), [2500, 2500, 3000, 3000]),
        (spaced(30, [200, 300, 400, 500]), "EUR/MWh", make_sensor(unit="EUR/kWh", resolution="PT1H"), [0.25, 0.45]),
    ],
)
def test_worked_cases_of_the_specification(rows: Rows, unit: str, sensor: Sensor, stored: list[float]) -> None:
    found = events_of(sensor, rows, unit)

    assert found.events.value.tolist() == pytest.approx(stored)


def test_one_row_lasts_as_long_as_an_event_of_the_sensor() -> None:
    found = events_of(make_sensor(unit="MW"), rows_at([30], [45.3]), "kWh")

    # 45.3 kWh in a quarter of an hour.
    assert (starts_of(found), found.events.value.tolist()) == (["01 00:30"], pytest.approx([0.1812]))


def test_two_rows_last_as_long_as_they_are_apart() -> None:
    found = events_of(make_sensor(), rows_at([0, 60], [1, 2]))

    assert found.events.value.tolist() == [1] * 4 + [2] * 4


def test_more_rows_last_as_long_as_most_are_apart_and_may_leave_gaps() -> None:
    found = events_of(make_sensor(), rows_at([0, 30, 60, 600], [1, 2, 3, 4]))

    assert starts_of(found)[-2:] == ["01 10:00", "01 10:15"]
    assert found.events.value.tolist() == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_gap_of_years_costs_nothing() -> None:
    ten_years_min = 10 * 365 * 24 * 60

    found = events_of(make_sensor(resolution="PT1M"), rows_at([0, 5, 10, ten_years_min], [1, 2, 3, 4]))

    assert len(found) == 20


def test_rows_in_any_order_become_events_in_order() -> None:
    found = events_of(make_sensor(), rows_at([30, 0, 15], [3, 1, 2]))

    assert found.events.value.tolist() == [1, 2, 3]


def test_empty_values_are_gaps() -> None:
    found = events_of(make_sensor(), spaced(15, [1, np.nan, 3]))

    assert starts_of(found) == ["01 00:00", "01 00:30"]


def test_means_ignore_gaps() -> None:
    found = events_of(make_sensor(resolution="PT1H"), spaced(15, [1, np.nan, 3, 2, 8]))

    assert found.events.value.tolist() == [2, 8]


def test_off_grid_rows_are_floored() -> None:
    found = events_of(make_sensor(resolution="PT10M"), rows_at([4.67, 14.67, 24.67], [1, 2, 3]))

    assert starts_of(found) == ["01 00:00", "01 00:10", "01 00:20"]


def test_finer_rows_are_floored_to_their_own_grid() -> None:
    found = events_of(make_sensor(resolution="PT10M"), rows_at([4 + 2 / 3 + 5 * k for k in range(4)], [1, 2, 3, 4]))

    assert (starts_of(found), found.events.value.tolist()) == (["01 00:00", "01 00:10"], [1.5, 3.5])


def test_off_grid_rows_stay_if_the_sensor_says_so() -> None:
    sensor = make_sensor(resolution="PT10M", floor_datetimes_to_resolution=False)

    found = events_of(sensor, rows_at([4, 14, 24], [1, 2, 3]))

    assert starts_of(found) == ["01 00:04", "01 00:14", "01 00:24"]


def test_finer_rows_of_a_sensor_without_flooring_count_from_the_first() -> None:
    sensor = make_sensor(resolution="PT10M", floor_datetimes_to_resolution=False)

    found = events_of(sensor, rows_at([4, 9, 14, 19], [1, 2, 3, 4]))

    assert (starts_of(found), found.events.value.tolist()) == (["01 00:04", "01 00:14"], [1.5, 3.5])


def test_rows_that_flooring_would_merge_are_named() -> None:
    with pytest.raises(PeriodError, match=r"^Rows 4 and 5 would become the same event"):
        events_of(make_sensor(), rows_at([0, 15, 30, 31, 45, 60], [1, 2, 3, 4, 5, 6]))


def test_rows_about_the_same_event_are_named() -> None:
    with pytest.raises(PeriodError, match=r"^Rows 3 and 5 are about the same event"):
        events_of(make_sensor(), rows_at([0, 15, 30, 15], [1, 2, 3, 2]))


@pytest.mark.parametrize("step", [7, 20, 25, 4 + 1 / 6])
def test_resolution_that_does_not_fit_is_refused(step: float) -> None:
    with pytest.raises(PeriodError, match=r"^Resolution of .* is incompatible"):
        events_of(make_sensor(), spaced(step, [1, 2, 3]))


def test_rows_closer_than_most_are_named_when_events_would_overlap() -> None:
    with pytest.raises(PeriodError, match=r"^Rows 4 and 5 are closer together"):
        events_of(make_sensor(), rows_at([0, 60, 120, 150, 240, 300], [1, 2, 3, 4, 5, 6]))


def test_another_resolution_is_refused_when_resampling_is_off() -> None:
    with pytest.raises(PeriodError, match="resampling is switched off"):
        events_of(make_sensor(), spaced(60, [1, 2, 3]), is_resampling=False)


def test_few_long_events_cannot_become_endlessly_many() -> None:
    with pytest.raises(PeriodError, match="at most 10000 are possible"):
        events_of(make_sensor(resolution="PT1M"), spaced(24 * 60, [1] * 8))


def test_a_unit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UnitError, match=r"^Required unit for this sensor is kW, got: °C"):
        events_of(make_sensor(), spaced(15, [1, 2]), "°C")


def test_a_value_too_large_for_the_unit_is_named() -> None:
    with pytest.raises(InputError, match=r"^Row 3: the value is too large"):
        events_of(make_sensor(), spaced(15, [1, 1e306]), "GW")


def test_a_sum_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        events_of(make_sensor(unit="kWh", resolution="PT1H"), spaced(30, [1e308, 1e308, 1, 1]))


def test_samples_of_an_instantaneous_sensor_stand_where_they_are() -> None:
    found = events_of(make_sensor(resolution="PT0M"), rows_at([1, 4, 11], [1, 2, 3]))

    assert starts_of(found) == ["01 00:01", "01 00:04", "01 00:11"]
    assert (found.events.start_us == found.events.end_us).all()


def test_frequency_longer_than_all_time_rounds_nothing() -> None:
    found = events_of(make_sensor(resolution="PT0M", frequency="99999999999999d"), rows_at([1, 14], [1, 2]))

    assert found.events.value.tolist() == [1, 2]


def test_samples_are_rounded_to_the_frequency_of_their_sensor() -> None:
    found = events_of(make_sensor(resolution="PT0M", frequency="15min"), rows_at([1, 14, 31], [1, 2, 3]))

    assert starts_of(found) == ["01 00:00", "01 00:15", "01 00:30"]


def test_samples_that_rounding_would_merge_are_named() -> None:
    with pytest.raises(PeriodError, match=r"^Rows 2 and 3 would become the same event"):
        events_of(make_sensor(resolution="PT0M", frequency="15min"), rows_at([1, 2, 31], [1, 2, 3]))


@pytest.mark.parametrize("clock_change", ["2026-03-28T23:00:00+00:00", "2026-10-24T22:00:00+00:00"])
def test_days_of_a_daily_sensor_follow_the_clock_change(clock_change: str) -> None:
    sensor = make_sensor(unit="kWh", resolution="P1D", timezone="Europe/Amsterdam")
    first = parse_instant(clock_change, field="start")
    starts_us = sensor.event_resolution.starts_us(first, 3, sensor.zone)

    found = events_of(sensor, Rows.of(np.arange(2), starts_us[:2], np.array([1.0, 2.0])))

    assert found.events.start_us.tolist() == starts_us[:2].tolist()
    assert found.events.end_us.tolist() == starts_us[1:].tolist()


def test_a_day_that_is_an_hour_shorter_is_split_into_its_23_hours() -> None:
    sensor = make_sensor(unit="kWh", resolution="PT1H", timezone="Europe/Amsterdam")
    first = parse_instant("2026-03-27T23:00:00+00:00", field="start")
    starts_us = Resolution(days=1).starts_us(first, 4, sensor.zone)

    found = events_of(sensor, Rows.of(np.arange(4), starts_us, np.array([24.0, 23.0, 24.0, 24.0])))

    assert len(found) == 24 + 23 + 24 + 24
    assert found.events.value.tolist() == pytest.approx([1] * 95)


def test_hours_are_summed_to_days_of_23_and_25_hours() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1D", timezone="Europe/Amsterdam")
    first = parse_instant("2026-10-24T22:00:00+00:00", field="start")
    starts_us = Resolution(time=timedelta(hours=1)).starts_us(first, 25 + 24, sensor.zone)

    found = events_of(sensor, Rows.of(np.arange(49), starts_us, np.ones(49)))

    assert found.events.value.tolist() == [25, 24]


def test_weeks_are_split_into_their_days() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1D", timezone="Europe/Amsterdam")
    starts_us = Resolution(days=7).starts_us(parse_instant("2026-10-18T22:00:00+00:00", field="start"), 2, sensor.zone)

    found = events_of(sensor, Rows.of(np.arange(2), starts_us, np.array([169.0, 168.0])))

    # The first week has an hour more, on its last day.
    assert found.events.value.tolist() == pytest.approx([24] * 6 + [25] + [24] * 7)


def test_months_are_split_into_their_days() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1D")
    starts_us = Resolution(months=1).starts_us(parse_instant("2026-01-01T00:00:00Z", field="start"), 4, sensor.zone)

    found = events_of(sensor, Rows.of(np.arange(4), starts_us, np.array([31.0, 28.0, 31.0, 30.0])))

    assert found.events.value.tolist() == pytest.approx([1] * 120)


def test_two_days_of_23_hours_distance_are_days() -> None:
    sensor = make_sensor(unit="kWh", resolution="PT1H", timezone="Europe/Amsterdam")
    starts_us = Resolution(days=1).starts_us(parse_instant("2026-03-28T23:00:00Z", field="start"), 2, sensor.zone)

    found = events_of(sensor, Rows.of(np.arange(2), starts_us, np.array([23.0, 24.0])))

    assert found.events.value.tolist() == pytest.approx([1] * 47)


def test_days_that_begin_elsewhere_are_24_hours_long() -> None:
    sensor = make_sensor(unit="kWh", resolution="PT1H", timezone="Europe/Amsterdam")
    first_us = to_us(parse_instant("2026-03-28T00:00:00Z", field="start"))
    starts_us = first_us + np.arange(3) * 24 * 60 * MINUTE_US

    found = events_of(sensor, Rows.of(np.arange(3), starts_us, np.array([24.0, 24.0, 24.0])))

    assert found.events.value.tolist() == pytest.approx([1] * 72)


def test_months_of_a_monthly_sensor_are_recognised() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1M")
    starts_us = sensor.event_resolution.starts_us(parse_instant("2026-01-01T00:00:00Z", field="start"), 5, sensor.zone)

    found = events_of(sensor, Rows.of(np.arange(5), starts_us, np.arange(5.0)))

    assert found.events.start_us.tolist() == starts_us.tolist()


def test_a_slot_is_believed_when_the_last_of_its_rows_is() -> None:
    sensor = make_sensor(resolution="PT30M")

    found = events_of(sensor, rows_at([0, 15, 30, 45], [1, 2, 3, 4], belief_minutes=[20, 18, 46, 60]))

    assert ((found.belief_time_us - MIDNIGHT) // MINUTE_US).tolist() == [20, 60]


def test_all_parts_of_a_split_row_are_believed_when_it_is() -> None:
    found = events_of(make_sensor(), rows_at([0, 30], [1, 2], belief_minutes=[40, 70]))

    assert ((found.belief_time_us - MIDNIGHT) // MINUTE_US).tolist() == [40, 40, 70, 70]


def test_a_probability_stays_with_the_parts_of_a_row() -> None:
    rows = spaced(30, [1, 2])
    rows.cumulative_probability[:] = 0.9

    assert events_of(make_sensor(), rows).cumulative_probability.tolist() == [0.9] * 4


def test_several_beliefs_about_one_event_are_kept() -> None:
    found = events_of(make_sensor(), rows_at([0, 0, 15], [1, 2, 3], belief_minutes=[10, 20, 20]))

    assert found.events.value.tolist() == [1, 2, 3]


def test_several_beliefs_about_one_event_are_not_resampled() -> None:
    with pytest.raises(PeriodError, match=r"^Rows 2 and 3 are two beliefs about one event"):
        events_of(make_sensor(), rows_at([0, 0, 30], [1, 2, 3], belief_minutes=[10, 20, 20]))


@pytest.mark.parametrize("year", [1899, 2200])
def test_beliefs_are_formed_when_they_can_be_found_again(year: int) -> None:
    sensor = make_sensor()
    found = events_of(sensor, spaced(15, [1]))

    with pytest.raises(PeriodError, match="between the years 1900 and 2199"):
        found.beliefs(sensor, 7, to_us(datetime(year, 6, 1, tzinfo=UTC)))


def test_beliefs_take_the_given_time_where_rows_state_none() -> None:
    sensor = make_sensor()
    found = events_of(sensor, spaced(15, [1, 2]))

    beliefs = found.beliefs(sensor, 7, MIDNIGHT)

    assert beliefs.belief_time_us.tolist() == [MIDNIGHT, MIDNIGHT]
    assert beliefs.source_id.tolist() == [7, 7]


def test_no_rows_are_no_events() -> None:
    assert len(events_of(make_sensor(), rows_at([], []))) == 0


@pytest.mark.parametrize("start", ["1900-01-01T00:00:00Z", "2199-12-31T23:30:00Z"])
def test_days_that_reach_out_of_all_time_are_refused(start: str) -> None:
    starts_us = np.array([to_us(parse_instant(start, field="start"))])

    with pytest.raises(PeriodError, match=r"^Events must (not start before the year 1900|end before the year 2200)\.$"):
        events_of(
            make_sensor(resolution="P1D", timezone="Europe/Amsterdam"), Rows.of(np.array([2]), starts_us, np.ones(1))
        )
