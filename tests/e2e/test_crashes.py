"""What was acknowledged survives ``kill -9`` of any process, at any moment."""

import random
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
import pytest

from tests.server_process import ServerProcess, run_wattloom, serving, settings

pytestmark = pytest.mark.timeout(900)

ROUNDS = 10
RESTARTS_DURING_JOBS = 3
FINISHED_WITHIN_S = 30
START = datetime(2026, 6, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PER_POST = 4
N_BATTERIES = 4
EMAIL, PASSWORD = "operator@example.com", "survives-Every-kill-9"


@pytest.fixture(params=["sqlite", "postgres"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Mapping[str, str]:
    """Settings of a server on an empty database, with one user."""
    urls = {"sqlite": lambda: "", "postgres": lambda: request.getfixturevalue("postgres_url")}
    environment = settings(tmp_path, urls[request.param]())
    run_wattloom(environment, "add", "initial-structure")
    run_wattloom(environment, "add", "account", "--name", "Site")
    who = ["--username", "operator", "--email", EMAIL, "--account", "Site", "--password", PASSWORD]
    run_wattloom(environment, "add", "user", *who, "--roles", "admin")
    return environment


@pytest.fixture
def moments() -> Iterator[float]:
    """Random delays before a kill [s]: about as long as a job takes, or a few dozen posts."""
    chance = random.Random(9)  # noqa: S311 - no secret
    return (chance.uniform(0, 0.2) for _ in count())


@dataclass(frozen=True)
class Site:
    """Ids of what the tests work on.

    Attributes:
        asset: The site.
        price: An hourly price sensor with values for two days.
        meter: A quarter-hourly power sensor without values.
        batteries: Five-minute power sensors.
    """

    asset: int
    price: int
    meter: int
    batteries: tuple[int, ...]


class Client:
    """Calls the API of one server process."""

    def __init__(self, server: ServerProcess) -> None:
        self._http = httpx.Client(base_url=server.url, timeout=60)
        answer = self._http.post("/api/requestAuthToken", json={"email": EMAIL, "password": PASSWORD})
        self._http.headers["Authorization"] = answer.json()["auth_token"]
        self._account_id = self.get("/users")[0]["account_id"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> Any:
        answer = self._http.get(f"/api/v3_0{path}", params=query)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = self._http.post(f"/api/v3_0{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def make_site(self) -> Site:
        types = {kind["name"]: kind["id"] for kind in self.get("/assets/types")}
        body = {"name": "Home", "generic_asset_type_id": types["building"], "account_id": self._account_id}
        asset = self.post("/assets", body)["id"]

        def add_sensor(name: str, resolution: str, unit: str) -> int:
            sensor = {"name": name, "event_resolution": resolution, "unit": unit, "generic_asset_id": asset}
            return int(self.post("/sensors", sensor | {"timezone": "UTC"})["id"])

        price = add_sensor("price", "PT1H", "EUR/MWh")
        prices = {"values": [50 + 40 * (hour % 5) for hour in range(48)], "start": START.isoformat()}
        self.post(f"/sensors/{price}/data", prices | {"duration": "PT48H", "unit": "EUR/MWh"})
        batteries = tuple(add_sensor(f"battery {n}", "PT5M", "kW") for n in range(N_BATTERIES))
        return Site(asset, price, add_sensor("meter", "PT15M", "kW"), batteries)

    def trigger(self, site: Site) -> str:
        storage = {"soc-at-start": "20 kWh", "soc-min": "5 kWh", "soc-max": "100 kWh", "power-capacity": "25 kW"}
        body = {
            "start": START.isoformat(),
            "duration": "PT48H",
            "force-new-job-creation": True,
            "flex-model": [storage | {"sensor": sensor, "roundtrip-efficiency": "90%"} for sensor in site.batteries],
            "flex-context": {"consumption-price": {"sensor": site.price}, "site-power-capacity": "60 kW"},
        }
        return str(self.post(f"/assets/{site.asset}/schedules/trigger", body)["schedule"])

    def end_of(self, job: str, *, until: float) -> str:
        """Ask for the job's state, which the server answers late, until it has ended or time is over."""
        while True:
            state = str(self.get(f"/jobs/{job}")["status"])
            if state in {"FINISHED", "FAILED"} or time.monotonic() > until:
                return state

    def schedule(self, sensor: int, job: str) -> list[float]:
        return list(self.get(f"/sensors/{sensor}/schedules/{job}", duration="PT48H")["values"])

    def stored_posts(self, site: Site, n_posts: int) -> list[list[float | None]]:
        duration = f"PT{PER_POST * 15 * n_posts}M"
        values = self.get(f"/sensors/{site.meter}/data", start=START.isoformat(), duration=duration, unit="kW")[
            "values"
        ]
        return [values[n * PER_POST : (n + 1) * PER_POST] for n in range(n_posts)]


def values_of_post(number: int) -> list[float | None]:
    return [float(number * PER_POST + n) for n in range(PER_POST)]


def post(client: Client, site: Site, number: int) -> int:
    """Post the values of this number; give it back when they were acknowledged."""
    start = START + number * PER_POST * QUARTER
    body = {"values": values_of_post(number), "start": start.isoformat(), "duration": "PT1H", "unit": "kW"}
    client.post(f"/sensors/{site.meter}/data", body)
    return number


def post_until_killed(client: Client, site: Site, numbers: Iterator[int]) -> Iterator[int]:
    """Post again and again; give the numbers that were acknowledged."""
    with suppress(httpx.TransportError):
        for number in numbers:
            yield post(client, site, number)


def kill_after(delay_s: float, process: subprocess.Popen[bytes]) -> threading.Timer:
    killer = threading.Timer(delay_s, process.kill)
    killer.start()
    return killer


def test_values_survive_when_the_server_is_killed_during_a_post(
    environment: Mapping[str, str], moments: Iterator[float]
) -> None:
    """A post that was not acknowledged may be stored, but only as a whole."""
    numbers = count()
    acknowledged: set[int] = set()
    with serving(environment) as server, Client(server) as client:
        site = client.make_site()

    for moment_s in islice(moments, ROUNDS):
        with serving(environment, "--workers", "1") as server, Client(server) as client:
            # The first post loads libraries; the server is to be killed during a quick one.
            acknowledged.add(post(client, site, next(numbers)))
            kill_after(moment_s, server.process)
            acknowledged.update(post_until_killed(client, site, numbers))

    n_posts = next(numbers)
    with serving(environment) as server, Client(server) as client:
        stored = client.stored_posts(site, n_posts)
    nothing = [None] * PER_POST
    assert [number for number in acknowledged if stored[number] != values_of_post(number)] == []
    assert [post for number, post in enumerate(stored) if post not in (values_of_post(number), nothing)] == []


def test_job_is_finished_when_its_worker_is_killed(environment: Mapping[str, str], moments: Iterator[float]) -> None:
    with serving(environment) as server, Client(server) as client:
        site = client.make_site()
        expected = client.schedule(site.batteries[0], client.trigger(site))

        for moment_s in islice(moments, ROUNDS):
            job = client.trigger(site)
            threading.Event().wait(moment_s)
            for worker in psutil.Process(server.process.pid).children():
                # One that has just ended by itself is gone already.
                with suppress(psutil.NoSuchProcess):
                    worker.kill()

            assert client.end_of(job, until=time.monotonic() + FINISHED_WITHIN_S) == "FINISHED"
            assert client.schedule(site.batteries[0], job) == expected


def test_jobs_are_finished_when_the_server_is_killed(environment: Mapping[str, str], moments: Iterator[float]) -> None:
    """Fewer rounds, because a restarted server waits for the leases of its predecessor's jobs, which last 15 s."""
    with serving(environment) as server, Client(server) as client:
        site = client.make_site()

    for moment_s in islice(moments, RESTARTS_DURING_JOBS):
        with serving(environment) as server, Client(server) as client:
            jobs = [client.trigger(site) for _ in range(6)]
            kill_after(moment_s, server.process).join()

        with serving(environment) as server, Client(server) as client:
            until = time.monotonic() + FINISHED_WITHIN_S
            assert {client.end_of(job, until=until) for job in jobs} == {"FINISHED"}
