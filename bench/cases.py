"""What is measured. Each case prepares itself, measures several times, and gives the median or rate."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.connection import API, BenchConnection
from bench.site import PRIOR, START, Site

YEAR = 35_040
_FIRST = datetime(2025, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)


def median_ms(times: int, action: Callable[[int], object]) -> float:
    """Return the median time of an action that is told how often it ran before, after one run to warm up [ms]."""
    action(0)
    taken = []
    for i in range(1, times + 1):
        began = time.perf_counter()
        action(i)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def rate_per_s(connections: Iterable[BenchConnection], action: Callable[[BenchConnection, int], object]) -> float:
    """Return how often per second all connections together do something, for three seconds."""
    stop = threading.Event()

    def repeat(connection: BenchConnection) -> int:
        done = 0
        while not stop.is_set():
            action(connection, done)
            done += 1
        return done

    pool = ThreadPoolExecutor(max_workers=64)
    began = time.perf_counter()
    running = [pool.submit(repeat, connection) for connection in connections]
    stop.wait(3)
    stop.set()
    total = sum(future.result() for future in running)
    return total / (time.perf_counter() - began)


def one_battery(site: Site) -> float:
    """Trigger and read one battery, 24 h by 15 min [ms]."""
    return _plan_ms(site, site.add_batteries(1), "PT24H", times=15)


def one_battery_fine(site: Site) -> float:
    """Trigger and read one battery, 48 h by 5 min [ms]."""
    return _plan_ms(site, site.add_batteries(1, "PT5M"), "PT48H", times=7)


def ten_batteries(site: Site) -> float:
    """Trigger ten batteries at one site and read the first, 48 h by 15 min [ms]."""
    return _plan_ms(site, site.add_batteries(10), "PT48H", times=5)


def thirty_batteries(site: Site) -> float:
    """Trigger thirty batteries at one site and read the first, 48 h by 15 min [ms]."""
    return _plan_ms(site, site.add_batteries(30), "PT48H", times=3)


def home(site: Site) -> float:
    """Trigger and read a battery beside PV and load, with a target and a price for the peak, 48 h by 15 min [ms]."""
    day = np.tile(np.arange(96) / 96, 2)
    load = site.add_profile("load", -(4 + 3 * np.sin(day * 2 * np.pi) ** 2))
    pv = site.add_profile("pv", np.maximum(0, 12 * np.sin((day - 0.25) * 2 * np.pi)))
    context = {
        "inflexible-device-sensors": [load, pv],
        "production-price": "40 EUR/MWh",
        "site-peak-consumption": "5 kW",
        "site-peak-consumption-price": "12 EUR/kW",
    }
    target = [{"datetime": "2026-06-02T07:00:00+00:00", "value": "60 kWh"}]
    sensors = site.add_batteries(1)
    return _plan_ms(site, sensors, "PT48H", times=9, context=context, **{"soc-targets": target})


def _plan_ms(site: Site, sensors: list[int], duration: str, *, times: int, **flex: object) -> float:
    def plan(_: int) -> None:
        job = site.trigger(sensors, duration, **flex)
        assert len(site.read_schedule(sensors[0], job, duration)) > 1

    return median_ms(times, plan)


def fifty_queued(site: Site) -> float:
    """Queue fifty schedules of one battery and a day, wait for the last [schedules per minute]."""
    sensors = site.add_batteries(50)
    began = time.perf_counter()
    jobs = [site.trigger([sensor], "PT24H") for sensor in sensors]
    for sensor, job in zip(sensors, jobs, strict=True):
        site.read_schedule(sensor, job, "PT24H")
    return 50 / (time.perf_counter() - began) * 60


def post_a_day(site: Site) -> float:
    """Post 96 values and read the last one [ms]."""
    return _post_ms(site, [site.add_sensor("meter", "PT15M", "kW")] * 31, 96)


def post_a_year(site: Site) -> float:
    """Post 35,040 values to a new sensor and read the last one [ms]."""
    return _post_ms(site, [site.add_sensor("meter", "PT15M", "kW") for _ in range(8)], YEAR)


def revise_a_year(site: Site) -> float:
    """Post 35,040 values that supersede others and read the last one [ms]."""
    return _post_ms(site, [site.add_sensor("meter", "PT15M", "kW")] * 6, YEAR)


def _post_ms(site: Site, sensor_ids: list[int], n_values: int) -> float:
    last = (_FIRST + (n_values - 1) * _QUARTER).isoformat()
    values = np.random.default_rng(2).normal(5, 2, (len(sensor_ids), n_values)).round(3)
    bodies = [
        _body(row.tolist(), _FIRST.isoformat(), f"PT{n_values * 15}M", moment) for moment, row in enumerate(values)
    ]

    def post(i: int) -> None:
        path = f"{API}/sensors/{sensor_ids[i]}/data"
        site.connection.post_raw(path, bodies[i])
        read = site.connection.get(path, start=last, duration="PT15M", unit="kW")
        assert read["values"] == [values[i][-1]]

    return median_ms(len(sensor_ids) - 1, post)


def single_values(site: Site) -> float:
    """Post single values from four connections, each to a sensor of its own [values per second]."""
    connections = [site.connection.another() for _ in range(4)]
    sensors = {id(connection): site.add_sensor("meter", "PT15M", "kW") for connection in connections}

    def post(connection: BenchConnection, i: int) -> None:
        body = _body([i % 7 + 0.5], (_FIRST + i * _QUARTER).isoformat(), "PT15M", 0)
        connection.post_raw(f"{API}/sensors/{sensors[id(connection)]}/data", body)

    return rate_per_s(connections, post)


def _body(values: list[float], start: str, duration: str, belief: int) -> bytes:
    prior = (datetime.fromisoformat(PRIOR) + timedelta(seconds=belief)).isoformat()
    return json.dumps({"values": values, "start": start, "duration": duration, "unit": "kW", "prior": prior}).encode()


def get_a_year(site: Site) -> float:
    """Read 35,040 values [ms]."""
    sensor_id = site.add_sensor("meter", "PT15M", "kW")
    values = np.random.default_rng(3).normal(5, 2, YEAR).round(3)
    site.post_values(sensor_id, values, "P365D", "kW")
    path = f"{API}/sensors/{sensor_id}/data"
    return median_ms(15, lambda _: site.connection.get_raw(path, start=START, duration="P365D", unit="kW"))


def get_a_million(site: Site) -> float:
    """Read 1,000,000 values at once [ms]."""
    sensor_id = site.add_sensor("meter", "PT15M", "kW")
    path = f"{API}/sensors/{sensor_id}/data"
    values = np.random.default_rng(5).normal(5, 2, 100_000).round(3).tolist()
    length = len(values) * _QUARTER
    for k in range(10):
        body = _body(values, (_FIRST + k * length).isoformat(), f"PT{len(values) * 15}M", 0)
        site.connection.post_raw(path, body)
    window = {"start": _FIRST.isoformat(), "duration": f"PT{10 * len(values) * 15}M", "unit": "kW"}
    return median_ms(7, lambda _: site.connection.get_raw(path, **window))


def chart_data(site: Site) -> float:
    """Read the compressed chart data of four sensors over a year of quarter-hours, 140,160 rows [ms]."""
    asset_id = site.add_asset("building")
    sensor_ids = [site.add_sensor(f"meter {k}", "PT15M", "kW", asset_id=asset_id) for k in range(4)]
    values = np.random.default_rng(7).normal(5, 2, (4, YEAR)).round(3)
    for sensor_id, row in zip(sensor_ids, values, strict=True):
        body = _body(row.tolist(), _FIRST.isoformat(), "P365D", 0)
        site.connection.post_raw(f"{API}/sensors/{sensor_id}/data", body)
    shown = {"sensors_to_show": [{"title": "Power", "sensors": sensor_ids}]}
    site.connection.patch(f"{API}/assets/{asset_id}", shown)
    asked = {"start": _FIRST.isoformat(), "duration": "P365D", "compress_json": "true"}
    path = f"{API}/assets/{asset_id}/chart_data"
    assert len(site.connection.get(path, **asked)["data"]) == len(sensor_ids) * YEAR
    return median_ms(9, lambda _: site.connection.get_raw(path, **asked))


def add_many_assets(site: Site) -> None:
    """Fill the account up to 652 assets or more."""
    for _ in range(max(0, 652 - len(site.connection.get(f"{API}/assets")))):
        site.add_asset("battery", site.ids["site"])


def list_assets(site: Site) -> float:
    """List all 652 assets [ms]."""
    return median_ms(9, lambda _: site.connection.get_raw(f"{API}/assets"))


def page_of_assets(site: Site) -> float:
    """List a page of ten assets [ms]."""
    return median_ms(30, lambda _: site.connection.get_raw(f"{API}/assets", page=2, per_page=10))


def get_asset(site: Site) -> float:
    """Get one asset again and again with 16 connections [answers per second]."""
    path = f"{API}/assets/{site.add_asset('battery')}"
    return rate_per_s([site.connection.another() for _ in range(16)], lambda connection, _: connection.get_raw(path))
