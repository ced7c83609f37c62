"""Live events of a real server: seen by those who may, across a kill and a restart, and ended at a stop."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.server_process import ServerProcess, run_wattloom, serving, settings

PASSWORD = "listens-To-every-change"
EVENTS = "/api/v4/events"
TIMEOUT_S = 60


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """Settings of a server on an empty database with two accounts, each with one user."""
    environment = settings(tmp_path)
    run_wattloom(environment, "add", "initial-structure")
    for name in ("owner", "stranger"):
        run_wattloom(environment, "add", "account", "--name", name)
        who = ["--username", name, "--email", f"{name}@example.com", "--account", name, "--password", PASSWORD]
        run_wattloom(environment, "add", "user", *who, "--roles", "account-admin")
    return environment


def log_in(server: ServerProcess, name: str) -> httpx.Client:
    body = {"email": f"{name}@example.com", "password": PASSWORD}
    token = httpx.post(f"{server.url}/api/requestAuthToken", json=body, timeout=TIMEOUT_S).json()["auth_token"]
    return httpx.Client(base_url=server.url, timeout=TIMEOUT_S, headers={"Authorization": token})


def make_meter(owner: httpx.Client) -> int:
    account = owner.get("/api/v3_0/accounts").json()[0]["id"]
    site = {"name": "Home", "generic_asset_type_id": 1, "account_id": account}
    asset = owner.post("/api/v3_0/assets", json=site).json()["id"]
    meter = {"name": "meter", "unit": "kW", "event_resolution": "PT15M", "generic_asset_id": asset}
    sensor_id: int = owner.post("/api/v3_0/sensors", json=meter).json()["id"]
    return sensor_id


def post_value(owner: httpx.Client, sensor_id: int, value: float) -> None:
    body = {"start": "2026-03-01T00:00:00Z", "duration": "PT15M", "unit": "kW", "values": [value]}
    owner.post(f"/api/v3_0/sensors/{sensor_id}/data", json=body).raise_for_status()


class Heard:
    """Reads events from a stream as they come."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()
        self.position = ""

    def next(self) -> dict[str, Any] | None:
        """Return the next change, waiting for it; None when the stream has ended."""
        kind = ""
        for line in self._lines:
            name, _, value = line.partition(": ")
            match name:
                case "id":
                    self.position = value
                case "event":
                    kind = value
                case "data" if kind != "position":
                    change: dict[str, Any] = orjson.loads(value)
                    return change
                case "data":
                    return {"kind": "position"}
        return None


@contextmanager
def listening(client: httpx.Client, **headers: str) -> Iterator[Heard]:
    """Open a stream that has begun."""
    with client.stream("GET", EVENTS, headers={"Accept": "text/event-stream"} | headers) as response:
        assert response.status_code == 200
        yield Heard(response)


def test_a_posted_value_is_heard_at_once_and_after_a_crash(environment: Mapping[str, str]) -> None:
    with serving(environment) as server, log_in(server, "owner") as owner:
        sensor = make_meter(owner)
        with listening(owner) as heard:
            assert heard.next() == {"kind": "position"}
            post_value(owner, sensor, 1)
            change = heard.next()
        post_value(owner, sensor, 2)
        server.process.kill()
        server.process.wait()

    assert change is not None
    assert (change["kind"], change["sensor"], change["start"]) == ("beliefs", sensor, "2026-03-01T00:00:00+00:00")

    with serving(environment) as server, log_in(server, "owner") as owner:
        with listening(owner, **{"Last-Event-ID": heard.position}) as again:
            missed = again.next()
            post_value(owner, sensor, 3)
            live = next(each for each in iter(again.next, None) if each["kind"] != "position")
        with log_in(server, "stranger") as stranger:
            everything = stranger.get(EVENTS, params={"after": "0"}).json()

    assert missed == live == change
    assert everything["events"] == []


def test_the_server_stops_at_once_although_somebody_listens(environment: Mapping[str, str]) -> None:
    with serving(environment) as server, log_in(server, "owner") as owner, listening(owner) as heard:
        assert heard.next() == {"kind": "position"}
        server.process.terminate()

        # Ended by the server, not cut off when its patience is at an end: that would be an error here.
        assert heard.next() is None
        assert server.process.wait() == 0

    assert "Traceback" not in server.log.read_text()
