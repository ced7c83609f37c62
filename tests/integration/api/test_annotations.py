"""Remarks on accounts, assets and sensors: kept once, and recorded."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_account, make_asset, make_sensor, make_user
from wattloom.accounts import get_user
from wattloom.accounts.tables import audit_log
from wattloom.annotations import NewAnnotation, annotate, asset_subject
from wattloom.annotations.tables import annotation, annotations_assets, annotations_sensors
from wattloom.assets import get_asset
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database
from wattloom.timeseries import get_source

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NOTE = {"content": "Maintenance", "start": "2026-02-11T17:30:00+01:00", "end": "2026-02-11T19:00:00+01:00"}


@pytest.fixture
def dockside(database: Database) -> int:
    with database.write() as connection:
        return make_account(connection, name="Dockside")


@pytest.fixture
def ada(database: Database, dockside: int) -> int:
    with database.write() as connection:
        return make_user(connection, username="ada", account_id=dockside, roles=("account-admin",))


@pytest.fixture
def battery(database: Database, dockside: int) -> int:
    with database.write() as connection:
        return make_asset(connection, account_id=dockside, name="battery")


@pytest.fixture
def power(database: Database, battery: int) -> int:
    with database.write() as connection:
        return make_sensor(connection, generic_asset_id=battery, name="power")


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_new_remark_is_answered_as_it_was_sent(api: ApiClient, database: Database, ada: int, battery: int) -> None:
    response = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE)

    body = response.json()
    assert response.status_code == 201
    assert body == {"id": body["id"], **NOTE, "type": "label", "prior": None, "source": body["source"]}
    with database.read() as connection:
        author = get_source(connection, body["source"])
    assert (author.name, author.type, author.user_id) == ("ada", "user", ada)


def test_the_same_remark_is_kept_once(api: ApiClient, database: Database, ada: int, battery: int) -> None:
    first = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE).json()
    in_utc = {"start": "2026-02-11T16:30:00Z", "end": "2026-02-11T18:00:00Z"}

    again = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE | in_utc)

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert (count(database, annotation), count(database, annotations_assets)) == (1, 1)
    assert count(database, asset_audit_log) == 1


def test_a_remark_that_is_kept_is_attached_to_further_things(
    api: ApiClient, database: Database, ada: int, battery: int, power: int
) -> None:
    first = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE).json()

    again = api.post(f"/sensors/{power}/annotations", user=ada, json=NOTE)

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert (count(database, annotation), count(database, annotations_sensors)) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"end": "2026-02-11T20:00:00+01:00"},
        {"start": "2026-02-11T17:00:00+01:00"},
        {"content": "maintenance"},
        {"type": "alert"},
    ],
)
def test_another_remark_of_equal_belief_time_is_another_remark(
    api: ApiClient, ada: int, battery: int, other: dict[str, str]
) -> None:
    note = NOTE | {"prior": "2026-02-11T12:00:00+01:00"}
    first = api.post(f"/assets/{battery}/annotations", user=ada, json=note).json()

    second = api.post(f"/assets/{battery}/annotations", user=ada, json=note | other)

    assert second.status_code == 201
    assert second.json()["id"] != first["id"]


def test_another_author_makes_another_remark(
    api: ApiClient, database: Database, ada: int, dockside: int, battery: int
) -> None:
    with database.write() as connection:
        bob = make_user(connection, account_id=dockside)
    first = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE).json()

    second = api.post(f"/assets/{battery}/annotations", user=bob, json=NOTE)

    assert second.status_code == 201
    assert second.json()["source"] != first["source"]


def test_what_is_kept_keeps_its_belief_time(api: ApiClient, ada: int, battery: int) -> None:
    prior = "2026-02-11T12:00:00+01:00"
    first = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE | {"prior": prior}).json()

    again = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE).json()

    assert (first["prior"], again["prior"]) == (prior, prior)


def test_the_longest_remark_in_any_script_is_kept(api: ApiClient, ada: int, battery: int) -> None:
    # Characters of four bytes that do not repeat, so that no index could compress them.
    content = "".join(chr(0x1F300 + n * 7919 % 1500) for n in range(1024))

    response = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE | {"content": content})

    assert (response.status_code, response.json()["content"]) == (201, content)


@on_sqlite
@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"end": NOTE["start"]}, "end", "The end must be later than the start."),
        ({"end": "2026-02-11T17:00:00+01:00"}, "end", "The end must be later than the start."),
        ({"start": "2026-02-11T17:30:00"}, "start", "Not a valid aware datetime. Add an offset, for example +01:00."),
        ({"prior": "yesterday"}, "prior", "Not a valid datetime."),
        ({"content": " \n"}, "content", "An annotation has 1 to 1024 characters, not only blanks."),
        ({"content": "x" * 1025}, "content", "Longer than maximum length 1024."),
        ({"content": 7}, "content", "Not a valid string."),
        (
            {"type": "joke"},
            "type",
            "Must be one of: 'alert', 'holiday', 'label', 'feedback', 'warning' or 'error'.",
        ),
        ({"zzz": 1}, "zzz", "Unknown field."),
    ],
)
def test_a_wrong_field_is_named_and_nothing_kept(  # noqa: PLR0913, PLR0917 - fixtures and cases
    api: ApiClient, database: Database, ada: int, battery: int, wrong: dict[str, Any], field: str, problem: str
) -> None:
    response = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE | wrong)

    assert (response.status_code, response.json()["status"]) == (422, "UNPROCESSABLE_ENTITY")
    assert response.json()["message"]["json"][field] == [problem]
    assert count(database, annotation) == 0


@on_sqlite
@pytest.mark.parametrize("missing", ["content", "start", "end"])
def test_what_is_required_must_be_there(api: ApiClient, ada: int, battery: int, missing: str) -> None:
    body = {name: value for name, value in NOTE.items() if name != missing}

    response = api.post(f"/assets/{battery}/annotations", user=ada, json=body)

    assert response.status_code == 422
    assert response.json()["message"] == {"json": {missing: ["Missing data for required field."]}}


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("assets", 422, {"path": {"id": ["No asset found with ID 999."]}}),
        ("sensors", 422, {"path": {"id": ["No sensor found with ID 999."]}}),
        ("accounts", 404, "No account found with ID 999."),
    ],
)
def test_unknown_things_cannot_be_annotated(api: ApiClient, ada: int, kind: str, status: int, message: object) -> None:
    response = api.post(f"/{kind}/999/annotations", user=ada, json=NOTE)

    assert (response.status_code, response.json()["message"]) == (status, message)


def test_the_history_tells_of_remarks(
    api: ApiClient, database: Database, ada: int, dockside: int, battery: int, power: int
) -> None:
    kept = api.post(f"/accounts/{dockside}/annotations", user=ada, json=NOTE).json()["id"]
    api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE)
    api.post(f"/sensors/{power}/annotations", user=ada, json=NOTE)

    added = f"Added annotation 'Maintenance': {kept} to"
    times = {"type": "label", "start": "2026-02-11T16:30:00+00:00", "end": "2026-02-11T18:00:00+00:00"}
    with database.read() as connection:
        log, affected = asset_audit_log.c, asset_audit_log.c.affected_asset_id
        of_assets = select(log.event, log.action, log.details, affected, log.active_user_id).order_by(log.id)
        assert connection.execute(of_assets).all() == [
            (
                f"{added} asset 'battery': {battery}",
                "annotation.added",
                {"annotation": kept, "asset": battery, **times},
                battery,
                ada,
            ),
            (
                f"{added} sensor 'power': {power}",
                "annotation.added",
                {"annotation": kept, "sensor": power, **times},
                battery,
                ada,
            ),
        ]
        of_accounts = select(audit_log.c.event, audit_log.c.affected_account_id).where(
            audit_log.c.action == "annotation.added"
        )
        assert connection.execute(of_accounts).all() == [(f"{added} account 'Dockside': {dockside}", dockside)]


def test_remarks_posted_at_once_are_kept_once(database: Database, ada: int, battery: int) -> None:
    services = make_services(database)
    with database.read() as connection:
        author, subject = get_user(connection, ada), asset_subject(get_asset(connection, battery))
    new = NewAnnotation("Maintenance", NOW, NOW.replace(hour=20))

    def post(_: int) -> bool:
        with services.database.write() as connection:
            return annotate(connection, subject, new, author=author, by=author, now=NOW)[1]

    with ThreadPoolExecutor(8) as clients:
        made = list(clients.map(post, range(16)))

    assert made.count(True) == 1
    assert (count(database, annotation), count(database, annotations_assets)) == (1, 1)


def test_twins_from_elsewhere_do_no_harm(api: ApiClient, database: Database, ada: int, battery: int) -> None:
    kept = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE).json()["id"]
    with database.write() as connection:
        row = connection.execute(select(annotation)).one()._asdict()
        connection.execute(insert(annotation).values(row | {"id": kept + 1, "belief_time": NOW}))

    again = api.post(f"/assets/{battery}/annotations", user=ada, json=NOTE)

    assert (again.status_code, again.json()["id"]) == (200, kept)


def test_a_remark_goes_with_the_last_thing_that_it_is_attached_to(
    api: ApiClient, database: Database, ada: int, battery: int, power: int
) -> None:
    for path in (f"/assets/{battery}", f"/sensors/{power}"):
        api.post(f"{path}/annotations", user=ada, json=NOTE)

    remaining = []
    for path in (f"/sensors/{power}", f"/assets/{battery}"):
        assert api.delete(path, user=ada).status_code == 204
        remaining.append(count(database, annotation))

    assert remaining == [1, 0]


def test_an_asset_takes_the_remarks_on_its_sensors_along(
    api: ApiClient, database: Database, ada: int, battery: int, power: int
) -> None:
    api.post(f"/sensors/{power}/annotations", user=ada, json=NOTE)

    assert api.delete(f"/assets/{battery}", user=ada).status_code == 204

    assert count(database, annotation) == 0
