"""Bodies of data requests that no client sends by accident."""

import pytest
from starlette.exceptions import HTTPException

from wattloom.api.v3_0.sensors.bodies import asked_fields, posted_fields
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
