"""Records written from columns are what writing them one by one gives."""

import json
import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wattloom.charts.json_records import Block, json_records

constants: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.text(),
    st.just("100 %b\n%%"),
    st.dictionaries(st.text(), st.integers(0, 9) | st.text(), max_size=3),
)
numbers = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.1, 1e22, 1e-9, -0.0, 3.0])


@st.composite
def columns(draw: st.DrawFn, n: int) -> Any:
    kind = draw(st.sampled_from(["int", "float", "bool", "every other"]))
    if kind == "float":
        return np.array(draw(st.lists(numbers, min_size=n, max_size=n)), dtype=np.float64)
    if kind == "bool":
        return np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)
    whole = draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2 * n, max_size=2 * n))
    return np.array(whole, dtype=np.int64)[::2] if kind == "every other" else np.array(whole[:n], dtype=np.int64)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    n = draw(st.integers(0, 4))
    block: dict[str, Any] = {"varies": draw(columns(n))}
    for key in draw(st.lists(st.text() | st.just("%d"), max_size=4)):
        block[key] = draw(constants | columns(n))
    return block


def one_by_one(block: Block) -> list[dict[str, Any]]:
    n = next(len(value) for value in block.values() if isinstance(value, np.ndarray))
    return [
        {key: plain(value[k].item()) if isinstance(value, np.ndarray) else value for key, value in block.items()}
        for k in range(n)
    ]


def plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


@given(written=st.lists(blocks(), max_size=4))
def test_all_records_are_written_in_order(written: list[Block]) -> None:
    records = [record for block in written for record in one_by_one(block)]

    # The texts of what is read back tell integers from floats, and 0.0 from -0.0.
    assert repr(json.loads(json_records(written))) == repr(json.loads(json.dumps(records)))


@given(written=st.lists(blocks(), max_size=4), data=st.data())
def test_records_can_be_put_in_another_order(written: list[Block], data: st.DataObject) -> None:
    records = [record for block in written for record in one_by_one(block)]
    order = data.draw(st.permutations(range(len(records))))

    answer = json.loads(json_records(written, np.array(order, dtype=np.intp)))

    assert repr(answer) == repr(json.loads(json.dumps([records[k] for k in order])))
