"""The sites in a part of a map."""

from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_asset, make_user
from tests.statements import statements_by_size
from wattloom.accounts import get_user
from wattloom.db import Database
from wattloom.jobs import NewJob
from wattloom.sites import read_map_extent

MAP = "/api/v4/map"
WORLD = "-180,-90,180,90"
AMSTERDAM: dict[str, Any] = {"latitude": 52.37, "longitude": 4.9}
BERLIN: dict[str, Any] = {"latitude": 52.52, "longitude": 13.4}
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def account(database: Database) -> int:
    with database.write() as connection:
        return make_account(connection)


@pytest.fixture
def ada(database: Database, account: int) -> int:
    with database.write() as connection:
        return make_user(connection, account_id=account)


def seen(api: ApiClient, user: int, *, bbox: str = WORLD, zoom: int = 8, **query: Any) -> dict[str, Any]:
    response = api.get(MAP, user=user, params={"bbox": bbox, "zoom": zoom} | query)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_sites_come_with_state_and_power(api: ApiClient, database: Database, account: int, ada: int) -> None:
    with database.write() as connection:
        context = {"site-power-capacity": "0.5 MW"}
        site = make_asset(connection, name="Plant", account_id=account, flex_context=context, **BERLIN)
        job = NewJob(queue="scheduling", kind="test", args={}, entity=("asset", site))
        api.services.jobs.enqueue(connection, job, now=NOW)

    [found] = seen(api, ada)["sites"]

    assert (found["id"], found["name"], found["state"], found["power_kw"]) == (site, "Plant", "busy", 500)


def test_sites_close_together_are_one_until_zoomed_in(
    api: ApiClient, database: Database, account: int, ada: int
) -> None:
    with database.write() as connection:
        ids = [make_asset(connection, account_id=account, latitude=52 + n / 100, longitude=5) for n in range(3)]
        far = make_asset(connection, account_id=account, **BERLIN)

    overview, near = seen(api, ada, zoom=5), seen(api, ada, zoom=18)

    [cluster] = overview["clusters"]
    assert (cluster["n"], [one["id"] for one in cluster["members"]]) == (3, ids)
    assert cluster["bounds"] == [5, 52, 5, 52.02]
    assert [site["id"] for site in overview["sites"]] == [far]
    assert (len(near["sites"]), near["clusters"]) == (4, [])


@on_sqlite
def test_cluster_has_the_worst_state_and_names_ten(api: ApiClient, database: Database, account: int, ada: int) -> None:
    with database.write() as connection:
        ids = [make_asset(connection, account_id=account, **BERLIN) for _ in range(12)]
        for site in ids:
            job = NewJob(queue="scheduling", kind="test", args={}, entity=("asset", site))
            api.services.jobs.enqueue(connection, job, now=NOW)
        worst = make_asset(connection, account_id=account, **BERLIN)

    [cluster] = seen(api, ada)["clusters"]

    assert (cluster["n"], cluster["state"], len(cluster["members"])) == (13, "none", 10)
    assert cluster["members"][0]["id"] == worst


@on_sqlite
def test_only_sites_in_view_are_shown(api: ApiClient, database: Database, account: int, ada: int) -> None:
    with database.write() as connection:
        site = make_asset(connection, account_id=account, **AMSTERDAM)
        make_asset(connection, account_id=account, **BERLIN)
        make_asset(connection, account_id=account)

    assert [each["id"] for each in seen(api, ada, bbox="3,50,7,54")["sites"]] == [site]


@on_sqlite
def test_devices_stand_apart_only_elsewhere(api: ApiClient, database: Database, account: int, ada: int) -> None:
    with database.write() as connection:
        site = make_asset(connection, account_id=account, **AMSTERDAM)
        here = make_asset(connection, account_id=account, parent_asset_id=site, **AMSTERDAM)
        there = make_asset(connection, account_id=account, parent_asset_id=site, **BERLIN)

    assert [each["id"] for each in seen(api, ada)["sites"]] == [site, there]
    assert [each["id"] for each in seen(api, ada, root=here)["sites"]] == [here]


@on_sqlite
def test_sites_of_others_are_not_shown(api: ApiClient, database: Database, ada: int) -> None:
    with database.write() as connection:
        foreign = make_asset(connection, **BERLIN)

    assert seen(api, ada) == {"sites": [], "clusters": []}
    assert api.get(MAP, user=ada, params={"bbox": WORLD, "zoom": 3, "root": foreign}).status_code == 403


@on_sqlite
@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "5,52,4,53"},
        {"bbox": "5,52,6"},
        {"bbox": "nan,nan,nan,nan"},
        {"bbox": "a,b,c,d"},
        {"bbox": "-181,0,0,0"},
        {"zoom": 21},
        {"root": 99},
    ],
)
def test_what_is_no_part_of_a_map_is_refused(api: ApiClient, ada: int, query: dict[str, Any]) -> None:
    response = api.get(MAP, user=ada, params={"bbox": WORLD, "zoom": 3} | query)

    assert response.status_code == 422
    assert next(iter(query)) in response.text


def test_many_sites_take_as_many_statements_as_few(api: ApiClient, database: Database, account: int, ada: int) -> None:
    def grow(n: int) -> None:
        with database.write() as connection:
            for k in range(n):
                make_asset(connection, account_id=account, latitude=k % 2, longitude=(k // 2) % 90)

    counted = statements_by_size(database, grow, lambda: seen(api, ada, zoom=5))

    assert len(set(counted.values())) == 1


def test_extent_holds_all_sites_with_a_location(database: Database, account: int, ada: int) -> None:
    with database.write() as connection:
        user = get_user(connection, ada)
        nowhere = read_map_extent(connection, user)
        make_asset(connection, account_id=account)
        site = make_asset(connection, account_id=account, **AMSTERDAM)
        make_asset(connection, account_id=account, **BERLIN)

        assert nowhere is None
        assert read_map_extent(connection, user) == (4.9, 52.37, 13.4, 52.52)
        assert read_map_extent(connection, user, site) == (4.9, 52.37, 4.9, 52.37)
