"""Bodies of data requests that no client sends by accident."""

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from wattloom.api.field_messages import MOST_PROBLEMS
from wattloom.api.v3_0.sensors.bodies import asked_fields, merged, posted_fields
from wattloom.api.v3_0.sensors.delete_data import DeletedData
from wattloom.errors import InputError


def nested(depth: int) -> bytes:
    return b'{"id": ' + b'{"a": ' * depth + b"1" + b"}" * depth + b', "unit": "kW"}'


def status_at(depth: int) -> int:
    try:
        posted_fields(nested(depth))
    except HTTPException as error:
        return error.status_code
    return 200


def test_no_depth_is_more_than_a_bad_request() -> None:
    # Two parsers give up at depths that depend on the stack: all around them are tried.
    assert {status_at(depth) for depth in range(500, 1100)} == {200, 400}


@pytest.mark.parametrize("parse", [posted_fields, asked_fields])
@pytest.mark.parametrize("body", [b'{"unit": "kW", "unit": "kW"}', b'{"unit": "a", "\\u0075nit": "kW"}'])
def test_repeated_field_is_named(parse: object, body: bytes) -> None:
    assert callable(parse)

    with pytest.raises(InputError) as caught:
        parse(body)

    assert caught.value.problems[0].path == ("unit",)


@pytest.mark.parametrize("parse", [posted_fields, asked_fields])
@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"{}", b' {"unit": "k\\"W\\\\"} ', b'{"unit": "unit", "start": "unit"}']
)
def test_what_looks_like_a_repetition_is_none(parse: object, body: bytes) -> None:
    assert callable(parse)

    assert set(parse(body)) <= {"unit", "start"}


def test_body_of_very_many_fields_is_refused_as_a_whole() -> None:
    fields = b", ".join(b'"field %d": 1' % number for number in range(1001))

    with pytest.raises(HTTPException) as caught:
        asked_fields(b"{" + fields + b"}")

    assert (caught.value.status_code, caught.value.detail) == (
        400,
        "The body is not acceptable: More than 1000 fields.",
    )


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    with pytest.raises(RequestValidationError) as caught:
        merged(DeletedData, {f"field {number}": "1" for number in range(1000)}, {})

    assert len(caught.value.errors()) == MOST_PROBLEMS
