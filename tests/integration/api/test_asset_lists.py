"""Listing assets, their sensors and their history."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_asset, make_sensor, make_user
from tests.statements import statements_by_size
from wattloom.accounts import AuditEvent
from wattloom.assets import get_asset, record_asset_audit
from wattloom.db import Database
from wattloom.jobs import NewJob


@dataclass(frozen=True)
class World:
    account: int
    member: int
    site: int
    battery: int
    car: int
    public: int
    foreign: int


@pytest.fixture
def world(database: Database) -> World:
    with database.write() as connection:
        account = make_account(connection, name="ACME corp")
        site = make_asset(connection, account_id=account, name="Site", kind="building")
        return World(
            account=account,
            member=make_user(connection, account_id=account),
            site=site,
            battery=make_asset(connection, account_id=account, name="battery", parent_asset_id=site),
            car=make_asset(connection, account_id=account, name="Car 100%", parent_asset_id=site, kind="two-way_evse"),
            public=make_asset(connection, account_id=None, name="grid", kind="building"),
            foreign=make_asset(connection, name="Foreign site"),
        )


def ids(api: ApiClient, world: World, query: str = "") -> list[int]:
    response = api.get(f"/assets?{query}", user=world.member)
    assert response.status_code == 200, response.text
    body: Any = response.json()
    return [asset["id"] for asset in (body["data"] if isinstance(body, dict) else body)]


def test_own_accounts_assets_are_listed_by_default(api: ApiClient, world: World) -> None:
    assert ids(api, world) == [world.site, world.battery, world.car]


def test_listed_assets_look_like_single_ones(api: ApiClient, world: World, database: Database) -> None:
    with database.write() as connection:
        make_sensor(connection, generic_asset_id=world.site, name="power")

    listed = api.get("/assets", user=world.member).json()[0]

    assert listed | {"status": 200} == api.get(f"/assets/{world.site}", user=world.member).json()
    assert [child["name"] for child in listed["child_assets"]] == ["battery", "Car 100%"]
    assert [sensor["name"] for sensor in listed["sensors"]] == ["power"]


def test_scopes(api: ApiClient, world: World) -> None:
    own = [world.site, world.battery, world.car]

    assert ids(api, world, "all_accessible=True") == [*own, world.public]
    assert ids(api, world, "include_public=true") == [*own, world.public]
    assert ids(api, world, "all_accessible=False&include_public=False") == own
    assert ids(api, world, f"account_id={world.account}") == ids(api, world, f"account={world.account}") == own


def test_foreign_and_unknown_accounts(api: ApiClient, world: World, database: Database) -> None:
    with database.write() as connection:
        foreign = make_account(connection)

    assert api.get(f"/assets?account_id={foreign}", user=world.member).status_code == 403
    assert api.get("/assets?account_id=987", user=world.member).json()["status"] == 404


def test_subtree_and_depth(api: ApiClient, world: World) -> None:
    assert ids(api, world, f"root={world.site}") == [world.site, world.battery, world.car]
    assert ids(api, world, f"root={world.site}&depth=0") == [world.site]
    assert ids(api, world, f"root={world.battery}") == [world.battery]
    assert ids(api, world, "depth=0") == [world.site]
    assert ids(api, world, f"root={world.foreign}") == []


def test_type(api: ApiClient, world: World) -> None:
    assert ids(api, world, "asset_type=4") == [world.car]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=one", "page"),
        ("per_page=0", "per-page"),
        ("per-page=x", "per-page"),
        ("sort_by=colour&sort_dir=asc", "sort-by"),
        ("sort_by=name&sort_dir=up", "sort-dir"),
        ("fields=id|nonsense", "fields"),
        ("root=987", "root"),
        ("asset_type=987", "asset_type"),
        ("depth=-1", "depth"),
        ("all_accessible=perhaps", "all_accessible"),
        ("account_id=x", "account"),
        ('filter="open', "filter"),
        ("filter=" + "+".join("a" * 21), "filter"),
    ],
)
def test_wrong_parameters_are_named(api: ApiClient, world: World, query: str, field: str) -> None:
    response = api.get(f"/assets?{query}", user=world.member)

    assert response.status_code == 422
    assert response.json()["message"]["query"].keys() == {field}


def test_unknown_parameters_are_ignored(api: ApiClient, world: World) -> None:
    assert len(ids(api, world, "nonsense=1")) == 3


def test_page_counts_before_and_after_searching(api: ApiClient, world: World) -> None:
    query = "page=1&per_page=1&filter=a&sort_by=name&sort_dir=asc"

    page = api.get(f"/assets?{query}", user=world.member).json()

    assert {name: page[name] for name in page.keys() - {"data"}} == {
        "num-records": 3,
        "filtered-records": 3,
        "status": 200,
    }
    assert [asset["name"] for asset in page["data"]] == ["battery"]


def test_page_beyond_the_end_is_unknown_and_an_empty_first_page_is_not(api: ApiClient, world: World) -> None:
    assert api.get("/assets?page=2", user=world.member).status_code == 404
    empty = api.get("/assets?page=1&filter=nothing", user=world.member).json()
    assert (empty["data"], empty["num-records"], empty["filtered-records"]) == ([], 3, 0)


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("BATT", {"battery"}),
        ('battery "acme corp"', {"battery"}),
        ("battery site", set()),
        ("acme", {"Site", "battery", "Car 100%"}),
        ("0%", {"Car 100%"}),
        ("_", set()),
    ],
)
def test_each_term_occurs_in_the_name_of_asset_or_account(
    api: ApiClient, world: World, terms: str, found: set[str]
) -> None:
    response = api.get("/assets", params={"filter": terms}, user=world.member)

    assert {asset["name"] for asset in response.json()} == found


def test_terms_find_ids_by_their_beginning(api: ApiClient, world: World) -> None:
    assert world.battery in ids(api, world, f"filter={world.battery}")
    assert ids(api, world, f"filter=0{world.battery}") == []


def test_sorting_needs_both_parameters(api: ApiClient, world: World) -> None:
    by_name = [world.car, world.battery]

    assert ids(api, world, "sort_by=name&sort_dir=desc") == [world.site, *by_name]
    assert ids(api, world, "sort-by=name&sort-dir=asc") == [*reversed(by_name), world.site]
    assert ids(api, world, "sort_by=name") == [world.site, world.battery, world.car]
    assert ids(api, world, "sort_by=owner&sort_dir=desc&all_accessible=1")[-1:] != []


def test_canonical_parameter_wins(api: ApiClient, world: World) -> None:
    assert len(ids(api, world, "page=1&per-page=1&per_page=3")) == 1


def test_chosen_fields(api: ApiClient, world: World) -> None:
    response = api.get("/assets?fields=id|name|flex_model", user=world.member)

    assert response.json()[1] == {"id": world.battery, "name": "battery", "flex_model": "{}"}


def test_public_assets(api: ApiClient, world: World) -> None:
    response = api.get("/assets/public?fields=id|owner", user=world.member)

    assert response.json() == [{"id": world.public, "owner": None}]


def test_types_come_in_the_order_that_clients_expect(api: ApiClient, world: World) -> None:
    types = api.get("/assets/types", user=world.member).json()

    assert types[0] == {"id": 1, "name": "solar", "description": "solar panel(s)"}
    assert [kind["id"] for kind in types] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_lists_take_as_many_statements_for_many_rows(api: ApiClient, world: World, database: Database) -> None:
    lists = (
        "/assets",
        "/assets?page=1&per_page=100&filter=a&sort_by=owner&sort_dir=asc",
        "/assets?all_accessible=1&include_public=1",
        f"/assets?root={world.site}&depth=1&fields=id|sensors",
        "/assets/public",
        f"/assets/{world.site}",
        f"/assets/{world.site}/sensors",
        f"/assets/{world.site}/sensors?page=1&filter=s",
        f"/assets/{world.site}/auditlog",
        f"/assets/{world.site}/jobs",
        "/sensors?include_public_assets=1",
        f"/sensors?asset={world.site}&page=1&filter=s",
    )

    def grow(n: int) -> None:
        with database.write() as connection:
            site = get_asset(connection, world.site)
            for _ in range(n):
                for account_id, parent_id in ((world.account, world.site), (None, None)):
                    child = make_asset(connection, account_id=account_id, parent_asset_id=parent_id)
                    make_sensor(connection, generic_asset_id=child)
                sensor = make_sensor(connection, generic_asset_id=world.site)
                record_asset_audit(connection, site.id, AuditEvent("Something", "asset.tested"), by=None, now=NOW)
                job = NewJob("scheduling", "of a test", {}, entity=("sensor", sensor))
                api.services.jobs.enqueue(connection, job, now=NOW)

    def ask() -> None:
        for path in lists:
            assert api.get(path, user=world.member).status_code == 200, path

    counts = statements_by_size(database, grow, ask)

    assert counts[2] == counts[20] == counts[200] <= 8 * len(lists)


def test_sensors_come_in_one_form_with_and_without_a_page(api: ApiClient, world: World, database: Database) -> None:
    with database.write() as connection:
        for number in range(12):
            make_sensor(connection, generic_asset_id=world.site, name=f"s{number:02}")
    path = f"/assets/{world.site}/sensors"

    everything = api.get(path, user=world.member).json()
    page = api.get(f"{path}?page=2&sort_by=name&sort_dir=desc", user=world.member).json()

    assert (len(everything["data"]), everything["num-records"], everything["filtered-records"]) == (12, 12, 12)
    assert [sensor["name"] for sensor in page["data"]] == ["s01", "s00"]
    assert everything["data"][0]["generic_asset_id"] == world.site
    assert everything["status"] == page["status"] == 200


def test_sensors_are_sorted_by_length_and_found_by_any_term(api: ApiClient, world: World, database: Database) -> None:
    with database.write() as connection:
        for name, resolution in (("day", "P1D"), ("now", "P0D"), ("hour", "PT1H")):
            make_sensor(connection, generic_asset_id=world.site, name=name, event_resolution=resolution)
    path = f"/assets/{world.site}/sensors"

    by_length = api.get(f"{path}?sort_by=resolution", user=world.member).json()
    found = api.get(f"{path}?filter=DAY hour", user=world.member).json()

    assert [sensor["name"] for sensor in by_length["data"]] == ["now", "hour", "day"]
    assert ({sensor["name"] for sensor in found["data"]}, found["num-records"]) == ({"day", "hour"}, 3)


def test_history_is_always_paged_newest_first(api: ApiClient, world: World) -> None:
    for number in range(12):
        api.services.clock.advance(seconds=1)
        api.patch(f"/assets/{world.site}", user=world.member, json={"description": f"text {number}"})
    path = f"/assets/{world.site}/auditlog"

    first = api.get(path, user=world.member).json()
    oldest = api.get(f"{path}?page=1&per_page=1&sort_by=event_datetime&sort_dir=asc", user=world.member).json()
    found = api.get(f"{path}?filter='text 11'", user=world.member).json()

    assert len(first["data"]) == 10
    assert {name: first[name] for name in first.keys() - {"data", "status"}} == {
        "num-records": 12,
        "filtered-records": 12,
        "num_records": 12,
        "filtered_records": 12,
    }
    assert first["data"][0]["event"] == "Updated: description, From: text 10, To: text 11"
    assert first["data"][0]["event_datetime"] == "2026-03-01T12:00:12"
    assert first["data"][0]["active_user_id"] == world.member
    assert oldest["data"][0]["event"].endswith("To: text 0")
    assert found["filtered-records"] == 12


def test_children_of_others_stay_hidden(api: ApiClient, world: World, database: Database) -> None:
    with database.write() as connection:
        foreign = make_asset(connection, name="foreign", parent_asset_id=world.site)
        admin = make_user(connection, roles=("admin",))

    seen, by_admin = (
        {child["id"] for child in api.get(f"/assets/{world.site}", user=user).json()["child_assets"]}
        for user in (world.member, admin)
    )

    assert by_admin - seen == {foreign}
