"""What gateways and apps send that are not the client itself: their requests, in their order and notation.

Sequences and formats: the S2 energy manager (single values at moments, many units), the OpenADR 3 demonstration
(bare token, durations in seconds, HTTP statuses), and the server for language models (one look at each job).
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.server_process import ServerProcess

START = "2026-03-02T00:00:00+01:00"
LIMITS = {"soc-max": "10 kWh", "power-capacity": "5 kW", "roundtrip-efficiency": "100%"}
STORAGE = LIMITS | {"soc-at-start": "5 kWh"}


@pytest.fixture
def http(server: ServerProcess) -> Iterator[httpx.Client]:
    """A session with a bare token; an empty body with a JSON content type goes with every request."""
    with httpx.Client(base_url=f"{server.url}/api", timeout=30) as session:
        login = {"email": "bench-user@example.com", "password": "bench-Admin-pw-1"}
        token = session.post("/requestAuthToken", json=login).json()["auth_token"]
        session.headers.update({"Authorization": token, "Content-Type": "application/json"})
        yield session


@pytest.fixture
def site(http: httpx.Client) -> dict[str, Any]:
    """A battery with prices, as an installer would have made it."""
    tag = uuid.uuid4().hex[:8]
    types = {kind["name"]: kind["id"] for kind in http.get("/v3_0/assets/types").json()}
    [user] = [each for each in http.get("/v3_0/users").json() if each["email"] == "bench-user@example.com"]
    place = {"account_id": user["account_id"], "latitude": 52.37, "longitude": 4.89}
    asset = made(http, "assets", name=f"home {tag}", generic_asset_type_id=types["battery"], **place)
    sensors = {
        name: made(http, "sensors", name=name, unit=unit, event_resolution=resolution, generic_asset_id=asset["id"])
        for name, unit, resolution in (
            ("power", "kW", "PT15M"),
            ("price", "EUR/kWh", "PT1H"),
            ("soc", "MWh", "PT0M"),
            ("fill level", "dimensionless", "PT15M"),
        )
    }
    prices = {"values": [0.1] * 12 + [0.4] * 12, "start": START, "duration": "P1DT0H0M0S", "unit": "EUR/kWh"}
    posted = http.post(f"/v3_0/sensors/{sensors['price']['id']}/data", json=prices | {"prior": START})
    assert posted.status_code == 200, posted.text
    return {"asset": asset, **{name: sensor["id"] for name, sensor in sensors.items()}}


def made(http: httpx.Client, kind: str, **fields: Any) -> dict[str, Any]:
    answer = http.post(f"/v3_0/{kind}", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_s2_posts_single_values_at_moments(http: httpx.Client, site: dict[str, Any]) -> None:
    now = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC).isoformat()
    single = {"values": [0.005], "start": now, "duration": "P0DT0H0M0S", "unit": "MWh", "prior": now}

    stored = http.post(f"/v3_0/sensors/{site['soc']}/data", json=single)
    power = single | {"values": [0.001], "duration": "P0DT0H15M0S", "start": START}
    energy = http.post(f"/v3_0/sensors/{site['power']}/data", json=power)

    assert (stored.status_code, energy.status_code) == (200, 200), (stored.text, energy.text)
    window = {"start": "2026-03-01T12:00:00+00:00", "duration": "PT1H", "unit": "kWh", "resolution": "PT1H"}
    assert http.get(f"/v3_0/sensors/{site['soc']}/data", params=window).json()["values"] == [5.0]
    window = {"start": START, "duration": "PT15M", "unit": "kW"}
    assert http.get(f"/v3_0/sensors/{site['power']}/data", params=window).json()["values"] == [4.0]


def test_s2_reads_fill_levels_without_dimension(http: httpx.Client, site: dict[str, Any]) -> None:
    series = {"start": START, "duration": "P0DT1H0M0S", "unit": "dimensionless"}
    path = f"/v3_0/sensors/{site['fill level']}/data"

    posted = http.post(path, json=series | {"values": [0.1, 0.2, 0.3, 0.4]})

    assert posted.status_code == 200, posted.text
    assert http.get(path, params=series | {"resolution": "P0DT0H15M0S"}).json()["values"] == [0.1, 0.2, 0.3, 0.4]


def test_s2_sets_the_flex_context_and_triggers_by_sensor(http: httpx.Client, site: dict[str, Any]) -> None:
    context = f'{{"consumption-price": {{"sensor": {site["price"]}}}}}'
    changed = http.patch(f"/v3_0/assets/{site['asset']['id']}", json={"flex_context": context})
    model = {"soc-unit": "kWh", "soc-at-start": 5.0, "soc-max": 10.0, "power-capacity": "5 kW"}
    wanted = {"start": START, "duration": "P0DT24H0M0S", "flex-model": model, "force_new_job_creation": True}

    triggered = http.post(f"/v3_0/sensors/{site['power']}/schedules/trigger", json=wanted)

    assert changed.status_code == 200, changed.text
    assert triggered.status_code == 200, triggered.text
    plan = http.get(f"/v3_0/sensors/{site['power']}/schedules/{triggered.json()['schedule']}?duration=P1DT0H0M0S")
    assert plan.status_code == 200, plan.text
    assert sum(plan.json()["values"][:48]) / 4 == pytest.approx(5.0, abs=0.3)


def test_openadr_finds_its_sensors_and_plans_an_asset(http: httpx.Client, site: dict[str, Any]) -> None:
    assets = http.get("/v3_0/assets", params={"all_accessible": "true"}).json()
    assert site["asset"]["id"] in {asset["id"] for asset in assets}
    sensors = {each["name"]: each["id"] for each in http.get(f"/v3_0/assets/{site['asset']['id']}").json()["sensors"]}
    stored = {
        "flex_context": {"consumption-price": {"sensor": sensors["price"]}},
        "flex_model": LIMITS
        | {"consumption": {"sensor": sensors["power"]}, "state-of-charge": {"sensor": sensors["soc"]}},
    }
    level = {"values": [5], "start": START, "duration": "PT0S", "unit": "kWh"}
    assert http.post(f"/v3_0/sensors/{sensors['soc']}/data", json=level).status_code == 200
    assert http.patch(f"/v3_0/assets/{site['asset']['id']}", json=stored).status_code == 200

    triggered = http.post(
        f"/v3_0/assets/{site['asset']['id']}/schedules/trigger",
        json={"start": START, "duration": "PT86400S", "force-new-job-creation": True},
    )

    assert triggered.status_code == 200, triggered.text
    asked = {"duration": "PT86400S", "unit": "kW", "sign-convention": "production-positive"}
    plan = http.get(f"/v3_0/sensors/{sensors['power']}/schedules/{triggered.json()['job']}", params=asked)
    assert plan.status_code == 200, plan.text
    assert datetime.fromisoformat(plan.json()["start"]) == datetime.fromisoformat(START)
    assert sum(plan.json()["values"][:48]) / 4 == pytest.approx(-5.0)
    data = {"start": START, "duration": "PT86400S", "unit": "EUR/kWh", "resolution": "PT3600S"}
    assert http.get(f"/v3_0/sensors/{sensors['price']}/data", params=data).json()["resolution"] == "PT1H"


def test_language_models_look_at_everything_once(http: httpx.Client, site: dict[str, Any]) -> None:
    job = http.post(
        f"/v3_0/assets/{site['asset']['id']}/schedules/trigger",
        json={
            "start": START,
            "duration": "PT12H",
            "flex-model": STORAGE | {"sensor": site["power"]},
            "flex-context": {"consumption-price": {"sensor": site["price"]}},
        },
    ).json()["schedule"]

    state = http.get(f"/v3_0/jobs/{job}")
    listed = http.get(f"/v3_0/assets/{site['asset']['id']}/jobs").json()

    assert (state.status_code, state.json()["status"]) == (200, "FINISHED")
    assert job in {each["job_id"] for each in listed["jobs"]}
    assert listed["redis_connection_err"] is None
    assert http.get("/v3_0/health/ready").json()["database_sql"] is True
    assert "v3_0" in http.get("/").json()["versions"]
    # The automations of later releases: a 404 tells that there are none.
    assert http.get(f"/v3_0/assets/{site['asset']['id']}/automations").status_code == 404


def test_a_job_that_nobody_knows_is_not_found(http: httpx.Client) -> None:
    answer = http.get(f"/v3_0/jobs/{uuid.uuid4()}")

    assert (answer.status_code, answer.json()["status"]) == (404, "ERROR")


def test_deletions_answer_as_json_without_a_body(http: httpx.Client, site: dict[str, Any]) -> None:
    answer = http.delete(f"/v3_0/assets/{site['asset']['id']}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["content-type"] == "application/json"
