"""The site that the examples in the description of the API are about: things with exactly the ids that they name."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from tests.factories import make_account, make_annotation, make_api_key, make_asset, make_sensor, make_source, make_user
from tests.home import record_constant, set_flex
from wattloom.accounts import seed_roles
from wattloom.assets import seed_asset_types
from wattloom.timeseries import BeliefStore

ACCOUNT, STRANGERS, CONSULTANCY = 2, 3, 4
SITE, BATTERY, SOLAR, HEAT_PUMP, MARKET = 10, 11, 12, 13, 14
POWER, STOCK, SOURCE = 931, 74, 51
KNOWN = datetime(2015, 6, 2, 10, tzinfo=UTC)
"""Values are recorded from a day before this moment to two days after it."""

USERS: Mapping[str, tuple[int, int, tuple[str, ...]]] = {
    "member": (21, ACCOUNT, ()),
    "account-admin": (22, ACCOUNT, ("account-admin",)),
    "consultant": (23, CONSULTANCY, ("consultant",)),
    "admin-reader": (24, STRANGERS, ("admin-reader",)),
    "admin": (25, STRANGERS, ("admin",)),
}
"""Id, account and roles by role; the account of the site is a client of the consultant's."""

_SENSORS: Mapping[int, tuple[int, str, str, float]] = {
    9: (MARKET, "buying price", "EUR/MWh", 120.0),
    10: (MARKET, "selling price", "EUR/MWh", 60.0),
    13: (SITE, "kitchen", "kW", -1.0),
    14: (SITE, "workshop", "kW", -2.0),
    15: (SITE, "office", "kW", -0.5),
    32: (SITE, "grid limit", "kW", 90.0),
    42: (BATTERY, "charging limit", "kW", 20.0),
    POWER: (BATTERY, "power", "kW", 3.0),
    932: (SOLAR, "power", "kW", 5.0),
    760: (SOLAR, "forecast", "kW", 6.0),
}

IDS: Mapping[str, int] = {
    "assets": SITE,
    "asset": SITE,
    "sensors": POWER,
    "sensor": POWER,
    "users": USERS["member"][0],
    "accounts": ACCOUNT,
    "keys": 1,
    "annotations": 1,
}
"""The id in paths that go through these words."""


def make_example_site(connection: Connection, store: BeliefStore) -> None:
    """Insert the site, its neighbours and who may see them."""
    seed_roles(connection)
    seed_asset_types(connection)
    make_account(connection, id=CONSULTANCY, name="Consultancy", roles=("Consultancy",))
    make_account(connection, id=ACCOUNT, name="Harbour", consultancy_account_id=CONSULTANCY)
    make_account(connection, id=STRANGERS, name="Elsewhere")
    for name, (user_id, account_id, roles) in USERS.items():
        email = f"{name}@dockside.example" if name != "member" else "ada@dockside.example"
        make_user(connection, id=user_id, email=email, account_id=account_id, roles=roles)
    make_api_key(connection, USERS["member"][0], name="gateway")
    _make_assets(connection)
    source_id = make_source(connection, id=SOURCE, name="gateway", account_id=ACCOUNT)
    make_sensor(connection, id=STOCK, name="state of charge", unit="kWh", event_resolution="P0D", **_on(BATTERY))
    record_constant(connection, store, STOCK, 12.1, source_id=source_id, now=KNOWN)
    for sensor_id, (asset_id, name, unit, value) in _SENSORS.items():
        make_sensor(connection, id=sensor_id, name=name, unit=unit, **_on(asset_id))
        record_constant(connection, store, sensor_id, value, source_id=source_id, now=KNOWN)
    set_flex(connection, SITE, context={"consumption-price": {"sensor": 9}, "site-power-capacity": "17 kVA"})
    make_annotation(connection, source_id=source_id, asset=SITE, sensor=POWER, account=ACCOUNT)


def _make_assets(connection: Connection) -> None:
    shown = [{"title": "Power", "sensors": [931, 932]}]
    figures = [{"title": "Energy", "sensor": 931, "function": "sum"}]
    make_asset(
        connection,
        id=SITE,
        kind="building",
        name="Harbour office",
        account_id=ACCOUNT,
        latitude=52.37,
        longitude=4.9,
        sensors_to_show=shown,
        sensors_to_show_as_kpis=figures,
    )
    below: dict[str, Any] = {"account_id": ACCOUNT, "parent_asset_id": SITE}
    make_asset(connection, id=BATTERY, kind="battery", name="Battery", **below)
    make_asset(connection, id=SOLAR, kind="solar", name="Roof", **below)
    make_asset(connection, id=HEAT_PUMP, kind="heat-storage", name="Heat pump", **below)
    make_asset(connection, id=MARKET, kind="transmission zone", name="Market", account_id=None)


def _on(asset_id: int) -> dict[str, int]:
    return {"generic_asset_id": asset_id}
