from datetime import timedelta
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import NOW, make_user
from tests.home import BATTERY_KW, CAPACITY_KWH, STOCK_KWH, Home, make_home
from wattloom.db import Database

WINDOW = {"start": NOW.isoformat(), "end": (NOW + timedelta(hours=1)).isoformat()}


@pytest.fixture
def home(api: ApiClient, database: Database) -> Home:
    with database.write() as connection:
        return make_home(connection, api.services.beliefs, now=NOW)


def plan_path(home: Home) -> str:
    return f"/api/v4/assets/{home.site_id}/plan"


def test_plan_is_a_regular_grid_with_one_array_per_series(api: ApiClient, home: Home) -> None:
    answer = api.get(plan_path(home), user=home.user_id, params=WINDOW)

    plan = answer.json()
    assert answer.status_code == 200
    assert {name: value for name, value in plan.items() if not isinstance(value, list)} == {
        "id": home.site_id,
        "name": "Home",
        "latitude": 52.4,
        "longitude": 4.9,
        "timezone": "Europe/Amsterdam",
        "now": "2026-03-01T13:00:00+01:00",
        "start": "2026-03-01T13:00:00+01:00",
        "step_s": 900,
        "n_steps": 4,
        "last_job": None,
    }
    [source] = plan["sources"]
    assert source["kind"] == "other"
    assert plan["series"][4] == {
        "role": "power",
        "kind": "battery",
        "name": "Cellar",
        "unit": "kW",
        "capacity_kwh": None,
        "values": [BATTERY_KW] * 4,
        "asset": home.battery_id,
        "sensors": [home.sensor_ids["battery"]],
        "low": None,
        "high": None,
        "planned": None,
        "state": ["charge"] * 4,
        "origin": {"first_step": [0], "source": [source["id"]], "belief_time": [NOW.timestamp()], "schedule": [None]},
        "planned_origin": None,
        "following": None,
    }
    stock = plan["series"][-1]
    assert (stock["role"], stock["kind"], stock["name"], stock["unit"]) == ("stock", "battery", "Cellar", "kWh")
    assert (stock["capacity_kwh"], stock["values"], stock["state"]) == (CAPACITY_KWH, [STOCK_KWH] * 4, None)


def test_unknown_values_are_null(api: ApiClient, home: Home) -> None:
    later = NOW + timedelta(days=9)
    window = {"start": later.isoformat(), "end": (later + timedelta(hours=1)).isoformat()}

    plan = api.get(plan_path(home), user=home.user_id, params=window).json()

    assert [series["values"] for series in plan["series"]] == [[None] * 4] * 7


def test_stranger_may_not_see_the_plan(api: ApiClient, home: Home, database: Database) -> None:
    with database.write() as connection:
        stranger_id = make_user(connection)

    answer = api.get(plan_path(home), user=stranger_id, params=WINDOW)

    assert (answer.status_code, answer.json()["status"]) == (403, "INVALID_SENDER")


def test_anonymous_may_not_see_the_plan(api: ApiClient, home: Home) -> None:
    answer = api.get(plan_path(home), params=WINDOW)

    assert (answer.status_code, answer.json()["status"]) == (401, "UNAUTHORIZED")


def test_unknown_site_is_not_found(api: ApiClient, home: Home) -> None:
    assert api.get("/api/v4/assets/999/plan", user=home.user_id, params=WINDOW).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"start": "2026-03-01T00:00:00"}, "start"),
        ({"start": "soon"}, "start"),
        ({"end": WINDOW["start"]}, "end"),
        ({"end": "2028-03-01T00:00:00Z"}, "end"),
        ({"end": "2020-03-01T00:00:00Z"}, "end"),
    ],
)
def test_wrong_window_names_the_field(api: ApiClient, home: Home, changed: dict[str, Any], field: str) -> None:
    answer = api.get(plan_path(home), user=home.user_id, params=WINDOW | changed)

    assert answer.status_code == 422
    assert field in str(answer.json()["message"])


def test_missing_window_is_refused(api: ApiClient, home: Home) -> None:
    answer = api.get(plan_path(home), user=home.user_id)

    assert answer.status_code == 422
    assert set(answer.json()["message"]["query"]) == {"start", "end"}
