"""Homes on a real server: made, triggered and read over HTTP, planned by its workers."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from bench.connection import API, BenchConnection
from bench.server import log_in, measured_server
from bench.site import START, Site

N_CONNECTIONS = 4
Item = TypeVar("Item")
Answer = TypeVar("Answer")
DURATION = "PT48H"
DAY = np.tile(np.arange(96) / 96, 2)
DEPARTURE = "2026-06-02T07:00:00+00:00"
PRIORS = ["2026-05-02T00:00:00+00:00", "2026-05-03T00:00:00+00:00"]


@dataclass(frozen=True)
class Home:
    """A home with a battery, a solar plant, a load and a car.

    Attributes:
        asset: Its id.
        battery: Id of the power sensor; so are ``car`` and ``plant``.
        sun: Id of the sensor that tells what the plant can give.
        load: Id of the load's sensor.
    """

    asset: int
    battery: int
    car: int
    plant: int
    sun: int
    load: int


def measure(n_homes: int) -> Iterator[tuple[str, float]]:
    """Yield what was done with all homes, and how long it took [s]."""
    with measured_server() as server:
        site = Site.build(log_in(server))
        began = time.perf_counter()
        homes = [_make_home(site, np.random.default_rng(seed)) for seed in range(n_homes)]
        yield "made", time.perf_counter() - began
        for round_, prior in enumerate(PRIORS):
            _post_prices(site, prior, seed=round_)
            began = time.perf_counter()
            jobs = _in_parallel(site.connection, homes, lambda each, home: _trigger(each, site, home))
            yield f"triggered, round {round_ + 1}", time.perf_counter() - began
            _in_parallel(site.connection, list(zip(homes, jobs, strict=True)), _read)
            yield f"triggered, planned and read, round {round_ + 1}", time.perf_counter() - began


def _make_home(site: Site, random: np.random.Generator) -> Home:
    asset = site.add_asset("building")
    names = ("battery", "car", "plant", "sun", "load")
    sensors = {name: site.add_sensor(name, "PT15M", "kW", asset) for name in names}
    size, usage = random.uniform(3, 10), random.uniform(0.3, 1.0)
    site.post_values(sensors["sun"], np.maximum(0, size * np.sin((DAY - 0.25) * 2 * np.pi)), "P2D", "kW")
    site.post_values(sensors["load"], -usage * (1 + np.sin(DAY * 2 * np.pi) ** 2), "P2D", "kW")
    return Home(asset, **sensors)


def _post_prices(site: Site, prior: str, *, seed: int) -> None:
    hours = np.arange(72)
    prices = 120 + 50 * np.sin(hours / 24 * 2 * np.pi) + np.random.default_rng(seed).normal(0, 8, 72)
    body = {"values": prices.tolist(), "start": START, "duration": "P3D", "unit": "EUR/MWh", "prior": prior}
    site.connection.another().post(f"{API}/sensors/{site.ids['price']}/data", body)


def _trigger(connection: BenchConnection, site: Site, home: Home) -> str:
    battery = {"soc-at-start": "4 kWh", "soc-min": "1 kWh", "soc-max": "10 kWh", "power-capacity": "5 kW"}
    car = {"soc-at-start": "20 kWh", "soc-max": "60 kWh", "power-capacity": "11 kW", "production-capacity": "0 kW"}
    leaving = {"soc-targets": [{"datetime": DEPARTURE, "value": "45 kWh"}]}
    sun = {"sensor": home.sun}
    body: dict[str, Any] = {
        "start": START,
        "duration": DURATION,
        "force-new-job-creation": True,
        "flex-model": [
            {"sensor": home.battery, "roundtrip-efficiency": "90%", **battery},
            {"sensor": home.car, **car, **leaving},
            {
                "sensor": home.plant,
                "power-capacity": "12 kW",
                "consumption-capacity": "0 kW",
                "production-capacity": sun,
            },
        ],
        "flex-context": {
            "consumption-price": {"sensor": site.ids["price"]},
            "production-price": "40 EUR/MWh",
            "site-power-capacity": "17 kVA",
            "inflexible-device-sensors": [home.load],
        },
    }
    return str(connection.post(f"{API}/assets/{home.asset}/schedules/trigger", body)["schedule"])


def _read(connection: BenchConnection, planned: tuple[Home, str]) -> None:
    home, job = planned
    while (status := connection.get(f"{API}/jobs/{job}")["status"]) != "FINISHED":  # the server waits for some seconds
        assert status != "FAILED"
    schedule = connection.get(f"{API}/sensors/{home.battery}/schedules/{job}", duration=DURATION)
    assert len(schedule["values"]) == len(DAY)


def _in_parallel(
    connection: BenchConnection, items: Sequence[Item], action: Callable[[BenchConnection, Item], Answer]
) -> list[Answer]:
    """Return the answers to all items, in their order; each of some new connections takes its share of them."""

    def work(k: int) -> list[Answer]:
        own = connection.another()  # the server ends those that were idle for some seconds
        return [action(own, item) for item in items[k::N_CONNECTIONS]]

    with ThreadPoolExecutor(N_CONNECTIONS) as pool:
        shares = list(pool.map(work, range(N_CONNECTIONS)))
    return [shares[i % N_CONNECTIONS][i // N_CONNECTIONS] for i in range(len(items))]
