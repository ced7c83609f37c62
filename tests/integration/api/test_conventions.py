"""What holds for every response: headers, content types, limits, unknown URLs, crashes."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.api_client import ApiClient, make_services
from tests.factories import make_asset, make_sensor, make_user
from wattloom.accounts import get_user
from wattloom.api.app import create_api
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, roles=("admin",))


def test_versions_are_public_and_name_v3_0(api: ApiClient) -> None:
    body = api.get("/api/").json()

    assert body["versions"] == ["v3_0"]
    assert (body["flexmeasures_version"], body["status"]) == ("1.0.1", 200)


def test_services_are_listed_with_absolute_urls(api: ApiClient) -> None:
    body = api.get("/api/v3_0").json()

    assert (body["version"], body["status"]) == ("3.0", "PROCESSED")
    names = {service["name"]: service["url"] for service in body["services"]}
    assert names["PATCH /assets/<id>"] == "http://wattloom.test/api/v3_0/assets/<id>"


def test_server_is_ready_when_its_database_answers(api: ApiClient) -> None:
    assert api.get("/health/ready").json() == {"database_sql": True, "status": 200}


@pytest.mark.usefixtures("database")
def test_server_is_not_ready_without_its_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    # A folder in the place of the file: nothing can be opened there.
    broken = Database(f"sqlite:///{tmp_path_factory.mktemp('gone')}")
    api = ApiClient(make_services(broken))

    response = api.get("/health/ready")

    assert (response.status_code, response.json()["database_sql"]) == (503, False)
    assert response.headers["retry-after"] == "5"
    api.close()
    broken.close()


def test_ping_answers(api: ApiClient) -> None:
    assert api.get("/api/ops/ping").json() == {"message": "ok", "status": 200}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/", 200),
        ("GET", "/api/v3_0", 200),
        ("GET", "/assets", 200),
        ("GET", "/assets/", 200),
        ("GET", "/assets/987", 404),
        ("GET", "/assets/abc", 422),
        ("GET", "/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("PUT", "/assets", 405),
        ("DELETE", "/assets/987", 404),
        ("OPTIONS", "/assets", 204),
    ],
)
def test_every_response_is_json_with_the_version_headers(
    api: ApiClient, ada: int, method: str, path: str, status: int
) -> None:
    response = api.request(method, path, user=ada)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert response.headers["flexmeasures-version"] == "1.0.1"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["wattloom-version"] == "0.1.0"
    assert len(response.headers["x-request-id"]) == 16
    assert response.headers.get("api-version") == ("v3_0" if "v3_0" in str(response.url) else None)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/assets", "GET, HEAD, OPTIONS, POST"),
        ("/assets/", "GET, HEAD, OPTIONS, POST"),
        ("/assets/987", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/api/requestAuthToken", "OPTIONS, POST"),
    ],
)
def test_options_names_the_methods_as_a_wrong_one_does(api: ApiClient, path: str, allowed: str) -> None:
    options, wrong = api.request("OPTIONS", path), api.request("PUT", path)

    assert (options.status_code, options.headers["allow"]) == (204, allowed)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, allowed)


def test_options_on_an_unknown_path_is_answered_as_unknown(api: ApiClient) -> None:
    response = api.request("OPTIONS", "/nothing")

    assert (response.status_code, response.json()["status"]) == (404, 404)


def test_preflight_succeeds_on_any_path(api: ApiClient) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    response = api.request("OPTIONS", "/nothing", headers=asked)

    assert (response.status_code, "allow" in response.headers) == (204, False)


def test_wrong_method_names_the_allowed_ones(api: ApiClient) -> None:
    response = api.request("PUT", "/assets")

    assert response.json() == {"message": "Method Not Allowed", "status": 405}
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("path", ["/api/", "/assets", "/assets/987", "/openapi.json", "/nothing"])
def test_head_answers_like_get_without_a_body(api: ApiClient, ada: int, path: str) -> None:
    got, head = api.get(path, user=ada), api.request("HEAD", path, user=ada)

    different = {"x-request-id"}
    assert head.status_code == got.status_code
    assert head.content == b""
    assert {n: v for n, v in head.headers.items() if n not in different} == {
        n: v for n, v in got.headers.items() if n not in different
    }


def test_head_of_what_can_only_be_posted_is_refused(api: ApiClient) -> None:
    response = api.request("HEAD", "/api/requestAuthToken")

    assert (response.status_code, response.headers["allow"]) == (405, "OPTIONS, POST")


def test_any_page_may_call_but_without_credentials(api: ApiClient) -> None:
    origin = {"Origin": "https://app.example"}

    preflight = api.request("OPTIONS", "/assets", headers=origin | {"Access-Control-Request-Method": "POST"})
    response = api.get("/assets", headers=origin)

    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers


def test_origins_can_be_limited(database: Database) -> None:
    api = ApiClient(make_services(database, cors_origins=("https://ours.example",)))

    ours = api.get("/api/", headers={"Origin": "https://ours.example"})
    other = api.get("/api/", headers={"Origin": "https://other.example"})

    assert ours.headers["access-control-allow-origin"] == "https://ours.example"
    assert "access-control-allow-origin" not in other.headers
    assert ours.headers["vary"] == other.headers["vary"] == "Origin"
    api.close()


@pytest.mark.parametrize("is_announced", [True, False])
def test_large_bodies_are_refused(database: Database, ada: int, is_announced: bool) -> None:  # noqa: FBT001 - a case
    api = ApiClient(make_services(database, max_body_bytes=2000))
    body = b'{"name": "' + b"x" * 3000 + b'"}'

    async def pieces():  # noqa: ANN202 - httpx sends an iterator without announcing its length
        yield body

    response = api.post(
        "/assets",
        user=ada,
        content=body if is_announced else pieces(),
        headers={"Content-Type": "application/json"},
    )

    assert response.status_code == 413
    assert response.json()["status"] == "PAYLOAD_TOO_LARGE"
    api.close()


JSON = {"Content-Type": "application/json"}


NOT_STORABLE = [
    "{not json",
    '{"latitude": NaN}',
    '{"name": "\\ud800"}',
    '{"name": "a\\u0000b"}',
    '{"name": ' + "[" * 60_000,
]
TOO_DEEP = '{"attributes": ' + "[" * 32 + "]" * 32 + "}"


@pytest.mark.parametrize("body", [*NOT_STORABLE, TOO_DEEP])
def test_bodies_that_are_not_storable_json_get_400_with_a_text(api: ApiClient, ada: int, body: str) -> None:
    response = api.post("/assets", user=ada, content=body, headers=JSON)

    assert (response.status_code, response.json()["status"]) == (400, 400)
    assert isinstance(response.json()["message"], str)


@pytest.mark.parametrize("body", [*NOT_STORABLE, TOO_DEEP])
def test_bodies_of_queries_are_held_to_the_same(api: ApiClient, ada: int, database: Database, body: str) -> None:
    with database.write() as connection:
        sensor = make_sensor(connection, generic_asset_id=make_asset(connection, account_id=None))

    assert api.request("GET", f"/sensors/{sensor}/data", user=ada, content=body, headers=JSON).status_code == 400


@pytest.mark.parametrize("body", ["{not json", '{"id": ' + "[" * 60_000])
def test_posted_data_that_is_no_json_gets_400(api: ApiClient, ada: int, database: Database, body: str) -> None:
    with database.write() as connection:
        account = get_user(connection, ada).account_id
        sensor = make_sensor(connection, generic_asset_id=make_asset(connection, account_id=account))

    assert api.post(f"/sensors/{sensor}/data", user=ada, content=body, headers=JSON).status_code == 400


def test_nul_in_text_that_holds_json_is_named(api: ApiClient, ada: int) -> None:
    response = api.post("/assets", user=ada, json={"attributes": '{"a": "\\u0000"}'})

    assert response.json()["message"]["json"]["attributes"] == ["Must not contain NUL characters."]


@pytest.mark.parametrize("asset_id", ["-2147483648", "-99999999999999999999", "2147483648"])
@pytest.mark.parametrize("path", ["/assets/{}", "/sensors/{}", "/assets?root={}", "/sensors?asset={}"])
def test_ids_that_no_database_holds_are_refused(api: ApiClient, ada: int, path: str, asset_id: str) -> None:
    assert api.get(path.format(asset_id), user=ada).status_code in {404, 422}


def test_nul_in_a_query_gets_400(api: ApiClient, ada: int) -> None:
    assert api.get("/assets?filter=a%00b", user=ada).status_code == 400


@pytest.mark.parametrize("body", ["[1]", "7", '"text"', "null"])
def test_bodies_that_are_no_object_get_422(api: ApiClient, ada: int, body: str) -> None:
    response = api.post("/assets", user=ada, content=body, headers=JSON)

    assert response.status_code == 422
    assert response.json()["message"] == {
        "json": {"_schema": ["Invalid input type. Send a JSON object with Content-Type: application/json."]}
    }


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_empty_body_with_json_type_counts_as_no_body(api: ApiClient, ada: int, method: str) -> None:
    assert api.request(method, "/assets/987", user=ada, headers=JSON).status_code == 404


def test_empty_body_where_fields_are_needed_names_them(api: ApiClient, ada: int) -> None:
    response = api.post("/assets", user=ada, headers=JSON)

    missing = ["Missing data for required field."]
    assert response.json()["message"] == {"json": {"name": missing, "generic_asset_type_id": missing}}


def test_empty_body_where_all_fields_have_a_default_is_enough(api: ApiClient, ada: int) -> None:
    assert api.post("/assets/keep_legends_below_graphs", user=ada, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/assets", "{not json"),
        ("POST", "/assets", "[]"),
        ("PATCH", "/assets/abc", "{}"),
        ("GET", "/assets?page=0", None),
        ("GET", "/assets/987", None),
    ],
)
def test_who_is_unknown_learns_nothing_else(api: ApiClient, method: str, path: str, body: str | None) -> None:
    response = api.request(method, path, content=body, headers=JSON)

    assert response.status_code == 401
    assert response.json()["status"] == "UNAUTHORIZED"


def test_crash_is_logged_once_with_its_id_and_tells_nothing(api: ApiClient, ada: int, database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE asset RENAME TO lost")

    with capture_logs() as events:
        response = api.get("/assets/1", user=ada)

    crashes = [event for event in events if event["log_level"] == "error"]
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"] in response.json()["message"]
    assert "asset" not in response.json()["message"]
    assert [crash["request_id"] for crash in crashes] == [response.headers["x-request-id"]]


def test_client_that_goes_away_is_no_crash(api: ApiClient) -> None:
    scope = {"type": "http", "method": "POST", "path": "/v3_0/sensors/1/data", "query_string": b"", "headers": []}
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    with capture_logs() as events:
        asyncio.run(create_api(api.services)(scope, receive, send))

    assert [(event["event"], event["log_level"], event["status"]) for event in events] == [("request", "info", None)]
    assert sent == []


def test_log_holds_path_and_status_and_no_secrets(api: ApiClient, ada: int) -> None:
    token = api.token(ada)

    with capture_logs() as events:
        api.get("/assets?filter=secret", headers={"Authorization": token})

    (event,) = events
    assert (event["event"], event["method"], event["path"], event["status"]) == (
        "request",
        "GET",
        "/api/v3_0/assets",
        200,
    )
    assert token not in str(event)
    assert "secret" not in str(event)


@pytest.mark.parametrize(
    ("method", "path", "level"),
    [("GET", "/assets", "debug"), ("GET", "/assets/987654", "info"), ("POST", "/assets", "info")],
)
def test_log_tells_changes_and_refusals_louder_than_reading(
    api: ApiClient, ada: int, method: str, path: str, level: str
) -> None:
    with capture_logs() as events:
        api.request(method, path, user=ada)

    assert [event["log_level"] for event in events] == [level]


def test_head_of_a_stream_ends(api: ApiClient, ada: int) -> None:
    answer = api.request("HEAD", "/api/v4/events", user=ada, headers={"Accept": "text/event-stream"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
