"""A posted series as events of a sensor: resolution, units, flooring, clock changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from wattloom.errors import InputError, PeriodError, UnitError
from wattloom.periods import Resolution, from_us, parse_duration, parse_instant, to_us
from wattloom.timeseries import Events, KnowledgeHorizon, Sensor, Series, events_for

MIDNIGHT = "2026-06-01T00:00:00+00:00"


def make_sensor(*, unit: str = "m³/h", resolution: str = "PT10M", timezone: str = "UTC", **attributes: Any) -> Sensor:
    return Sensor(1, "s", unit, timezone, Resolution.parse(resolution), KnowledgeHorizon(), attributes, 1)


def post(
    sensor: Sensor,
    values: list[float],
    *,
    start: str = MIDNIGHT,
    duration: str = "PT1H",
    unit: str | None = None,
    max_events: int = 1000,
) -> Events:
    instant, length = parse_instant(start, field="start"), parse_duration(duration, field="duration")
    series = Series(np.array(values, dtype=np.float64), instant, length, sensor.unit if unit is None else unit)
    return events_for(sensor, series, max_events=max_events)


def starts_of(events: Events) -> list[str]:
    return [from_us(start).strftime("%d %H:%M:%S") for start in events.start_us.tolist()]


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
        ([1, 2, 3], [1, 1, 2, 2, 3, 3]),
        ([7], [7] * 6),
        ([float(100 * k) for k in range(1, 13)], [150, 350, 550, 750, 950, 1150]),
    ],
)
def test_values_are_brought_to_the_resolution_of_the_sensor(values: list[float], stored: list[float]) -> None:
    events = post(make_sensor(), values)

    assert events.value.tolist() == stored
    assert starts_of(events)[:2] == ["01 00:00:00", "01 00:10:00"]


@pytest.mark.parametrize("n", [4, 5, 10, 7])
def test_resolution_that_does_not_fit_is_refused(n: int) -> None:
    with pytest.raises(PeriodError, match=r"^Resolution of .* is incompatible"):
        post(make_sensor(), [1.0] * n)


def test_resolution_that_does_not_fit_is_told_with_its_values_and_duration() -> None:
    with pytest.raises(PeriodError, match=r"7 values in PT1H\.$"):
        post(make_sensor(), [1.0] * 7)


def test_off_grid_start_is_floored() -> None:
    events = post(make_sensor(), [float(100 * k) for k in range(1, 13)], start="2026-06-01T00:04:40+00:00")

    assert starts_of(events)[0] == "01 00:00:00"
    assert events.value.tolist() == [150, 350, 550, 750, 950, 1150]


def test_off_grid_start_stays_if_the_sensor_says_so() -> None:
    sensor = make_sensor(floor_datetimes_to_resolution=False)

    events = post(sensor, [1, 2, 3, 4, 5, 6], start="2026-06-01T00:04:40+00:00")

    assert starts_of(events)[:2] == ["01 00:04:40", "01 00:14:40"]


def test_gaps_keep_their_place_and_are_not_stored() -> None:
    events = post(make_sensor(), [1, np.nan, 3, 4, 5, 6])

    assert events.value.tolist() == [1, 3, 4, 5, 6]
    assert starts_of(events)[1] == "01 00:20:00"


def test_gaps_do_not_count_in_means() -> None:
    events = post(make_sensor(), [1, np.nan, np.nan, np.nan, 5, 7, 1, 1, 1, 1, 1, 1])

    assert events.value.tolist() == [1, 6, 1, 1, 1]


@pytest.mark.parametrize(
    ("sensor_unit", "resolution", "unit", "values", "stored"),
    [
        ("m³/h", "PT10M", "l/h", [1500] * 6, [1.5] * 6),
        ("m³/h", "PT10M", "m³", [-11.28] * 6, [-67.68] * 6),
        ("kW", "PT15M", "kWh", [10], [10] * 4),
        ("kWh", "PT15M", "kWh", [10], [2.5] * 4),
        ("kW", "PT15M", "kWh", [10, 20], [20, 20, 40, 40]),
        ("kW", "PT30M", "kWh", [20, 40, 40, 80], [120, 240]),
        ("MW", "PT15M", "kWh", [45.3], [0.0453] * 4),
        ("EUR", "PT1H", "kEUR", [2, 3], [5000]),
        ("EUR/kWh", "PT1H", "EUR/MWh", [200, 300], [0.25]),
        ("kWh", "PT1H", "kWh", [10, 20], [30]),
        ("kWh", "PT30M", "kW", [10, 20], [5, 10]),
        ("°F", "PT30M", "°C", [100, 0], [212, 32]),
    ],
)
def test_energy_and_money_are_conserved(
    sensor_unit: str, resolution: str, unit: str, values: list[float], stored: list[float]
) -> None:
    events = post(make_sensor(unit=sensor_unit, resolution=resolution), values, unit=unit)

    assert events.value.tolist() == pytest.approx(stored)


@pytest.mark.parametrize(("sensor_unit", "unit"), [("kW", "°C"), ("EUR", "USD"), ("kW", "%"), ("EUR/kWh", "kW")])
def test_unit_that_does_not_fit_is_refused(sensor_unit: str, unit: str) -> None:
    with pytest.raises(UnitError, match=r"^Required unit for this sensor is"):
        post(make_sensor(unit=sensor_unit), [1], unit=unit)


def test_instantaneous_values_stand_at_the_start_of_their_events() -> None:
    events = post(make_sensor(unit="°C", resolution="PT0H"), [20, 21, 22], duration="PT1H", start=MIDNIGHT)

    assert starts_of(events) == ["01 00:00:00", "01 00:20:00", "01 00:40:00"]
    assert events.end_us.tolist() == events.start_us.tolist()


def test_one_instantaneous_value_needs_no_length() -> None:
    events = post(make_sensor(unit="°C", resolution="PT0H"), [20], duration="PT0H", start="2026-06-01T00:00:07+00:00")

    assert starts_of(events) == ["01 00:00:07"]


@pytest.mark.parametrize(
    ("frequency", "start", "rounded"),
    [
        ("15min", "00:07:00", "01 00:00:00"),
        ("15min", "00:08:00", "01 00:15:00"),
        ("h", "00:31:00", "01 01:00:00"),
        ("30s", "00:00:20", "01 00:00:30"),
        ("nonsense", "00:07:00", "01 00:07:00"),
        ("9" * 5000 + "d", "00:07:00", "01 00:07:00"),
    ],
)
def test_instantaneous_start_is_rounded_to_the_frequency(frequency: str, start: str, rounded: str) -> None:
    sensor = make_sensor(unit="°C", resolution="PT0H", frequency=frequency)

    assert starts_of(post(sensor, [20], duration="PT0H", start=f"2026-06-01T{start}+00:00")) == [rounded]


@pytest.mark.parametrize(
    ("resolution", "values", "duration"),
    [("PT0H", [1, 2], "PT0H"), ("PT0H", [1], "-PT1H"), ("PT10M", [1], "PT0H"), ("PT10M", [1], "-PT10M")],
)
def test_durations_without_meaning_are_refused(resolution: str, values: list[float], duration: str) -> None:
    with pytest.raises(PeriodError):
        post(make_sensor(resolution=resolution), values, duration=duration)


def test_too_many_events_are_refused() -> None:
    with pytest.raises(PeriodError) as refused:
        post(make_sensor(), [1], duration="P1Y", max_events=1000)

    assert refused.value.problems[0].path == ("duration",)


def test_values_that_overflow_in_the_unit_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        post(make_sensor(unit="mW", resolution="PT1H"), [1e308], unit="GW")

    assert refused.value.problems[0].path == ("values",)


@pytest.mark.parametrize("duration", ["P3D", "PT72H"])
def test_daily_values_follow_the_calendar_over_a_clock_change(duration: str) -> None:
    """In Amsterdam, 29 March 2026 has 23 hours: its day ends at 22:00 UTC."""
    sensor = make_sensor(unit="kWh", resolution="P1D", timezone="Europe/Amsterdam")

    events = post(sensor, [5, 7, 9.5], start="2026-03-28T00:00:00+01:00", duration=duration)

    assert starts_of(events) == ["27 23:00:00", "28 23:00:00", "29 22:00:00"]
    assert ((events.end_us - events.start_us) / 3.6e9).tolist() == [24, 23, 24]


def test_hourly_energy_makes_up_calendar_days() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1D", timezone="Europe/Amsterdam")

    events = post(sensor, [1.0] * 47, start="2026-03-28T00:00:00+01:00", duration="PT47H")

    assert events.value.tolist() == [24, 23]


def test_mean_power_of_calendar_days_becomes_their_energy() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1D", timezone="Europe/Amsterdam")

    events = post(sensor, [1, 1], unit="kW", start="2026-03-28T00:00:00+01:00", duration="P2D")

    assert events.value.tolist() == [24, 23]


def test_months_carry_as_many_values_as_the_calendar_has() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1M", timezone="Europe/Amsterdam")

    events = post(sensor, [31, 28, 31], start="2026-01-01T00:00:00+01:00", duration="P3M")

    lengths_d = [
        timedelta(microseconds=length) / timedelta(days=1) for length in (events.end_us - events.start_us).tolist()
    ]
    assert lengths_d == pytest.approx([31, 28, 31 - 1 / 24])


def test_a_year_of_one_value_is_split_over_its_months() -> None:
    sensor = make_sensor(unit="kWh", resolution="P1M")

    events = post(sensor, [365], start="2026-01-01T00:00:00+00:00", duration="P1Y")

    assert events.value.sum() == pytest.approx(365)
    assert events.value[1] == pytest.approx(28)
    assert events.start_us[0] == to_us(datetime(2026, 1, 1, tzinfo=UTC))
