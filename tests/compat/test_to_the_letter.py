"""The exchanges that the API's documents print, replayed as they stand: bodies, ids and spellings included."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from tests.planning import Planner
from wattloom.accounts import seed_roles
from wattloom.assets import seed_asset_types
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

STANDALONE = {
    "name": "Test battery",
    "generic_asset_type_id": 2,
    "account_id": 2,
    "latitude": 40,
    "longitude": 170.3,
}
CHILD = STANDALONE | {"parent_asset_id": 10}
ASSET_FIELDS = {
    *("id", "name", "description", "account_id", "owner", "latitude", "longitude", "generic_asset_type_id"),
    *("generic_asset_type", "attributes", "parent_asset_id", "child_assets", "sensors", "sensors_to_show"),
    *("flex_context", "flex_model", "sensors_to_show_as_kpis", "external_id"),
}
START = "2015-06-02T10:00:00+00:00"
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
# What the printed triggers refer to: unit, resolution and the value of each hour or quarter for two days.
SENSORS: dict[int, tuple[str, str, float | None]] = {
    9: ("EUR/MWh", "PT1H", 150),
    10: ("EUR/MWh", "PT1H", 100),
    **dict.fromkeys((13, 14, 15), ("kW", "PT15M", 1.0)),
    32: ("kW", "PT15M", 90),
    42: ("kW", "PT15M", 20),
    74: ("kWh", "P0D", None),
    760: ("kW", "PT15M", 5),
    931: ("kW", "PT15M", None),
    932: ("kW", "PT15M", None),
}
FLEX_CONTEXT = {
    "consumption-price": {"sensor": 9},
    "production-price": {"sensor": 10},
    "inflexible-device-sensors": [13, 14, 15],
    "site-power-capacity": "100 kVA",
    "site-production-capacity": "80 kW",
    "site-consumption-capacity": {"sensor": 32},
}
CURTAILABLE = {"sensor": 932, "consumption-capacity": "0 kW", "production-capacity": {"sensor": 760}}
BATTERY = {
    "sensor": 931,
    "soc-at-start": "12.1 kWh",
    "state-of-charge": {"sensor": 74},
    "power-capacity": "25 kW",
    "consumption-capacity": {"sensor": 42},
    "production-capacity": "30 kW",
}
HEAT_PUMP = BATTERY | {
    "production-capacity": "0 kW",
    "soc-usage": ["5 kW"],
    "charging-efficiency": "4",
    "storage-efficiency": "99.7%",
}
POSTED = {
    "values": [1.5, None, 2, 2.5],
    "start": "2026-05-04T10:00:00+02:00",
    "duration": "P0DT1H0M0S",
    "unit": "kW",
    "prior": "2026-05-04T09:00:00+02:00",
}


@pytest.fixture
def planner(database: Database) -> Planner:
    """A site with the sensors of the printed triggers, by their printed ids."""
    with database.write() as connection:
        seed_roles(connection)
        seed_asset_types(connection)
    planner = Planner.on(database, job_wait_s=0)
    with database.write() as connection:
        for number, (unit, resolution, _) in SENSORS.items():
            make_sensor(
                connection, id=number, generic_asset_id=planner.battery_id, unit=unit, event_resolution=resolution
            )
    for number, (_, _, value) in SENSORS.items():
        values = [] if value is None else [value] * 192
        planner.record(number, values, start=datetime.fromisoformat(START), believed_at=LONG_AGO)
    return planner


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


@pytest.fixture
def ada(planner: Planner, database: Database) -> int:
    """An account-admin of account 2, to which asset 10 belongs."""
    assert planner.account_id != 2
    with database.write() as connection:
        make_account(connection, id=2)
        make_asset(connection, id=10, account_id=2)
        return make_user(connection, account_id=2, roles=("account-admin",))


@pytest.mark.parametrize("body", [STANDALONE, CHILD])
def test_the_printed_assets_are_created(api: ApiClient, ada: int, body: dict[str, Any]) -> None:
    answer = api.post("/assets", user=ada, json=body)

    created = answer.json()
    assert answer.status_code == 201
    assert created.keys() == ASSET_FIELDS
    assert {name: created[name] for name in body} == body


def test_the_printed_change_gives_the_whole_asset(api: ApiClient, ada: int) -> None:
    created = api.post("/assets", user=ada, json=STANDALONE).json()

    changed = api.patch(f"/assets/{created['id']}", user=ada, json={"latitude": 11.1, "longitude": 99.9})

    assert changed.status_code == 200
    assert changed.json() == created | {"latitude": 11.1, "longitude": 99.9, "status": 200}


@pytest.mark.parametrize("device", [BATTERY, HEAT_PUMP])
def test_the_printed_triggers_make_schedules_of_all_devices(
    api: ApiClient, planner: Planner, device: dict[str, Any]
) -> None:
    body = {"start": START, "flex-model": [device, CURTAILABLE], "flex-context": FLEX_CONTEXT}

    answer = api.post(f"/assets/{planner.site_id}/schedules/trigger", user=planner.user_id, json=body).json()
    planner.work()

    assert (answer["status"], answer["message"]) == ("PROCESSED", "Request has been processed.")
    read = {"duration": "PT48H", "unit": "kW"}
    path = f"schedules/{answer['schedule']}"
    shown = {n: api.get(f"/sensors/{n}/{path}", user=planner.user_id, params=read).json() for n in (931, 932)}
    heat = api.get(f"/sensors/74/{path}", user=planner.user_id, params={"duration": "PT48H"}).json()
    # The duration defaults to 48 hours.
    assert [len(shown[931]["values"]), len(shown[932]["values"]), len(heat["values"])] == [192, 192, 193]
    # The device never takes more than 20 kW (sensor 42); the panels never make more than 5 kW (sensor 760).
    assert max(shown[931]["values"]) <= 20
    assert (min(shown[932]["values"]), max(shown[932]["values"])) == (-5, -5)
    assert heat["values"][0] == 12.1


def test_a_heat_pump_makes_no_electricity_and_keeps_its_buffer(api: ApiClient, planner: Planner) -> None:
    body = {"start": START, "flex-model": [HEAT_PUMP, CURTAILABLE], "flex-context": FLEX_CONTEXT}
    path = f"/assets/{planner.site_id}/schedules/trigger"

    job = api.post(path, user=planner.user_id, json=body).json()["schedule"]
    planner.work()

    shown = api.get(f"/sensors/931/schedules/{job}", user=planner.user_id, params={"duration": "PT48H"}).json()
    assert min(shown["values"]) >= 0
    # Five kilowatts of heat for 48 hours, less what was there, with four units of heat for one of electricity; some is lost.
    assert sum(shown["values"]) / 4 == pytest.approx((5 * 48 - 12.1) / 4, rel=0.05)


def test_measurements_are_posted_and_read_as_printed(api: ApiClient, planner: Planner) -> None:
    path = f"/sensors/{planner.power}/data"
    query = "start=2026-05-04T10:00:00%2B02:00&duration=PT1H&unit=W&resolution=PT30M"

    first, again, other = (
        api.post(path, user=planner.user_id, json=POSTED | {"values": [value, None, 2, 2.5]}) for value in (1.5, 1.5, 9)
    )

    assert (first.status_code, first.json()) == (
        200,
        {"status": "PROCESSED", "message": "Request has been processed."},
    )
    assert (again.status_code, again.json()) == (
        200,
        {
            "results": "PROCESSED",
            "status": "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED",
            "message": again.json()["message"],
        },
    )
    assert again.json()["message"].endswith("already been received and successfully processed.")
    assert (other.status_code, other.json()) == (
        403,
        {"results": "Rejected", "status": "INVALID_REPLACEMENT", "message": other.json()["message"]},
    )
    assert api.get(f"{path}?{query}", user=planner.user_id).json() == {
        "values": [1500.0, 2250.0],
        "start": "2026-05-04T10:00:00+02:00",
        "duration": "PT1H",
        "unit": "W",
        "resolution": "PT30M",
        "status": "PROCESSED",
        "message": "Request has been processed.",
    }


def test_a_schedule_is_waited_for_and_read_as_printed(api: ApiClient, planner: Planner) -> None:
    job = api.post(f"/assets/{planner.site_id}/schedules/trigger", user=planner.user_id, json=planner.body()).json()
    path = f"/sensors/{planner.power}/schedules/{job['schedule']}?duration=PT24H&unit=kW"

    pending = api.get(path, user=planner.user_id)
    planner.work()
    done = api.get(path, user=planner.user_id).json()

    assert job["job-url"] == f"/api/v3_0/jobs/{job['schedule']}"
    assert pending.status_code == 400
    assert pending.json().keys() == {"result", "status", "message"}
    assert (pending.json()["result"], pending.json()["status"]) == ("Rejected", "UNKNOWN_SCHEDULE")
    assert "Scheduling job waiting" in pending.json()["message"]
    assert done.keys() == {"values", "start", "duration", "unit", "scheduler_info", "status", "message"}
    assert (len(done["values"]), done["start"], done["duration"]) == (96, "2026-06-01T02:00:00+02:00", "PT24H")
    assert done["message"] == "Request has been processed. StorageScheduler was used."


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        (
            "GET",
            "/sensors/999",
            422,
            {
                "message": {"path": {"id": ["No sensor found with ID 999."]}},
                "result": "Rejected",
                "status": "UNPROCESSABLE_ENTITY",
            },
        ),
        ("GET", "/assets/999", 404, {"message": "No asset found with ID 999.", "status": 404}),
        ("GET", "/assets/1", 403, {"message": None, "status": "INVALID_SENDER", "result": "Rejected"}),
        (
            "PATCH",
            "/assets/10",
            422,
            {
                "message": {"json": {"account_id": ["Unknown field."]}},
                "result": "Rejected",
                "status": "UNPROCESSABLE_ENTITY",
            },
        ),
    ],
)
def test_refusals_are_as_printed(
    api: ApiClient, ada: int, method: str, path: str, status: int, body: dict[str, Any]
) -> None:
    answer = api.request(method, path, user=ada, json={"account_id": 5})

    found = answer.json()
    assert answer.status_code == status
    assert found == body | {"message": body["message"] or found["message"]}


def test_who_comes_without_a_token_is_refused_as_printed(api: ApiClient) -> None:
    answer = api.get("/assets/1")

    assert (answer.status_code, answer.json()) == (
        401,
        {"message": answer.json()["message"], "status": "UNAUTHORIZED"},
    )
    assert isinstance(answer.json()["message"], str)


MOMENTS = [
    *("2026-05-04T10:00:00+02:00", "2026-05-04T10:00+02", "2026-05-04T10:00:00+0200", "2026-05-04T08:00:00Z"),
    *("20260504T080000Z", "2026-05-04T10:00:00.000000+02:00", "2026-05-04T10:00:00 02:00"),
]


@pytest.mark.parametrize("start", MOMENTS)
@pytest.mark.parametrize("duration", ["PT1H", "P0DT1H0M0S", "PT60M", "PT3600S", "PT1.0H"])
def test_moments_and_durations_have_many_spellings(api: ApiClient, planner: Planner, start: str, duration: str) -> None:
    api.post(f"/sensors/{planner.power}/data", user=planner.user_id, json=POSTED)

    asked = {"start": start, "duration": duration, "unit": "kW"}
    answer = api.get(f"/sensors/{planner.power}/data", user=planner.user_id, params=asked).json()

    assert (answer["values"], answer["duration"]) == (POSTED["values"], "PT1H")
