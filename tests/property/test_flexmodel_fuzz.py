"""Whatever JSON is sent as a flex-model or flex-context: it is read, or refused with the fields named."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flexing import AMSTERDAM, BATTERY, SENSORS, SITE, at, make_window
from wattloom.errors import SCHEMA_FIELD, FieldPath, FlexModelError, InputError
from wattloom.scheduling.flexmodel import (
    FLEX_CONTEXT,
    FLEX_MODEL,
    check_entries,
    check_stored_context,
    check_stored_model,
    merge_flex_model,
    parse_config,
    referenced_sensors,
    settle,
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from(["", "5 kW", "20 kWh", "90 %", "4", "-1 EUR/kWh", "3 * 230V * 16A", "1e999 kW", "nan kW", at(1)])
    | st.text(max_size=8)
)
keys = st.sampled_from(["sensor", "sensors", "value", "datetime", "start", "end", "duration", "default", "name", "x"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)
models = st.dictionaries(st.sampled_from([*FLEX_MODEL, "nonsense"]), values, max_size=5)
contexts = st.dictionaries(st.sampled_from([*FLEX_CONTEXT, "nonsense"]), values, max_size=5)


def refused_paths(read: Callable[[], object]) -> list[FieldPath]:
    """Return the paths of what is refused; any other error passes through."""
    try:
        read()
    except InputError as error:
        return [problem.path for problem in error.problems]
    return []


@given(models, contexts | values)
def test_requests_are_read_or_refused_by_field(model: dict[str, Any], context: Any) -> None:
    whole = {**SITE, **context} if isinstance(context, dict) else context

    paths = refused_paths(
        lambda: settle(parse_config([{**BATTERY, **model}], whole, SENSORS, AMSTERDAM), make_window())
    )

    assert all(paths)


@given(values | st.lists(models, max_size=3), st.dictionaries(st.sampled_from([7, 8]), models, max_size=2))
def test_entries_are_merged_or_refused_by_place(request: Any, stored: dict[int, dict[str, Any]]) -> None:
    paths = refused_paths(
        lambda: merge_flex_model(check_entries(request, SENSORS, tree=[7, 8], asset_id=7), stored, SENSORS)
    )

    assert all(path[0] in {"flex-model", SCHEMA_FIELD} for path in paths)


@given(values | models, values | contexts)
def test_looking_for_sensors_takes_anything(model: Any, context: Any) -> None:
    found = referenced_sensors(model, context)

    assert all(0 <= reference.item_id < 2**31 for reference in found)


@given(values | models, values | contexts)
def test_stored_configurations_are_accepted_or_refused_by_field(model: Any, context: Any) -> None:
    assert all(refused_paths(lambda: check_stored_model(model, SENSORS)))
    assert all(refused_paths(lambda: check_stored_context(context, SENSORS)))


def test_sensors_with_impossible_ids_are_unknown() -> None:
    with pytest.raises(FlexModelError, match="No sensor found with ID 9999999999"):
        parse_config([BATTERY], {**SITE, "consumption-price": {"sensor": 9_999_999_999}}, SENSORS, AMSTERDAM)
