"""Record the home's days: seven back and three ahead, all believed by now.

Prices and the car's calendar are known ahead; demand and sun are measured when
an hour is over and forecast before. The store skips what it holds already, so
that a second run adds only what is missing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from wattloom.demo.history import ChargeLevels, Planned, live_through, quarters_until
from wattloom.demo.home import (
    CAR_NEEDED_KWH,
    FEED_IN_EUR_PER_KWH,
    GRID_SURCHARGE_EUR_PER_KWH,
    PV_KWP,
    TIMEZONE,
    car_calendar,
    quarters_us,
)
from wattloom.demo.redate import day_ahead_prices, home_demand, hours_us, pv_yield
from wattloom.demo.spread import HIGH, LOW, Spread, spread_of
from wattloom.demo.structure import HomeSensors
from wattloom.periods import DAY, HOUR_US, MICROSECOND, QUARTER_US, Microseconds, Period, to_us, zone
from wattloom.timeseries import (
    BeliefFilter,
    Beliefs,
    BeliefStore,
    Floats,
    Grid,
    NewSource,
    Sensor,
    SeriesRequest,
    Source,
    get_or_create_source,
    read_events,
    read_series,
    record_beliefs,
)

DAYS_BACK, DAYS_AHEAD = 7, 3
_LONGEST_GAP = timedelta(days=400)
"""After a longer break the demo begins anew."""

_KWH_PER_MWH = 1000


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records series of the home as beliefs, none of them later than now.

    Attributes:
        connection: The transaction of the set-up.
        store: Keeps the beliefs.
        sensors: What is known about the home.
        now: When the demo is set up.
    """

    connection: Connection
    store: BeliefStore
    sensors: HomeSensors
    now: datetime

    @property
    def now_us(self) -> int:
        """The same as a number [µs since 1970 UTC]."""
        return to_us(self.now)

    def source(self, name: str, type: str) -> Source:  # noqa: A002 - the field's name
        """Return a source of the demo."""
        return get_or_create_source(self.connection, NewSource(name=f"Demo {name}", type=type))

    def announce(self, sensor: Sensor, source: Source, starts_us: Microseconds, values: Floats) -> None:
        """Record what is known before an event: at its start at the latest."""
        self._record(sensor, source, starts_us, starts_us, values)

    def forecast(self, sensor: Sensor, source: Source, starts_us: Microseconds, values: Floats, spread: Spread) -> None:
        """Record what is expected of events now: the median, and the range that holds 80 % of all cases.

        Args:
            sensor: Of which nothing is ever negative.
            source: Who expects it.
            starts_us: Starts of the events [µs since 1970 UTC], shape (n,).
            values: The median, shape (n,).
            spread: How far it may be off.
        """
        points = Beliefs.points(
            sensor_id=sensor.id,
            source_id=source.id,
            event_start_us=starts_us,
            belief_time_us=np.minimum(starts_us, self.now_us),
            event_value=values.round(6),
        )
        quantiles = [
            replace(
                points,
                cumulative_probability=np.full(len(points), probability),
                event_value=np.maximum(values + off, 0).round(6),
            )
            for probability, off in ((LOW, spread.low), (HIGH, spread.high))
        ]
        record_beliefs(self.connection, self.store, sensor, Beliefs.concatenate([points, *quantiles]))

    def measure(self, sensor: Sensor, source: Source, starts_us: Microseconds, values: Floats) -> None:
        """Record what is known when an event is over."""
        self._record(sensor, source, starts_us, sensor.ends_us(starts_us), values)

    def _record(
        self, sensor: Sensor, source: Source, starts_us: Microseconds, known_us: Microseconds, values: Floats
    ) -> None:
        beliefs = Beliefs.points(
            sensor_id=sensor.id,
            source_id=source.id,
            event_start_us=starts_us,
            belief_time_us=np.minimum(known_us, self.now_us),
            event_value=values.round(6),
        )
        record_beliefs(self.connection, self.store, sensor, beliefs)


def days_around(now: datetime) -> Period:
    """Return seven whole days back and three ahead, in the time zone of the home."""
    today = _midnight_before(now)
    return Period(today - DAYS_BACK * DAY, today + (DAYS_AHEAD + 1) * DAY)


def _midnight_before(now: datetime) -> datetime:
    return now.astimezone(zone(TIMEZONE)).replace(hour=0, minute=0, second=0, microsecond=0)


