"""Creating, reading, changing and deleting assets."""

import json
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.accounts import get_user
from wattloom.db import Database

BATTERY, BUILDING = 5, 6


@pytest.fixture
def account(database: Database) -> int:
    with database.write() as connection:
        return make_account(connection, name="Dockside")


@pytest.fixture
def ada(database: Database, account: int) -> int:
    """An account-admin of the account."""
    with database.write() as connection:
        return make_user(connection, username="ada", account_id=account, roles=("account-admin",))


@pytest.fixture
def admin(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, roles=("admin",))


@pytest.fixture
def site(database: Database, account: int) -> int:
    with database.write() as connection:
        return make_asset(connection, name="site", account_id=account, kind="building")


def events(api: ApiClient, asset_id: int, user: int) -> list[str]:
    page = api.get(f"/assets/{asset_id}/auditlog?per_page=100", user=user).json()["data"]
    return [record["event"] for record in reversed(page)]


def message(response: Any) -> Any:
    assert response.status_code == 422, response.text
    return response.json()["message"]


def test_created_asset_has_all_fields(api: ApiClient, ada: int, account: int) -> None:
    body = {"name": " Heat pump ", "generic_asset_type_id": BATTERY, "account_id": account, "latitude": 40}

    response = api.post("/assets", user=ada, json=body)

    assert response.status_code == 201
    created = response.json()
    assert created == {
        "id": created["id"],
        "name": "Heat pump",
        "description": None,
        "account_id": account,
        "owner": {"id": account, "name": "Dockside"},
        "latitude": 40.0,
        "longitude": None,
        "generic_asset_type_id": BATTERY,
        "generic_asset_type": {"id": BATTERY, "name": "battery"},
        "attributes": "{}",
        "parent_asset_id": None,
        "child_assets": [],
        "sensors": [],
        "sensors_to_show": "[]",
        "flex_context": "{}",
        "flex_model": "{}",
        "sensors_to_show_as_kpis": "[]",
        "external_id": None,
    }
    assert api.get(f"/assets/{created['id']}", user=ada).json() == created | {"status": 200}
    assert events(api, created["id"], ada) == [f"Created asset 'Heat pump': {created['id']}"]


def test_json_columns_come_as_text_or_as_json_and_leave_as_text(api: ApiClient, ada: int, account: int) -> None:
    body = {
        "name": "full",
        "generic_asset_type_id": BATTERY,
        "account_id": account,
        "external_id": "",
        "attributes": '{"a": [1, {"b": null}]}',
        "flex_model": {"soc-max": "100 kWh"},
        "flex_context": '{"site-power-capacity": "100 kVA"}',
    }

    created = api.post("/assets", user=ada, json=body).json()

    assert json.loads(created["attributes"]) == {"a": [1, {"b": None}]}
    assert json.loads(created["flex_model"]) == {"soc-max": "100 kWh"}
    assert json.loads(created["flex_context"]) == {"site-power-capacity": "100 kVA"}
    assert created["external_id"] is None


