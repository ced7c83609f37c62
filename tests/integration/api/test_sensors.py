"""The endpoints of sensors themselves: create, read, list, change, delete, statistics."""

import json
from typing import Any

import pytest
from sqlalchemy import event

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.db import Database


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    """An account with an admin and a member, a battery on a building, and a stranger."""
    with database.write() as connection:
        account = make_account(connection, name="Dockside")
        building = make_asset(connection, kind="building", name="Building", account_id=account)
        battery = make_asset(connection, name="Battery", account_id=account, parent_asset_id=building)
        return {
            "account": account,
            "building": building,
            "battery": battery,
            "price": make_sensor(connection, name="price", unit="EUR/MWh", generic_asset_id=building),
            "power": make_sensor(connection, name="power", generic_asset_id=battery),
            "admin": make_user(connection, account_id=account, roles=("account-admin",)),
            "member": make_user(connection, account_id=account),
            "stranger": make_user(connection, roles=("account-admin",)),
            "superuser": make_user(connection, roles=("admin",)),
        }


def new_sensor(site: dict[str, int], **replaced: Any) -> dict[str, Any]:
    required = {"name": "soc", "unit": "kWh", "event_resolution": "PT0M", "generic_asset_id": site["battery"]}
    return {name: value for name, value in (required | replaced).items() if value is not None}


def audit_texts(api: ApiClient, site: dict[str, int], asset: str = "battery") -> list[str]:
    answer = api.get(f"/assets/{site[asset]}/auditlog", user=site["admin"]).json()
    return [record["event"] for record in answer["data"]]


def test_sensor_is_created(api: ApiClient, site: dict[str, int]) -> None:
    body = new_sensor(site, timezone="Europe/Paris", attributes='{"consumption_is_positive": true}')

    response = api.post("/sensors", user=site["member"], json=body)

    sensor = response.json()
    assert response.status_code == 201
    assert sensor == {
        "id": sensor["id"],
        "name": "soc",
        "unit": "kWh",
        "timezone": "Europe/Paris",
        "event_resolution": "P0D",
        "entity_address": f"ea1.2026-03.localhost:fm1.{sensor['id']}",
        "attributes": '{"consumption_is_positive":true}',
        "generic_asset_id": site["battery"],
    }
    assert api.get(f"/sensors/{sensor['id']}", user=site["member"]).json() == sensor | {"status": 200}
    assert audit_texts(api, site) == [f"Created sensor 'soc': {sensor['id']}"]


def test_sensor_without_a_time_zone_gets_the_servers(api: ApiClient, site: dict[str, int]) -> None:
    sensor = api.post("/sensors", user=site["member"], json=new_sensor(site, attributes={})).json()

    assert (sensor["timezone"], sensor["attributes"]) == ("UTC", "{}")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit", "bananas"),
        ("unit", None),
        ("unit", 5),
        ("timezone", "Mars/Base"),
        ("event_resolution", "an hour"),
        ("event_resolution", "-PT1H"),
        ("event_resolution", None),
        ("name", ""),
        ("name", None),
        ("name", "x" * 121),
        ("generic_asset_id", 987_654_321),
        ("generic_asset_id", None),
        ("generic_asset_id", "battery"),
        ("attributes", "not json"),
        ("attributes", [1]),
        ("attributes", {"status_specs": {"max_staleness": "soon"}}),
        ("attributes", {"status_specs": {"staleness_search": {"colour": 1}}}),
        ("knowledge_horizon", {}),
    ],
)
def test_wrong_field_is_named_and_nothing_is_stored(
    api: ApiClient, site: dict[str, int], field: str, value: object
) -> None:
    response = api.post("/sensors", user=site["superuser"], json=new_sensor(site, **{field: value}))

    assert (response.status_code, list(response.json()["message"]["json"])) == (422, [field])
    assert len(api.get("/sensors", user=site["admin"]).json()) == 2


