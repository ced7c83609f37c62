"""Requests made up from the API's own description, sent to the site of the examples by every role."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from shutil import copyfile
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, CheckContext, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.specs.openapi import checks

from tests.api_client import ApiClient, make_services
from tests.example_site import IDS, USERS, make_example_site
from tests.working import work_at_once
from wattloom.api.app import create_api
from wattloom.db import Database, upgrade

# Numbers and booleans are also read from each other and from text, as FlexMeasures does.
_READ_ALIKE = re.compile(r"was (boolean|integer|number), became (boolean|integer|number|string)")


def refuses_what_is_wrong(ctx: CheckContext, response: Any, case: Case) -> bool | None:
    """Complain of answers to requests that are not as described, unless they are read alike on purpose."""
    try:
        return checks.negative_data_rejection(ctx, response, case)
    except AcceptedNegativeData as failure:
        if _READ_ALIKE.search(failure.message):
            return None
        raise


ROLES = ("anonymous", *USERS)
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    refuses_what_is_wrong,
]
# Servers refuse longer ones before the API sees them.
_LONGEST_URL = 8_000
_BASE = "http://wattloom.test/api"


def described_operations() -> dict[str, Any]:
    """Return the operations of the description by method and path, ready to make up requests."""
    document = create_api(make_services(Database("sqlite:////nowhere/nothing.db"))).openapi()
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig())
    # Each role sends its own credentials; lists ignore parameters that they do not know, as FlexMeasures does.
    schema.config.generation.update(with_security_parameters=False, allow_extra_parameters=False)
    return {
        f"{method.upper()} {path}": schema[path][method.upper()]
        for path, operations in document["paths"].items()
        for method in operations
    }


def filled_template(path: Path) -> Path:
    """Make a database file with the site of the examples."""
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.write() as connection:
        make_example_site(connection, make_services(database).beliefs)
    database.close()
    return path


@contextmanager
def fresh_site(template: Path, folder: Path) -> Iterator[ApiClient]:
    """Serve a copy of the site."""
    path = folder / "site.db"
    copyfile(template, path)
    database = Database(f"sqlite:///{path}")
    client = ApiClient(make_services(database, job_wait_s=0))
    work_at_once(client.services)
    try:
        yield client
    finally:
        client.close()
        database.close()


def fuzz(client: ApiClient, operation: Any, *, examples: int, number: int = 0) -> None:
    """Send made-up requests, half of which are not as described; fails at the first answer that is not right.

    Args:
        client: Of a site that may be changed.
        operation: What to ask for.
        examples: How many requests to send of each kind.
        number: Leads to other requests.
    """
    tokens = {role: client.token(user_id) for role, (user_id, _account, _roles) in USERS.items()}
    for strategy in _strategies(operation):
        _run(lambda case, role: _check(client, tokens, case, role), strategy, examples=examples, number=number)


def _strategies(operation: Any) -> Iterator[st.SearchStrategy[Case]]:
    """Make up requests about things that there are, and about anything, as described and not."""
    template = operation.path.split("/")
    words = [word for word, part in pairwise(template) if part == "{id}"]
    known = {"id": IDS[words[0]]} if words else {}
    yield operation.as_strategy(GenerationMode.POSITIVE, path_parameters=known)
    if operation.body or not all(map(_is_any_text, operation.query)):
        yield operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=known)
    if len(operation.path_parameters):
        yield operation.as_strategy(GenerationMode.POSITIVE)


def _is_any_text(parameter: Any) -> bool:
    """Return whether no request can break the description of a parameter: it may be left out, and hold any text."""
    schema = parameter.definition.get("schema", {})
    forms = schema.get("anyOf", [schema])
    is_text = all(form.get("type") in {"string", "null"} and not form.keys() & {"enum", "const"} for form in forms)
    return is_text and not parameter.is_required


def _run(check: Callable[[Case, str], None], strategy: st.SearchStrategy[Case], *, examples: int, number: int) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, role=st.sampled_from(ROLES))
    def run(case: Case, role: str) -> None:
        check(case, role)

    run()


def _check(client: ApiClient, tokens: Mapping[str, str], case: Case, role: str) -> None:
    headers = {"Authorization": tokens[role]} if role in tokens else {}
    sent = requests.Request(**case.as_transport_kwargs(base_url=_BASE, headers=headers)).prepare()
    assert sent.url is not None
    assume(len(sent.url) < _LONGEST_URL)
    # The application replaces line breaks before the API sees them (tests/integration/web/test_api_docs.py).
    assume("%0A" not in sent.url.partition("?")[0])
    answer = client.request(
        sent.method or "", sent.url.removeprefix("http://wattloom.test"), content=sent.body, headers=sent.headers
    )
    case.validate_response(answer, checks=CHECKS, headers=headers)