def test_child_without_account_belongs_to_its_parents_account(
    api: ApiClient, ada: int, account: int, site: int
) -> None:
    body = {"name": "battery", "generic_asset_type_id": BATTERY, "parent_asset_id": site}

    child = api.post("/assets", user=ada, json=body).json()

    assert (child["account_id"], child["parent_asset_id"]) == (account, site)
    assert api.get(f"/assets/{site}", user=ada).json()["child_assets"] == [
        {
            "id": child["id"],
            "name": "battery",
            "account_id": account,
            "generic_asset_type": {"id": BATTERY, "name": "battery"},
        }
    ]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": None}, {"name"}),
        ({"name": 7}, {"name"}),
        ({"name": "  "}, {"name"}),
        ({"name": "x" * 81}, {"name"}),
        ({"generic_asset_type_id": 987}, {"generic_asset_type_id"}),
        ({"generic_asset_type_id": 10**30}, {"generic_asset_type_id"}),
        ({"generic_asset_type_id": "battery"}, {"generic_asset_type_id"}),
        ({"parent_asset_id": 987}, {"parent_asset_id"}),
        ({"account_id": 987, "parent_asset_id": 987}, {"account_id", "parent_asset_id"}),
        ({"latitude": 90.1, "longitude": -180.1}, {"latitude", "longitude"}),
        ({"latitude": "north"}, {"latitude"}),
        ({"latitude": 1.123456789}, {"latitude"}),
        ({"external_id": "x" * 81}, {"external_id"}),
        ({"attributes": "no json"}, {"attributes"}),
        ({"attributes": "[]"}, {"attributes"}),
        ({"attributes": None}, {"attributes"}),
        ({"attributes": '{"a": "\\u0000"}'}, {"attributes"}),
        ({"attributes": "[" * 40 + "]" * 40}, {"attributes"}),
        ({"attributes": {"sensors_to_show": ["x"]}}, {"attributes"}),
        ({"sensors_to_show": {}}, {"sensors_to_show"}),
        ({"sensors_to_show": [987]}, {"sensors_to_show"}),
        ({"sensors_to_show_as_kpis": [{"title": "t", "sensor": 987}]}, {"sensors_to_show_as_kpis"}),
        ({"flex_context": {"nonsense": 1}}, {"nonsense"}),
        ({"flex_model": {"soc-max": "5 kW"}}, {"soc-max"}),
        ({"nonsense": 1}, {"nonsense"}),
        ({"id": 7}, {"id"}),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_stored(
    api: ApiClient, admin: int, account: int, change: dict[str, Any], fields: set[str]
) -> None:
    body = {"name": "new", "generic_asset_type_id": BATTERY, "account_id": account} | change

    assert message(api.post("/assets", user=admin, json=body))["json"].keys() == fields
    assert api.get("/assets?all_accessible=true", user=admin).json() == []


def test_missing_fields_are_named(api: ApiClient, admin: int) -> None:
    assert message(api.post("/assets", user=admin, json={})) == {
        "json": {
            "name": ["Missing data for required field."],
            "generic_asset_type_id": ["Missing data for required field."],
        }
    }


def test_names_are_unique_among_siblings_only(api: ApiClient, admin: int, account: int, site: int) -> None:
    body = {"name": "site", "generic_asset_type_id": BUILDING}

    assert message(api.post("/assets", user=admin, json=body | {"account_id": account}))["json"].keys() == {"name"}
    assert api.post("/assets", user=admin, json=body | {"parent_asset_id": site}).status_code == 201
    assert message(api.post("/assets", user=admin, json=body | {"parent_asset_id": site}))["json"].keys() == {"name"}
    assert api.post("/assets", user=admin, json=body).status_code == 201
    assert message(api.post("/assets", user=admin, json=body))["json"].keys() == {"name"}


def test_external_ids_are_unique_in_the_account(api: ApiClient, admin: int, account: int, site: int) -> None:
    api.patch(f"/assets/{site}", user=admin, json={"external_id": "x-1"})
    body = {"name": "other", "generic_asset_type_id": BUILDING, "external_id": "x-1"}

    assert message(api.post("/assets", user=admin, json=body | {"account_id": account}))["json"].keys() == {
        "external_id"
    }
    assert api.post("/assets", user=admin, json=body).status_code == 201


def test_asset_of_a_foreign_account_is_a_wrong_field(api: ApiClient, ada: int, database: Database) -> None:
    with database.write() as connection:
        foreign = make_account(connection)
    body = {"name": "x", "generic_asset_type_id": BATTERY, "account_id": foreign}

    assert message(api.post("/assets", user=ada, json=body))["json"].keys() == {"account_id"}


def test_public_asset_needs_an_admin(api: ApiClient, ada: int, admin: int) -> None:
    body = {"name": "grid", "generic_asset_type_id": BUILDING}

    assert api.post("/assets", user=ada, json=body).status_code == 403
    created = api.post("/assets", user=admin, json=body).json()
    assert (created["account_id"], created["owner"]) == (None, None)