def test_wrong_specification_of_freshness_is_named(api: ApiClient, site: dict[str, int]) -> None:
    url, specs = f"/sensors/{site['power']}", {"status_specs": {"max_staleness": "soon"}}

    for answer in (
        api.post("/sensors", user=site["superuser"], json=new_sensor(site, attributes=specs)),
        api.patch(url, user=site["admin"], json={"attributes": specs}),
    ):
        named = answer.json()["message"]["json"]["attributes"]["status_specs"]
        assert (answer.status_code, list(named)) == (422, ["max_staleness"])
    assert api.get(url, user=site["admin"]).json()["attributes"] == "{}"


def test_misspelt_time_zone_gets_a_suggestion(api: ApiClient, site: dict[str, int]) -> None:
    body = new_sensor(site, timezone="Europe/Amsterdan")

    [text] = api.post("/sensors", user=site["member"], json=body).json()["message"]["json"]["timezone"]

    assert "Europe/Amsterdam" in text


def test_second_sensor_of_a_name_on_an_asset_is_refused(api: ApiClient, site: dict[str, int]) -> None:
    response = api.post("/sensors", user=site["member"], json=new_sensor(site, name="power"))

    assert (response.status_code, list(response.json()["message"]["json"])) == (422, ["name"])
    elsewhere = new_sensor(site, name="power", generic_asset_id=site["building"])
    assert api.post("/sensors", user=site["member"], json=elsewhere).status_code == 201


def test_unknown_sensor_gets_422_with_its_id(api: ApiClient, site: dict[str, int]) -> None:
    response = api.get("/sensors/987654321", user=site["member"])

    assert response.status_code == 422
    assert response.json() == {
        "message": {"path": {"id": ["No sensor found with ID 987654321."]}},
        "result": "Rejected",
        "status": "UNPROCESSABLE_ENTITY",
    }


@pytest.mark.parametrize(
    ("method", "path", "allowed", "refused"),
    [
        ("GET", "", ["member", "admin", "superuser"], ["stranger"]),
        ("PATCH", "", ["admin", "superuser"], ["member", "stranger"]),
        ("DELETE", "", ["admin"], ["member", "stranger"]),
        ("GET", "/stats", ["member", "admin", "superuser"], ["stranger"]),
    ],
)
def test_permissions_on_a_sensor(
    api: ApiClient, site: dict[str, int], method: str, path: str, allowed: list[str], refused: list[str]
) -> None:
    url = f"/sensors/{site['power']}{path}"

    assert [api.request(method, url, user=site[who], json={}).status_code for who in refused] == [403] * len(refused)
    assert api.request(method, url, json={}).status_code == 401
    answers = [api.request(method, url, user=site[who], json={}).status_code for who in allowed]
    assert [status // 100 for status in answers] == [2] * len(allowed)


def test_stranger_may_not_add_a_sensor(api: ApiClient, site: dict[str, int]) -> None:
    response = api.post("/sensors", user=site["stranger"], json=new_sensor(site))

    assert (response.status_code, response.json()["status"]) == (403, "INVALID_SENDER")


def test_own_sensors_are_listed(api: ApiClient, site: dict[str, int]) -> None:
    listed = api.get("/sensors", user=site["member"]).json()

    assert [sensor["id"] for sensor in listed] == [site["price"], site["power"]]
    assert api.get("/sensors", user=site["stranger"]).json() == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("asset={building}", ["price", "power"]),
        ("asset_id={battery}", ["power"]),
        ("account={account}", ["price", "power"]),
        ("account_id={account}&asset={battery}", ["power"]),
        ("unit=EUR/MWh", ["price"]),
        ("filter=pow", ["power"]),
        ("filter=Building", ["price"]),
        ("filter=dockside", ["price", "power"]),
        ("filter=pow%20price", ["price", "power"]),
        ("include_public_assets=true", ["price", "power", "public"]),
    ],
)
def test_list_is_narrowed(
    api: ApiClient, site: dict[str, int], database: Database, query: str, names: list[str]
) -> None:
    with database.write() as connection:
        public = make_asset(connection, account_id=None)
        make_sensor(connection, name="public", generic_asset_id=public)

    listed = api.get(f"/sensors?{query.format(**site)}", user=site["member"]).json()

    assert [sensor["name"] for sensor in listed] == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort-by=name&sort-dir=asc", ["power", "price"]),
        ("sort_by=unit&sort_dir=desc", ["power", "price"]),
        ("sort-by=id&sort-dir=desc", ["power", "price"]),
        ("sort-by=name", ["price", "power"]),
    ],
)
def test_list_is_sorted(api: ApiClient, site: dict[str, int], query: str, names: list[str]) -> None:
    listed = api.get(f"/sensors?{query}", user=site["member"]).json()

    assert [sensor["name"] for sensor in listed] == names


