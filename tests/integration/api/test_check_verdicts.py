"""Whatever is sent: the check of an asset finds a problem exactly when PATCH refuses the same body."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.db import Database
from wattloom.scheduling import FIELD_TABLES

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

N_SENSORS = 4
numbers = st.integers(-1, 2**40) | st.floats(allow_nan=False, allow_infinity=False)
ids = st.integers(0, N_SENSORS + 2)
words = st.sampled_from(["5 kW", "20 kWh", "90 %", "0.3 EUR/kWh", "4", "heat", "PT1H", "nonsense", ""])
references = st.fixed_dictionaries({"sensor": ids}, optional={"default": words, "x": words})
scalars = st.none() | st.booleans() | numbers | words | references
parts = st.dictionaries(
    st.sampled_from([*FIELD_TABLES["commitment"], *FIELD_TABLES["scenarios"], "after", "resolution"]),
    scalars,
    max_size=4,
)
values = scalars | st.lists(scalars | parts, max_size=3) | parts
graphs = st.fixed_dictionaries(
    {},
    optional={
        "title": words | numbers,
        "sensor": ids,
        "sensors": st.lists(ids, max_size=2),
        "y-axis": st.sampled_from(["zero", "data", "x", [0, 1], [1, 0], {"min": 0, "max": 1}]),
    },
)
figures = st.fixed_dictionaries({}, optional={"title": words, "sensor": ids, "function": st.sampled_from(["sum", "x"])})
bodies = st.fixed_dictionaries(
    {},
    optional={
        "flex_context": st.dictionaries(st.sampled_from([*FIELD_TABLES["flex-context"], "x"]), values, max_size=4)
        | words,
        "flex_model": st.dictionaries(st.sampled_from([*FIELD_TABLES["flex-model"], "x"]), values, max_size=4) | words,
        "sensors_to_show": st.lists(graphs | ids, max_size=2) | words,
        "sensors_to_show_as_kpis": st.lists(figures, max_size=2),
        "name": words,
        "latitude": numbers,
        "parent_asset_id": st.none() | ids,
        "x": words,
    },
)


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    """An asset with sensors of several units, one of which is somebody else's."""
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        for unit in ("kW", "kWh", "EUR/kWh"):
            make_sensor(connection, name=unit, unit=unit, generic_asset_id=asset)
        foreign = make_asset(connection, account_id=make_account(connection))
        make_sensor(connection, generic_asset_id=foreign)
        return {"asset": asset, "user": make_user(connection, account_id=account)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies)
@example(body={})
@example(body={"flex_model": {"soc-max": "10 kWh"}})
@example(body={"flex_context": {"consumption-price": {"sensor": N_SENSORS}}})
def test_check_and_patch_agree(api: ApiClient, site: dict[str, int], body: dict[str, Any]) -> None:
    checked = api.post(f"/api/v4/assets/{site['asset']}/check", user=site["user"], json=body)
    patched = api.patch(f"/assets/{site['asset']}", user=site["user"], json=body)

    assert checked.status_code in {200, 422}, checked.text
    finds_problems = checked.status_code != 200 or checked.json()["problems"] != {}
    assert finds_problems == (patched.status_code != 200), (checked.text, patched.text)