def test_patch_changes_what_is_sent_and_audits_each_field(api: ApiClient, ada: int, site: int) -> None:
    before = api.get(f"/assets/{site}", user=ada).json()
    api.patch(f"/assets/{site}", user=ada, json={"attributes": {"a": 1, "gone": 2}})

    changes = {"name": "renamed", "latitude": 11.1, "attributes": '{"a": 3, "b": [1]}', "longitude": None}
    response = api.patch(f"/assets/{site}", user=ada, json=changes)

    assert response.status_code == 200
    assert response.json() == before | {"name": "renamed", "latitude": 11.1, "attributes": '{"a":3,"b":[1]}'}
    assert events(api, site, ada) == [
        "Updated Attr: a, From: None, To: 1",
        "Updated Attr: gone, From: None, To: 2",
        "Updated: name, From: site, To: renamed",
        "Updated: latitude, From: None, To: 11.1",
        "Updated Attr: a, From: 1, To: 3",
        "Updated Attr: b, From: None, To: [1]",
    ]


def test_patch_of_flex_config_and_graphs_is_described(api: ApiClient, ada: int, site: int, database: Database) -> None:
    with database.write() as connection:
        price = make_sensor(connection, generic_asset_id=site, name="price", unit="EUR/MWh")
    context = {"consumption-price": {"sensor": price}, "site-power-capacity": "100 kVA"}

    api.patch(f"/assets/{site}", user=ada, json={"flex_context": context})
    api.patch(f"/assets/{site}", user=ada, json={"flex_context": {"site-power-capacity": "90 kVA"}})
    api.patch(f"/assets/{site}", user=ada, json={"sensors_to_show": [{"title": "Prices", "sensor": price}]})

    assert events(api, site, ada) == [
        f"""Updated flex_context:
1. Added consumption-price: {{'sensor': {price}}}
2. Added site-power-capacity: 100 kVA""",
        f"""Updated flex_context:
1. Removed consumption-price (was: {{'sensor': {price}}})
2. Changed site-power-capacity: 100 kVA → 90 kVA""",
        f"""Updated sensors_to_show:
1. Added graph 1: "Prices" (sensors [{price}])""",
    ]


@pytest.mark.parametrize("field", ["id", "account_id", "nonsense"])
def test_patch_refuses_what_cannot_change(api: ApiClient, ada: int, site: int, field: str) -> None:
    assert message(api.patch(f"/assets/{site}", user=ada, json={field: 5})) == {"json": {field: ["Unknown field."]}}


def test_patch_without_fields_is_refused_as_a_whole(api: ApiClient, ada: int, site: int) -> None:
    assert message(api.patch(f"/assets/{site}", user=ada, json={})) == {"json": "No fields to update."}


def test_asset_cannot_be_below_itself(api: ApiClient, ada: int, site: int, account: int, database: Database) -> None:
    with database.write() as connection:
        child = make_asset(connection, account_id=account, parent_asset_id=site)

    for parent in (site, child):
        response = api.patch(f"/assets/{site}", user=ada, json={"parent_asset_id": parent})
        assert message(response)["json"].keys() == {"parent_asset_id"}


def test_asset_cannot_move_below_another_accounts(api: ApiClient, admin: int, site: int, database: Database) -> None:
    with database.write() as connection:
        foreign = make_asset(connection)

    response = api.patch(f"/assets/{site}", user=admin, json={"parent_asset_id": foreign})

    assert message(response)["json"].keys() == {"parent_asset_id"}


def test_deleted_asset_is_gone_with_all_below(
    api: ApiClient, ada: int, site: int, account: int, database: Database
) -> None:
    with database.write() as connection:
        child = make_asset(connection, account_id=account, parent_asset_id=site)
        make_sensor(connection, generic_asset_id=child)

    response = api.delete(f"/assets/{site}", user=ada)

    assert (response.status_code, response.content) == (204, b"")
    assert [api.get(f"/assets/{asset_id}", user=ada).status_code for asset_id in (site, child)] == [404, 404]
    assert api.delete(f"/assets/{site}", user=ada).json() == {
        "message": f"No asset found with ID {site}.",
        "status": 404,
    }


