"""The examples in the description of the API do what they say, on the site that they are about."""

from collections.abc import Iterator

import pytest

from tests.api_client import ApiClient, make_services
from tests.compat.test_openapi_document import OPERATIONS
from tests.example_site import IDS, USERS, make_example_site
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
    client = ApiClient(services)
    yield client
    client.close()


def address(template: str) -> str:
    """Fill in the id of what the path goes through."""
    parts = template.split("/")
    return "/api" + "/".join(str(IDS[parts[place - 1]]) if part == "{id}" else part for place, part in enumerate(parts))


@pytest.mark.parametrize(("operation_id", "case"), CASES)
def test_example_is_taken(site: ApiClient, operation_id: str, case: str) -> None:
    method, path = ROUTES[operation_id].split()
    example = request_examples()[operation_id][case]

    answer = site.request(method, address(path), json=example["value"], user=USERS["admin"][0])

    assert answer.is_success, answer.text
    assert str(answer.status_code) in OPERATIONS[ROUTES[operation_id]]["responses"]
