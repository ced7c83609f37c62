"""Every error has a status and a body, in the shape that clients know."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from fastapi import Request
from fastapi.exceptions import RequestValidationError

import wattloom.api.app  # noqa: F401 - loads everything that defines errors
from wattloom.api.errors import RULES, error_response, error_style, validation_response
from wattloom.errors import (
    AuthenticationError,
    ConflictError,
    FieldProblem,
    FilterError,
    FlexModelError,
    InfeasibleError,
    InputError,
    InternalError,
    MissingDataError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    ReplacementError,
    TooManyRequestsError,
    UnavailableError,
    WattloomError,
)


def request_to(handler: Any = None, method: str = "POST") -> Request:
    return Request({"type": "http", "method": method, "headers": [], "route": SimpleNamespace(endpoint=handler)})


def answer_to(error: WattloomError, request: Request | None = None) -> tuple[int, dict[str, Any]]:
    response = error_response(request or request_to(), error)
    return response.status_code, orjson.loads(response.body)


def subclasses(kind: type[WattloomError]) -> Iterator[type[WattloomError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


def test_every_error_class_has_a_rule() -> None:
    ours = {kind for kind in subclasses(WattloomError) if kind.__module__.startswith("wattloom.")}

    assert ours == RULES.keys()


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (AuthenticationError("who?"), 401, {"message": "who?", "status": "UNAUTHORIZED"}),
        (
            PermissionDeniedError("read", "asset"),
            403,
            {
                "message": "You have no permission to read this asset.",
                "result": "Rejected",
                "status": "INVALID_SENDER",
            },
        ),
        (NotFoundError("asset", 7), 404, {"message": "No asset found with ID 7.", "status": 404}),
        (ConflictError("taken"), 409, {"message": "taken", "status": 409}),
        (ReplacementError("no"), 403, {"message": "no", "results": "Rejected", "status": "INVALID_REPLACEMENT"}),
        (PayloadTooLargeError("big"), 413, {"message": "big", "result": "Rejected", "status": "PAYLOAD_TOO_LARGE"}),
        (InfeasibleError("never"), 422, {"message": "never", "result": "Rejected", "status": "INFEASIBLE"}),
        (
            UnavailableError("/srv/wattloom.db is busy"),
            503,
            {"message": "The server cannot do this now. Try again in 1 s.", "status": "ERROR"},
        ),
        (
            TooManyRequestsError("often"),
            429,
            {"message": "often", "result": "Rejected", "status": "TOO_MANY_REQUESTS"},
        ),
        (InternalError("oops"), 500, {"message": "oops", "status": 500}),
    ],
)
def test_errors_have_the_shape_that_clients_know(error: WattloomError, status: int, body: dict[str, Any]) -> None:
    assert answer_to(error) == (status, body)


def test_come_back_later_says_when() -> None:
    response = error_response(request_to(), UnavailableError("busy", retry_after_s=7))

    assert response.headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError("bad", field="name"), {"json": {"name": ["bad"]}}),
        (InputError("together"), {"json": {"_schema": ["together"]}}),
        (InputError("nothing sent", field=()), {"json": "nothing sent"}),
        (FilterError("bad", field="page"), {"query": {"page": ["bad"]}}),
        (MissingDataError("no prices", field="consumption-price"), {"json": {"consumption-price": ["no prices"]}}),
        (
            FlexModelError("bad", field=("soc-minima", 0, "datetime")),
            {"json": {"soc-minima": {"0": {"datetime": ["bad"]}}}},
        ),
        (
            InputError("two", problems=[FieldProblem(("a",), "one"), FieldProblem(("a",), "two")]),
            {"json": {"a": ["one", "two"]}},
        ),
        (
            InputError("deep", problems=[FieldProblem(("a",), "one"), FieldProblem(("a", "b"), "deep")]),
            {"json": {"a": {"_schema": ["one"], "b": ["deep"]}}},
        ),
    ],
)
def test_input_errors_name_location_and_field(error: WattloomError, message: dict[str, Any]) -> None:
    assert answer_to(error) == (422, {"message": message, "result": "Rejected", "status": "UNPROCESSABLE_ENTITY"})


def test_input_errors_of_reads_stand_under_query() -> None:
    assert answer_to(InputError("bad", field="start"), request_to(method="GET"))[1]["message"] == {
        "query": {"start": ["bad"]}
    }


def test_route_can_rename_and_drop_the_location() -> None:
    @error_style(location="combined_sensor_data_description")
    def renamed() -> None: ...

    @error_style(location=None)
    def dropped() -> None: ...

    error = InputError("bad", field="start")

    assert answer_to(error, request_to(renamed))[1]["message"] == {
        "combined_sensor_data_description": {"start": ["bad"]}
    }
    assert answer_to(error, request_to(dropped))[1]["message"] == {"start": ["bad"]}


def test_route_can_choose_the_status_of_unknown_ids() -> None:
    @error_style(unknown={"asset": 422, "sensor": 404})
    def chosen() -> None: ...

    assert answer_to(NotFoundError("sensor", 7))[0] == 422
    assert answer_to(NotFoundError("sensor", 7), request_to(chosen))[0] == 404
    status, body = answer_to(NotFoundError("asset", 7), request_to(chosen))
    assert (status, body["message"]) == (422, {"path": {"id": ["No asset found with ID 7."]}})


def test_refusal_names_the_field_without_the_name_of_the_thing() -> None:
    error = PermissionDeniedError("read", "sensor", path=("json", "flex-context", "site-power-capacity", "sensor"))

    assert answer_to(error)[1]["message"] == (
        "You have no permission to read this sensor. {'json': {'flex-context': {'site-power-capacity': 'sensor'}}}"
    )


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        ("missing", {}, "Missing data for required field."),
        ("extra_forbidden", {}, "Unknown field."),
        ("int_parsing", {}, "Not a valid integer."),
        ("less_than_equal", {"le": 90}, "Must be less than or equal to 90."),
        ("string_too_long", {"max_length": 80}, "Longer than maximum length 80."),
        ("too_long", {"max_length": 80}, "Longer than maximum length 80."),
        ("too_short", {"min_length": 1}, "Shorter than minimum length 1."),
        ("value_error", {"error": ValueError("no such zone")}, "no such zone"),
        ("something_new", {}, "in its own words"),
    ],
)
def test_field_texts_are_those_of_flexmeasures(kind: str, facts: dict[str, Any], text: str) -> None:
    found = [{"type": kind, "loc": ("body", "field"), "msg": "in its own words", "ctx": facts}]

    response = validation_response(request_to(), RequestValidationError(found))

    assert orjson.loads(response.body)["message"] == {"json": {"field": [text]}}