def test_deleting_prunes_references_in_other_assets(
    api: ApiClient, ada: int, site: int, account: int, database: Database
) -> None:
    with database.write() as connection:
        child = make_asset(connection, account_id=account, parent_asset_id=site, name="meter")
        price = make_sensor(connection, generic_asset_id=child, name="price", unit="EUR/MWh")
        other = make_asset(connection, account_id=account)
        own = make_sensor(connection, generic_asset_id=other, unit="EUR/MWh")
    graphs = [price, [price, own], {"title": "a", "plots": [{"sensor": price}]}, {"title": "b", "sensors": [own]}]
    context = {"consumption-price": {"sensor": price}, "production-price": {"sensor": own}}
    changes = {"sensors_to_show": graphs, "flex_context": context}
    assert api.patch(f"/assets/{other}", user=ada, json=changes).status_code == 200

    api.delete(f"/assets/{site}", user=ada)

    left = api.get(f"/assets/{other}", user=ada).json()
    assert json.loads(left["sensors_to_show"]) == [[own], {"title": "b", "sensors": [own]}]
    assert json.loads(left["flex_context"]) == {"production-price": {"sensor": own}}
    assert events(api, other, ada)[2:] == [
        f"Removed sensor reference 'price': {price} from flex-context (because sensor has been deleted).",
        f"Removed sensor reference 'price': {price} from sensors-to-show (because sensor has been deleted).",
    ]


def test_numbers_of_any_size_come_back(api: ApiClient, ada: int, site: int) -> None:
    numbers = {"largest": 1.5e308, "beyond 64 bits": [1e20, -1e30], "largest integer": 2**64 - 1, "least": 5e-324}

    changed = api.patch(f"/assets/{site}", user=ada, json={"attributes": numbers})

    assert changed.status_code == 200
    assert json.loads(api.get(f"/assets/{site}", user=ada).json()["attributes"]) == numbers


@pytest.mark.parametrize("deleted", ["asset", "sensor"])
def test_who_refers_to_what_others_own_learns_neither_its_name_nor_who_deleted_it(
    api: ApiClient, ada: int, site: int, database: Database, deleted: str
) -> None:
    with database.write() as connection:
        stranger = make_user(connection, account_id=make_account(connection), roles=("account-admin",))
        spying = make_asset(connection, account_id=get_user(connection, stranger).account_id)
        secret = make_sensor(connection, generic_asset_id=site, name="secret")
    refer = {"sensors_to_show": [secret]}
    assert api.patch(f"/assets/{spying}", user=stranger, json=refer).status_code == 200

    path = {"asset": f"/assets/{site}", "sensor": f"/sensors/{secret}"}[deleted]
    assert api.delete(path, user=ada).status_code == 204

    [record] = api.get(f"/assets/{spying}/auditlog", user=stranger, params={"filter": "Removed"}).json()["data"]
    text = f"Removed sensor reference {secret} from sensors-to-show (because sensor has been deleted)."
    assert (record["event"], record["details"]) == (text, {"sensor": secret, "field": "sensors_to_show"})
    assert (record["active_user_name"], record["active_user_id"]) == (None, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/assets/{}", 404), ("/assets/{}/sensors", 422), ("/assets/{}/auditlog", 422)],
)
def test_unknown_asset_gets_the_status_of_the_endpoint(api: ApiClient, ada: int, path: str, status: int) -> None:
    response = api.get(path.format(987), user=ada)

    assert response.status_code == status
    assert "No asset found with ID 987." in response.text


def test_id_that_is_no_number_is_a_wrong_path(api: ApiClient, ada: int) -> None:
    for asset_id in ("abc", "1.5", str(2**31)):
        assert message(api.get(f"/assets/{asset_id}", user=ada)).keys() == {"path"}


def test_asset_without_an_account_is_refused_with_what_to_add(api: ApiClient, ada: int, account: int) -> None:
    response = api.post("/assets", user=ada, json={"name": "new", "generic_asset_type_id": BATTERY})

    assert (response.status_code, response.json()["status"]) == (403, "INVALID_SENDER")
    assert response.json()["message"] == (
        "You have no permission to add to this asset. Without account_id an asset is public, "
        f'which only admins may create; add "account_id": {account}.'
    )
