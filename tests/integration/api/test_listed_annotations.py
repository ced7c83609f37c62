"""Annotations one by one: what they are attached to, changing them, taking them off."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.annotations.tables import annotation
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database

NOTE = {"content": "Maintenance", "start": "2026-02-11T16:30:00+00:00", "end": "2026-02-11T18:00:00+00:00"}
WINDOW = {"start": "2026-02-11T17:00:00+00:00", "end": "2026-02-12T00:00:00+00:00"}


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "account": account,
            "asset": asset,
            "sensor": make_sensor(connection, generic_asset_id=asset),
            "ada": make_user(connection, username="ada", account_id=account),
            "admin": make_user(connection, username="ben", account_id=account, roles=("account-admin",)),
        }


def annotate(api: ApiClient, site: dict[str, int], kind: str, user: str = "ada", **changes: str) -> int:
    answer = api.post(f"/{kind}s/{site[kind]}/annotations", user=site[user], json=NOTE | changes)
    return int(answer.json()["id"])


def listed(api: ApiClient, site: dict[str, int], kind: str = "asset", user: str = "ada") -> list[dict[str, Any]]:
    answer = api.get(f"/api/v4/{kind}s/{site[kind]}/annotations", user=site[user], params=WINDOW)
    assert answer.status_code == 200
    return list(answer.json()["annotations"])


def test_those_of_the_account_are_listed_with_where_they_stand(api: ApiClient, site: dict[str, int]) -> None:
    own = annotate(api, site, "asset")
    of_account = annotate(api, site, "account", "admin", content="Holiday", type="holiday")
    annotate(api, site, "asset", start="2026-02-01T00:00:00+00:00", end="2026-02-02T00:00:00+00:00")

    found = listed(api, site)

    assert [(one["id"], one["subject"]["kind"], one["may_change"]) for one in found] == [
        (own, "assets", True),
        (of_account, "accounts", False),
    ]
    assert found[0] | NOTE == found[0]
    assert found[0]["source"]["name"] == "ada"


def test_a_changed_one_is_by_who_changed_it(api: ApiClient, site: dict[str, int]) -> None:
    before = annotate(api, site, "sensor")

    answer = api.patch(
        f"/api/v4/sensors/{site['sensor']}/annotations/{before}", user=site["admin"], json={"content": "Repair"}
    )

    assert answer.status_code == 200
    assert answer.json() | NOTE | {"content": "Repair"} == answer.json()
    assert [(one["content"], one["source"]["name"]) for one in listed(api, site, "sensor")] == [("Repair", "ben")]


def test_a_change_that_cannot_be_kept_leaves_all_as_it_was(api: ApiClient, site: dict[str, int]) -> None:
    before = annotate(api, site, "asset")

    answer = api.patch(
        f"/api/v4/assets/{site['asset']}/annotations/{before}", user=site["ada"], json={"end": NOTE["start"]}
    )

    assert (answer.status_code, list(answer.json()["message"]["json"])) == (422, ["end"])
    assert [one["id"] for one in listed(api, site)] == [before]


def test_taking_one_off_leaves_it_elsewhere(api: ApiClient, database: Database, site: dict[str, int]) -> None:
    one = annotate(api, site, "asset")
    assert annotate(api, site, "sensor") == one

    answer = api.delete(f"/api/v4/assets/{site['asset']}/annotations/{one}", user=site["ada"])

    assert answer.status_code == 204
    assert listed(api, site) == []
    assert [each["id"] for each in listed(api, site, "sensor")] == [one]

    api.delete(f"/api/v4/sensors/{site['sensor']}/annotations/{one}", user=site["ada"])

    with database.read() as connection:
        assert connection.execute(select(annotation)).first() is None
        events = connection.scalars(select(asset_audit_log.c.event).order_by(asset_audit_log.c.id)).all()
    assert events[-1].startswith(f"Removed annotation 'Maintenance': {one} from sensor ")


def test_what_is_not_attached_here_is_not_found(api: ApiClient, site: dict[str, int]) -> None:
    one = annotate(api, site, "sensor")

    for method in ("PATCH", "DELETE"):
        answer = api.request(
            method, f"/api/v4/assets/{site['asset']}/annotations/{one}", user=site["ada"], json={"content": "x"}
        )
        assert answer.status_code == 404