def test_unknown_order_is_refused(api: ApiClient, site: dict[str, int]) -> None:
    answer = api.get("/sensors?sort-by=colour&sort-dir=asc", user=site["member"])

    assert (answer.status_code, list(answer.json()["message"]["query"])) == (422, ["sort-by"])


@pytest.mark.parametrize("query", ["", "?page=1&filter=a", "?asset_id={building}", "?include_public_assets=1"])
def test_list_takes_as_many_statements_for_many_sensors(
    api: ApiClient, site: dict[str, int], database: Database, query: str
) -> None:
    statements: list[str] = []
    path = f"/sensors{query.format(**site)}"

    def n_statements() -> int:
        statements.clear()
        assert api.get(path, user=site["member"]).status_code == 200
        return len(statements)

    api.get(path, user=site["member"])
    event.listen(database.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    n_few = n_statements()
    with database.write() as connection:
        for _ in range(30):
            asset = make_asset(connection, account_id=site["account"], parent_asset_id=site["building"])
            make_sensor(connection, generic_asset_id=asset)

    assert n_statements() == n_few <= 6, statements


def test_text_filter_finds_ids_by_their_beginning(api: ApiClient, site: dict[str, int], database: Database) -> None:
    with database.write() as connection:
        ids = [make_sensor(connection, generic_asset_id=site["battery"]) for _ in range(12)]
    beginning = str(ids[-1])[0]

    listed = api.get(f"/sensors?filter={beginning}", user=site["member"]).json()

    found = {sensor["id"] for sensor in listed}
    assert {sensor_id for sensor_id in ids if str(sensor_id).startswith(beginning)} <= found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("filter=%22open", "filter"),
        ("page=one", "page"),
        ("page=1&per_page=0", "per-page"),
        ("sort-by=id&sort-dir=up", "sort-dir"),
        ("unit=bananas", "unit"),
        ("asset=battery", "asset"),
        ("account_id=mine", "account"),
        ("include_public_assets=perhaps", "include_public_assets"),
    ],
)
def test_wrong_parameter_of_the_list_is_named(api: ApiClient, site: dict[str, int], query: str, field: str) -> None:
    answer = api.get(f"/sensors?{query}", user=site["member"])

    assert (answer.status_code, list(answer.json()["message"]["query"])) == (422, [field])


def test_unknown_parameter_of_the_list_is_ignored(api: ApiClient, site: dict[str, int]) -> None:
    assert len(api.get("/sensors?colour=red", user=site["member"]).json()) == 2


def test_page_of_nothing_is_empty(api: ApiClient, site: dict[str, int]) -> None:
    answer = api.get("/sensors?page=1", user=site["stranger"])

    assert answer.json() == {"data": [], "num-records": 0, "filtered-records": 0, "status": 200}


