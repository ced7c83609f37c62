"""The description of the API is complete: a new operation that says too little fails here."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import validate

from tests.api_client import make_services
from wattloom.api.app import create_api
from wattloom.api.openapi import answer_examples, request_examples
from wattloom.db import Database

# Nothing is asked of this database.
DOCUMENT = create_api(make_services(Database("sqlite:////nowhere/nothing.db"))).openapi()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}

ASSETS = "/v3_0/assets"
PAGING = {"page", "per_page", "filter", "sort_by", "sort_dir"}
CHART = {"event_starts_after", "event_ends_before", "beliefs_after", "beliefs_before"}
FOUR_HUNDRED = "INVALID_REQUEST, REQUIRED_INFO_MISSING, UNEXPECTED_PARAMS"
REFERENCE = [
    # The reference of FlexMeasures: parameters, statuses and the name of 400.
    ("GET /v3_0/assets", {"account_id", "all_accessible", "include_public", *PAGING}, "200 400 401 403 422"),
    ("POST /v3_0/assets", set(), "201 400 401 403 422"),
    ("GET /v3_0/assets/public", set(), "200 400 401 422"),
    ("GET /v3_0/assets/types", set(), "200"),
    ("GET /v3_0/assets/{id}", {"id"}, "200 400 401 403 422"),
    ("PATCH /v3_0/assets/{id}", {"id"}, "200 400 401 403 422"),
    ("DELETE /v3_0/assets/{id}", {"id"}, "204 400 401 403 422"),
    ("GET /v3_0/assets/{id}/sensors", {"id", *PAGING}, "200 400 401 403 422"),
    ("GET /v3_0/assets/{id}/auditlog", {"id", *PAGING}, "200 400 401 403 422"),
    ("GET /v3_0/assets/{id}/jobs", {"id"}, "200 400 401 403 422"),
    ("GET /v3_0/assets/{id}/kpis", {"id", "start", "end"}, "200 400 401 403 405"),
    (
        "GET /v3_0/assets/{id}/chart",
        {"id", *CHART, "include_data", "combine_legend", "dataset_name", "height", "width", "chart_type"},
        "200 400 401 403 422",
    ),
    (
        "GET /v3_0/assets/{id}/chart_data",
        {"id", *CHART, "most_recent_beliefs_only", "compress_json"},
        "200 400 401 403 422",
    ),
    ("POST /v3_0/assets/{id}/schedules/trigger", {"id"}, "200 400 401 403 405 422"),
    ("POST /v3_0/assets/default_asset_view", set(), "200 400 401 403 422"),
    ("POST /v3_0/assets/keep_legends_below_graphs", set(), "200 400"),
]
NAMES = {
    "200": "PROCESSED",
    "201": "PROCESSED",
    "204": "DELETED",
    "401": "UNAUTHORIZED",
    "403": "INVALID_SENDER",
    "405": "INVALID_METHOD",
    "422": "UNPROCESSABLE_ENTITY",
}
BAD_REQUEST = {
    "GET /v3_0/assets": "INVALID_REQUEST",
    "POST /v3_0/assets": "INVALID_REQUEST",
    "GET /v3_0/assets/public": "INVALID_REQUEST",
    "GET /v3_0/assets/types": FOUR_HUNDRED,
    "GET /v3_0/assets/{id}/sensors": "INVALID_REQUEST",
    "GET /v3_0/assets/{id}/kpis": "INVALID_DATA",
    "POST /v3_0/assets/{id}/schedules/trigger": "INVALID_DATA",
}


@pytest.mark.parametrize(("name", "parameters", "statuses"), REFERENCE, ids=[row[0] for row in REFERENCE])
def test_operations_are_described_as_the_reference_does(name: str, parameters: set[str], statuses: str) -> None:
    operation = OPERATIONS[name]
    described = {status: answer["description"] for status, answer in operation["responses"].items()}

    assert operation["tags"] == ["Assets"]
    assert operation["security"] == [{"ApiKeyAuth": []}]
    assert parameters <= {parameter["name"] for parameter in operation.get("parameters", ())}
    expected = NAMES | {"400": BAD_REQUEST.get(name, FOUR_HUNDRED)}
    assert {status: described.get(status) for status in statuses.split()} == {
        status: expected[status] for status in statuses.split()
    }


def test_document_says_what_it_is() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert DOCUMENT["info"]["license"] == {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
    assert DOCUMENT["servers"][0]["url"] == "/api"
    scheme = DOCUMENT["components"]["securitySchemes"]["ApiKeyAuth"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "Authorization")


def test_names_of_operations_are_unique_and_follow_from_their_addresses() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(ids) == len(set(ids))
    assert OPERATIONS["GET /v3_0/assets/{id}/sensors"]["operationId"] == "get_assets_id_sensors"


def test_every_group_is_described() -> None:
    described = {tag["name"] for tag in DOCUMENT["tags"]}

    assert {tag for operation in OPERATIONS.values() for tag in operation["tags"]} == described


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_does(name: str) -> None:
    operation = OPERATIONS[name]

    assert operation["summary"]
    assert operation["description"].endswith((".", "``"))
    assert [p["name"] for p in operation.get("parameters", ()) if not p.get("description")] == []
    assert [p["name"] for p in operation.get("parameters", ()) if not p["schema"]] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_has_a_schema_and_an_example(name: str) -> None:
    operation = OPERATIONS[name]
    with_body = {status: answer for status, answer in operation["responses"].items() if status != "204"}

    contents = {status: answer["content"]["application/json"] for status, answer in with_body.items()}
    assert [status for status, content in contents.items() if not content.get("schema")] == []
    assert [
        status for status, content in contents.items() if "example" not in content and "examples" not in content
    ] == []


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if "requestBody" in operation])
def test_every_body_has_a_schema_and_an_example(name: str) -> None:
    for content in OPERATIONS[name]["requestBody"]["content"].values():
        assert content["schema"]
    contents = OPERATIONS[name]["requestBody"]["content"].values()
    assert any("examples" in content for content in contents)
    # What no example can show is described.
    binary = [content["schema"] for content in contents if content["schema"].get("format") == "binary"]
    assert [schema for schema in binary if not schema.get("description")] == []


def test_parameters_are_described_by_what_can_be_sent() -> None:
    described = [p["schema"] for operation in OPERATIONS.values() for p in operation.get("parameters", ())]
    page, per_page = (
        next(p["schema"] for p in OPERATIONS["GET /v3_0/assets"]["parameters"] if p["name"] == name)
        for name in ("page", "per_page")
    )

    assert [schema for schema in described if "anyOf" in schema or "null" in str(schema.get("type"))] == []
    assert [schema for schema in described if "ge" in schema or "ge" in schema.get("items", {})] == []
    assert (page["type"], page["minimum"], per_page["type"]) == ("integer", 1, "integer")


def test_schemas_are_not_named_after_our_modules() -> None:
    # The framework calls them so where two have one name.
    names = DOCUMENT["components"]["schemas"]
    assert [name for name in names if "__" in name] == []


def test_examples_of_bodies_stand_with_their_operation_only() -> None:
    assert [name for name, schema in DOCUMENT["components"]["schemas"].items() if "examples" in schema] == []


def test_every_reference_leads_somewhere() -> None:
    schemas = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}

    assert set(_references(DOCUMENT)) - schemas == set()


def test_examples_belong_to_operations() -> None:
    ids = {operation["operationId"] for operation in OPERATIONS.values()}

    assert request_examples().keys() - ids == set()
    assert {operation_id for operation_id, _status in answer_examples()} - ids == set()


@pytest.mark.parametrize(("operation_id", "status"), answer_examples())
def test_examples_of_answers_are_as_described(operation_id: str, status: int) -> None:
    operation = next(each for each in OPERATIONS.values() if each["operationId"] == operation_id)
    schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]

    validate(schema | {"components": DOCUMENT["components"]}, answer_examples()[operation_id, status])


def test_defaults_and_flooring_are_explained() -> None:
    text = str(DOCUMENT)

    for words in ("six hours unless more is asked for", "Plan anew", "Floored to the sensor's resolution"):
        assert words in text


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        for value in node.values():
            yield from _references(value)
    if isinstance(node, list):
        for value in node:
            yield from _references(value)
