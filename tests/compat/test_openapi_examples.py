"""The examples in the description of the API do what they say, on the site that they are about."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api_client import ApiClient, make_services
from tests.compat.test_openapi_document import OPERATIONS
from tests.example_site import IDS, USERS, make_example_site
from tests.working import work_at_once
from wattloom.api.openapi import request_examples
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CASES = [(operation_id, case) for operation_id, cases in request_examples().items() for case in cases]
ROUTES = {operation["operationId"]: name for name, operation in OPERATIONS.items()}


@pytest.fixture
def site(database: Database) -> Iterator[ApiClient]:
    services = make_services(database)
    with database.write() as connection:
        make_example_site(connection, services.beliefs)
    work_at_once(services)
    client = ApiClient(services)
    yield client
    client.close()


def address(template: str) -> str:
    """Fill in the id of what the path goes through."""
    parts = template.split("/")
    named = ("{id}", "{annotation}")
    return "/api" + "/".join(str(IDS[parts[place - 1]]) if part in named else part for place, part in enumerate(parts))


def as_files(form: dict[str, Any]) -> dict[str, Any]:
    """Send the texts of the files as files."""
    named = [("uploaded-files", (f"{n}.csv", text, "text/csv")) for n, text in enumerate(form["uploaded-files"])]
    return {"files": named, "data": {name: value for name, value in form.items() if name != "uploaded-files"}}


SENT_AS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "application/json": lambda value: {"json": value},
    "application/x-www-form-urlencoded": lambda value: {"data": value},
    "multipart/form-data": as_files,
}


@pytest.mark.parametrize(("operation_id", "case"), CASES)
def test_example_is_taken(site: ApiClient, operation_id: str, case: str) -> None:
    method, path = ROUTES[operation_id].split()
    value = request_examples()[operation_id][case]["value"]
    media_type = next(iter(OPERATIONS[ROUTES[operation_id]]["requestBody"]["content"]))

    answer = site.request(method, address(path), **SENT_AS[media_type](value), user=USERS["admin"][0])

    assert answer.is_success, answer.text
    assert str(answer.status_code) in OPERATIONS[ROUTES[operation_id]]["responses"]