def test_pages_are_counted(api: ApiClient, site: dict[str, int]) -> None:
    answer = api.get("/sensors?page=2&per_page=1", user=site["member"]).json()

    assert [sensor["name"] for sensor in answer["data"]] == ["power"]
    assert (answer["num-records"], answer["filtered-records"], answer["status"]) == (2, 2, 200)
    assert api.get("/sensors?page=3&per_page=1", user=site["member"]).status_code == 404


def test_sensors_of_others_below_a_readable_asset_stay_hidden(
    api: ApiClient, site: dict[str, int], database: Database
) -> None:
    with database.write() as connection:
        public = make_asset(connection, account_id=None)
        foreign = make_asset(connection, parent_asset_id=public)
        make_sensor(connection, name="hidden", generic_asset_id=foreign)
        make_sensor(connection, name="open", generic_asset_id=public)

    listed = api.get(f"/sensors?asset={public}", user=site["member"]).json()

    assert [sensor["name"] for sensor in listed] == ["open"]


def test_clients_sensors_are_listed_for_consultants(api: ApiClient, database: Database) -> None:
    with database.write() as connection:
        consultancy = make_account(connection, roles=("Consultancy",))
        client = make_account(connection, consultancy_account_id=consultancy)
        make_sensor(connection, name="client's", generic_asset_id=make_asset(connection, account_id=client))
        consultant = make_user(connection, account_id=consultancy, roles=("consultant",))
        colleague = make_user(connection, account_id=consultancy)

    listed = [
        [sensor["name"] for sensor in api.get("/sensors?include_consultancy_clients=true", user=user).json()]
        for user in (consultant, colleague)
    ]

    assert listed == [["client's"], []]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("account={strangers}", 403),
        ("asset={theirs}", 403),
        ("account=987654321", 404),
        ("asset=987654321", 422),
        ("unit=bananas", 422),
        ("account={account}&asset={public}", 422),
        ("page=0", 422),
    ],
)
def test_list_of_what_is_not_there_or_not_yours(
    api: ApiClient, site: dict[str, int], database: Database, query: str, status: int
) -> None:
    with database.write() as connection:
        strangers = make_account(connection)
        others = {
            "strangers": strangers,
            "theirs": make_asset(connection, account_id=strangers),
            "public": make_asset(connection, account_id=None),
        }

    assert api.get(f"/sensors?{query.format(**site, **others)}", user=site["member"]).status_code == status


def test_sensor_is_changed(api: ApiClient, site: dict[str, int]) -> None:
    changes = {"name": "POWER", "unit": "MW", "event_resolution": "PT24H", "attributes": {"a": 1}}

    response = api.patch(f"/sensors/{site['power']}", user=site["admin"], json=changes)

    sensor = response.json()
    assert (response.status_code, sensor["status"], sensor["timezone"]) == (200, 200, "Europe/Amsterdam")
    assert (sensor["name"], sensor["unit"], sensor["event_resolution"]) == ("POWER", "MW", "P1D")
    assert json.loads(sensor["attributes"]) == {"a": 1}
    [event] = audit_texts(api, site)
    assert event == (
        f"Updated sensor 'power': {site['power']}. Updated fields: "
        "Field name: name, Old value: power, New value: POWER; "
        "Field name: unit, Old value: kW, New value: MW; "
        "Field name: event_resolution, Old value: PT15M, New value: P1D; "
        "Field name: attributes, Old value: {}, New value: {'a': 1}"
    )


@pytest.mark.parametrize("field", ["id", "generic_asset_id", "entity_address"])
def test_fixed_fields_cannot_change(api: ApiClient, site: dict[str, int], field: str) -> None:
    response = api.patch(f"/sensors/{site['power']}", user=site["admin"], json={field: 1})

    assert (response.status_code, response.json()["message"]) == (422, {"json": {field: ["Unknown field."]}})