def record_prices(recorder: Recorder, period: Period) -> None:
    """Record what energy from the grid costs, and what feeding in earns."""
    hours, market = hours_us(period), recorder.source("market", "market")
    buying = day_ahead_prices().at(hours) / _KWH_PER_MWH + GRID_SURCHARGE_EUR_PER_KWH
    recorder.announce(recorder.sensors.buying_price, market, hours, buying)
    recorder.announce(recorder.sensors.feed_in_price, market, hours, np.full(len(hours), FEED_IN_EUR_PER_KWH))


def record_demand_and_sun(recorder: Recorder, period: Period) -> None:
    """Record demand and PV production: measured for the hours that are over, forecast for the others.

    How far forecasts may be off follows from the four weeks before today, so that it is the same all day.
    """
    hours = hours_us(period)
    is_over = hours + HOUR_US <= recorder.now_us
    gateway, forecaster = recorder.source("gateway", "gateway"), recorder.source("forecaster", "forecaster")
    ahead, known_us = hours[~is_over], to_us(_midnight_before(recorder.now))
    for sensor, year in (
        (recorder.sensors.base_load, home_demand()),
        (recorder.sensors.pv_power, pv_yield().times(PV_KWP)),
    ):
        recorder.measure(sensor, gateway, hours[is_over], year.at(hours[is_over]))
        recorder.forecast(sensor, forecaster, ahead, year.at(ahead), spread_of(year, ahead, known_us))


def record_calendar(recorder: Recorder, period: Period) -> None:
    """Record when the car can charge, what it drives, and what it must have when it leaves."""
    calendar, owner = car_calendar(quarters_us(period)), recorder.source("owner", "demo script")
    needed_kwh = np.full(len(calendar.departure_us), CAR_NEEDED_KWH)
    recorder.announce(recorder.sensors.car_capacity, owner, calendar.event_start_us, calendar.capacity_kw)
    recorder.announce(recorder.sensors.car_usage, owner, calendar.event_start_us, calendar.usage_kw)
    recorder.announce(recorder.sensors.car_needed, owner, calendar.departure_us, needed_kwh)


def last_levels(recorder: Recorder) -> ChargeLevels | None:
    """Return how full battery and car were at the last measurement, None when there is none."""
    wanted = BeliefFilter(source_ids=frozenset({recorder.source("gateway", "gateway").id}))
    requests = [
        SeriesRequest(sensor, wanted) for sensor in (recorder.sensors.battery_charge, recorder.sensors.car_charge)
    ]
    period = Period(recorder.now - _LONGEST_GAP, recorder.now + MICROSECOND)
    battery, car = read_events(recorder.connection, recorder.store, requests, period)
    both_us = np.intersect1d(battery.start_us, car.start_us)
    if not len(both_us):
        return None
    last_us = int(both_us[-1])
    battery_kwh, car_kwh = (float(each.value[each.start_us == last_us][0]) for each in (battery, car))
    return ChargeLevels(last_us, battery_kwh, car_kwh)


def record_history(recorder: Recorder, levels: ChargeLevels) -> None:
    """Record what battery, car and grid connection did from known levels until the current quarter began."""
    sensors, gateway = recorder.sensors, recorder.source("gateway", "gateway")
    starts_us = quarters_until(levels, recorder.now_us // QUARTER_US * QUARTER_US)
    history = live_through(starts_us, levels, _planned(recorder, levels.at_us, len(starts_us)))
    for sensor, flow in (
        (sensors.battery_power, history.battery_consumption_kw),
        (sensors.car_power, history.car_consumption_kw),
        (sensors.grid_import, history.grid_import_kw),
    ):
        recorder.measure(sensor, gateway, history.event_start_us, flow)
    recorder.measure(sensors.battery_charge, gateway, history.boundary_us, history.battery_kwh)
    recorder.measure(sensors.car_charge, gateway, history.boundary_us, history.car_kwh)


def _planned(recorder: Recorder, start_us: int, n: int) -> Planned:
    wanted = BeliefFilter(source_types=frozenset({"scheduler"}))
    requests = [
        SeriesRequest(sensor, wanted) for sensor in (recorder.sensors.battery_power, recorder.sensors.car_power)
    ]
    return Planned(*read_series(recorder.connection, recorder.store, requests, Grid(start_us, QUARTER_US, n)))
