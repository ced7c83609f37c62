"""What the endpoint of live events tells: which changes, where, and to whom."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_api_key, make_asset, make_sensor, make_user
from wattloom.accounts import Action
from wattloom.db import Database
from wattloom.jobs import Attempt, JobFailure, NewJob, Progress

EVENTS = "/api/v4/events"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WINDOW = {"start": "2026-03-01T00:00:00Z", "duration": "PT1H", "unit": "kW"}


@dataclass
class Home:
    """A site with a battery that has a power sensor, and people."""

    api: ApiClient
    account: int
    owner: int
    stranger: int
    admin: int
    site: int
    battery: int
    sensor: int

    def hears(self, user: int, action: Callable[[], Any], **query: Any) -> list[dict[str, Any]]:
        """Return what a user hears of something that is done."""
        position = self.api.get(EVENTS, user=user, params=query).json()["position"]
        answer = action()
        assert answer is None or answer.is_success, answer.text
        heard = self.api.get(EVENTS, user=user, params=query | {"after": position}).json()
        assert not heard["missed"]
        events: list[dict[str, Any]] = heard["events"]
        return events

    def post_values(self) -> Any:
        self.api.services.clock.advance(minutes=1)  # type: ignore[attr-defined] # the clock of tests
        at = self.api.services.clock().minute
        return self.api.post(
            f"/sensors/{self.sensor}/data", user=self.owner, json=WINDOW | {"values": [at, at, at, at]}
        )


@pytest.fixture
def home(api: ApiClient, database: Database) -> Home:
    with database.write() as connection:
        account = make_account(connection)
        owner = make_user(connection, account_id=account, roles=("account-admin",))
        stranger, admin = make_user(connection), make_user(connection, roles=("admin",))
        site = make_asset(connection, account_id=account)
        battery = make_asset(connection, account_id=account, parent_asset_id=site)
        sensor = make_sensor(connection, generic_asset_id=battery, unit="kW", event_resolution="PT15M")
    return Home(api, account, owner, stranger, admin, site, battery, sensor)


def test_posted_values_are_told_with_their_span(home: Home) -> None:
    heard = home.hears(home.owner, home.post_values)

    span = {"start": "2026-03-01T00:00:00+00:00", "end": "2026-03-01T01:00:00+00:00"}
    assert heard == [{"kind": "beliefs", "sensor": home.sensor, "asset": home.battery} | span]


@on_sqlite
def test_values_that_state_nothing_new_are_not_told(home: Home) -> None:
    values = {"json": WINDOW | {"values": [1, 2, 3, 4]}, "user": home.owner}
    home.api.post(f"/sensors/{home.sensor}/data", **values)

    assert home.hears(home.owner, lambda: home.api.post(f"/sensors/{home.sensor}/data", **values)) == []


@on_sqlite
def test_deleted_values_are_told(home: Home) -> None:
    home.post_values()

    heard = home.hears(home.owner, lambda: home.api.delete(f"/sensors/{home.sensor}/data", user=home.owner))

    assert [(each["kind"], each["sensor"]) for each in heard] == [("beliefs", home.sensor)]


def test_assets_and_sensors_are_told_when_they_come_change_and_go(home: Home) -> None:
    api, by = home.api, {"user": home.owner}
    new_asset = {"name": "PV", "generic_asset_type_id": 1, "parent_asset_id": home.site}
    new_sensor = {"name": "new", "unit": "kW", "event_resolution": "PT15M", "generic_asset_id": home.battery}

    def heard(action: Callable[[], Any]) -> list[tuple[str, str, int, bool]]:
        told = home.hears(home.owner, action, asset=home.site)
        return [(each["kind"], each["done"], each["asset"], "sensor" in each) for each in told]

    created = heard(lambda: api.post("/assets", json=new_asset, **by))
    pv = created[0][2]
    assert created == [("asset", "created", pv, False)]
    assert heard(lambda: api.patch(f"/assets/{pv}", json={"latitude": 1, "name": "Roof"}, **by)) == [
        ("asset", "updated", pv, False)
    ]
    # In the tree there is the parent, which has other children now.
    assert heard(lambda: api.delete(f"/assets/{pv}", **by)) == [("asset", "updated", home.site, False)]
    assert heard(lambda: api.post("/sensors", json=new_sensor, **by)) == [("sensor", "created", home.battery, True)]
    assert heard(lambda: api.patch(f"/sensors/{home.sensor}", json={"name": "power"}, **by)) == [
        ("sensor", "updated", home.battery, True)
    ]
    assert heard(lambda: api.delete(f"/sensors/{home.sensor}", **by)) == [("sensor", "deleted", home.battery, True)]


def test_a_deleted_asset_is_told_to_whoever_could_read_it(home: Home) -> None:
    def delete() -> Any:
        return home.api.delete(f"/assets/{home.site}", user=home.owner)

    def position(user: int) -> str:
        text: str = home.api.get(EVENTS, user=user).json()["position"]
        return text

    before = position(home.stranger)

    assert home.hears(home.owner, delete) == [{"kind": "asset", "asset": home.site, "done": "deleted"}]
    assert home.api.get(EVENTS, user=home.stranger, params={"after": before}).json()["events"] == []


@on_sqlite
@pytest.mark.parametrize("kind", ["accounts", "assets", "sensors"])
def test_annotations_are_told(home: Home, kind: str) -> None:
    subject = {"accounts": home.account, "assets": home.battery, "sensors": home.sensor}[kind]
    note = {"content": "note", "start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00Z"}

    def annotate() -> Any:
        return home.api.post(f"/{kind}/{subject}/annotations", user=home.owner, json=note)

    place = {
        "accounts": {},
        "assets": {"asset": home.battery},
        "sensors": {"asset": home.battery, "sensor": home.sensor},
    }
    assert home.hears(home.owner, annotate) == [{"kind": "annotations"} | place[kind]]


def new_job(home: Home, **replaced: Any) -> NewJob:
    return NewJob(**({"queue": "scheduling", "kind": "test", "args": {}, "entity": ("sensor", home.sensor)} | replaced))


def test_a_job_is_told_from_its_queue_to_its_end(home: Home, database: Database) -> None:
    queue, new = home.api.services.jobs, new_job(home)

    def run() -> None:
        with database.write() as connection:
            queue.enqueue(connection, new, now=NOW)
            queue.enqueue(connection, new_job(home, depends_on=new.id, queue="other"), now=NOW)
        job = queue.claim("w", ["scheduling"], now=NOW)
        assert job is not None
        queue.extend_lease(job.attempt, Progress(0.5, "halfway"), now=NOW)
        queue.extend_lease(job.attempt, None, now=NOW)
        with database.write() as connection:
            queue.finish(connection, job.attempt, {}, now=NOW)

    heard = home.hears(home.owner, run, asset=home.site)

    place = {"kind": "job", "job": str(new.id), "asset": home.battery, "sensor": home.sensor}
    assert [each for each in heard if each["job"] == str(new.id)] == [
        place | {"state": "QUEUED"},
        place | {"state": "STARTED"},
        place | {"state": "STARTED", "fraction": 0.5, "text": "halfway"},
        place | {"state": "FINISHED"},
    ]
    assert [each["state"] for each in heard if each["job"] != str(new.id)] == ["DEFERRED", "QUEUED"]


def test_the_end_of_a_failed_job_is_told_of_those_that_wait_for_it_too(home: Home, database: Database) -> None:
    queue, new = home.api.services.jobs, new_job(home)
    with database.write() as connection:
        queue.enqueue(connection, new, now=NOW)
        waiting = queue.enqueue(connection, new_job(home, depends_on=new.id), now=NOW)
        queue.enqueue(connection, new_job(home, queue="other"), now=NOW)
    job = queue.claim("w", ["scheduling"], now=NOW)
    assert job is not None

    def fail(attempt: Attempt, **more: Any) -> None:
        queue.fail(attempt, JobFailure("ValueError", "It broke."), now=NOW, **more)

    heard = home.hears(home.owner, lambda: fail(job.attempt, retry_at=NOW))
    assert [(each["job"], each["state"]) for each in heard] == [(str(new.id), "QUEUED")]

    again = queue.claim("w", ["scheduling"], now=NOW)
    assert again is not None
    heard = home.hears(home.owner, lambda: fail(again.attempt))
    assert [(each["job"], each["state"]) for each in heard] == [(str(new.id), "FAILED"), (str(waiting.id), "FAILED")]


@on_sqlite
def test_a_job_that_concerns_nothing_is_not_told(home: Home, database: Database) -> None:
    def enqueue() -> None:
        with database.write() as connection:
            home.api.services.jobs.enqueue(connection, new_job(home, entity=None), now=NOW)

    assert home.hears(home.admin, enqueue) == []


@on_sqlite
def test_what_is_elsewhere_is_not_told(home: Home, database: Database) -> None:
    with database.write() as connection:
        other = make_asset(connection, account_id=home.account)
        meter = make_sensor(connection, generic_asset_id=other)
        job = home.api.services.jobs.enqueue(connection, new_job(home), now=NOW)

    for query in ({"asset": other}, {"sensor": meter}, {"job": str(job.id)}):
        assert home.hears(home.owner, home.post_values, **query) == []
    for query in ({"asset": home.site}, {"asset": home.battery}, {"sensor": home.sensor}):
        assert len(home.hears(home.owner, home.post_values, **query)) == 1


@on_sqlite
def test_strangers_hear_nothing_and_admins_all(home: Home) -> None:
    assert home.hears(home.stranger, home.post_values) == []
    assert len(home.hears(home.admin, home.post_values)) == 1


@on_sqlite
def test_everybody_hears_of_public_things(home: Home, database: Database) -> None:
    with database.write() as connection:
        market = make_asset(connection, account_id=None)

    heard = home.hears(
        home.stranger, lambda: home.api.patch(f"/assets/{market}", user=home.admin, json={"latitude": 1})
    )

    assert heard == [{"kind": "asset", "asset": market, "done": "updated"}]


@on_sqlite
def test_a_position_from_long_ago_says_that_something_was_missed(home: Home) -> None:
    answer = home.api.get(EVENTS, user=home.owner, params={"after": "12345"}).json()

    assert answer == {
        "position": home.api.get(EVENTS, user=home.owner).json()["position"],
        "missed": True,
        "events": [],
    }


@on_sqlite
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"after": "yesterday"}, 422),
        ({"asset": "a"}, 422),
        ({"since": "1"}, 422),
        ({"asset": 987_654}, 404),
        ({"sensor": 987_654}, 422),
        ({"job": str(uuid.uuid4())}, 404),
    ],
)
def test_what_cannot_be_watched_is_refused(home: Home, query: dict[str, Any], status: int) -> None:
    assert home.api.get(EVENTS, user=home.owner, params=query).status_code == status


@on_sqlite
def test_a_key_needs_the_scope_to_read(home: Home, database: Database) -> None:
    with database.write() as connection:
        key = make_api_key(connection, home.owner, Action.UPDATE)

    assert home.api.get(EVENTS, headers={"Authorization": key}).status_code == 403
    assert home.api.get(EVENTS).status_code == 401