def test_sensor_is_deleted_with_its_data_and_all_references(api: ApiClient, site: dict[str, int]) -> None:
    context = {"flex_context": {"consumption-price": {"sensor": site["price"]}}}
    assert api.patch(f"/assets/{site['battery']}", user=site["admin"], json=context).status_code == 200
    posted = {"values": [1], "start": "2026-06-01T00:00:00Z", "duration": "PT15M", "unit": "EUR/MWh"}
    assert api.post(f"/sensors/{site['price']}/data", user=site["admin"], json=posted).status_code == 200

    response = api.delete(f"/sensors/{site['price']}", user=site["admin"])

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["content-type"] == "application/json"
    assert api.get(f"/sensors/{site['price']}", user=site["admin"]).status_code == 422
    assert api.get(f"/assets/{site['battery']}", user=site["admin"]).json()["flex_context"] == "{}"
    assert f"Deleted sensor 'price': {site['price']}" in audit_texts(api, site, "building")


def test_statistics_name_each_source(api: ApiClient, site: dict[str, int], database: Database) -> None:
    with database.write() as connection:
        ada = make_user(connection, username="ada", account_id=site["account"])
    url, posted = f"/sensors/{site['power']}", {"start": "2026-05-01T00:00:00+02:00", "unit": "kW"}
    api.post(f"{url}/data", user=ada, json=posted | {"values": [1, 2, None, 6], "duration": "PT1H"})
    api.services.clock.advance(minutes=5)  # type: ignore[attr-defined] # the clock of tests
    api.post(f"{url}/data", user=ada, json=posted | {"values": [3], "duration": "PT15M"})

    answer = api.get(f"{url}/stats", user=ada).json()

    [name] = answer.keys() - {"status"}
    assert name.startswith("ada (ID: ")
    assert answer["status"] == 200
    assert answer[name] == {
        "First event start": "2026-05-01T00:00:00+02:00",
        "Last event end": "2026-05-01T01:00:00+02:00",
        "Last recorded": "2026-03-01T13:05:00+01:00",
        "Min value": 1,
        "Max value": 6,
        "Mean value": 3,
        "Sum over values": 12,
        "Number of values": 4,
    }


def test_statistics_of_a_window_as_pairs(api: ApiClient, site: dict[str, int]) -> None:
    url = f"/sensors/{site['power']}"
    posted = {"start": "2026-05-01T00:00:00Z", "unit": "kW", "values": [1, 2, 3, 4], "duration": "PT1H"}
    api.post(f"{url}/data", user=site["member"], json=posted)
    window = {"event_start_time": "2026-05-01T00:15:00Z", "event_end_time": "2026-05-01T00:45:00Z", "sort": "false"}

    answer = api.get(f"{url}/stats", user=site["member"], params=window).json()

    [pairs] = [value for name, value in answer.items() if name != "status"]
    assert dict(pairs)["Sum over values"] == 5
    assert pairs[0][0] == "First event start"


def test_statistics_without_data_are_empty(api: ApiClient, site: dict[str, int]) -> None:
    assert api.get(f"/sensors/{site['power']}/stats", user=site["member"]).json() == {"status": 200}


def test_a_sensor_may_say_how_its_values_are_resampled(api: ApiClient, site: dict[str, int]) -> None:
    body = {"name": "stored heat", "unit": "kWh", "event_resolution": "PT15M", "generic_asset_id": site["battery"]}
    stock = api.post("/sensors", user=site["member"], json=body | {"attributes": {"aggregation": "last"}}).json()
    window = {"start": "2026-03-01T00:00:00+01:00", "duration": "PT1H", "unit": "kWh"}
    api.post(f"/sensors/{stock['id']}/data", user=site["member"], json=window | {"values": [1, 2, 3, 4]})

    hourly = api.get(f"/sensors/{stock['id']}/data", user=site["member"], params=window | {"resolution": "PT1H"})
    refused = api.post("/sensors", user=site["member"], json=body | {"attributes": {"aggregation": "median"}})

    assert hourly.json()["values"] == [4]
    assert refused.status_code == 422
    assert "mean, sum, first, last, min, max" in refused.text
