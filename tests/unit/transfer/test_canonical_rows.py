"""JSON that one database answers with differently than the other is written in one way."""

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattloom.transfer.rows import _FROM_JSON, _TO_JSON

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def as_postgres_keeps(value: Any) -> Any:
    """What comes back from a jsonb column: numbers are decimals without an exponent and without negative zero."""
    numbers = {"parse_float": lambda text: Decimal(text) + 0, "parse_int": Decimal}
    decimals = json.loads(json.dumps(value), **numbers)
    return json.loads(
        json.dumps(decimals, default=lambda number: f"\ue000{number:f}\ue000")
        .replace('"\\ue000', "")
        .replace('\\ue000"', "")
    )


def written(value: Any) -> bytes:
    return orjson.dumps(_TO_JSON["json"](value), option=orjson.OPT_SORT_KEYS)


@given(JSON_VALUES)
def test_json_is_written_alike_wherever_it_was_kept(value: Any) -> None:
    assert written(as_postgres_keeps(value)) == written(value)


@given(JSON_VALUES)
def test_json_is_written_alike_again(value: Any) -> None:
    assert written(orjson.loads(written(value))) == written(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(100.0, b"100.0"), (1e16, b"10000000000000000"), (1.5e300, b"1.5e+300"), (10**300, b"1e+300"), (-0.0, b"0.0")],
)
def test_numbers_are_written_in_one_way(value: float, expected: bytes) -> None:
    assert written(value) == expected


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 0.1, 5e-324])
def test_floats_of_columns_come_back(value: float) -> None:
    assert _FROM_JSON["float"](orjson.loads(orjson.dumps(_TO_JSON["float"](value)))) == value
