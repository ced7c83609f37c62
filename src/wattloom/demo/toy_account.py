"""The account of FlexMeasures' tutorials: found in the database, or made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, select

from wattloom.accounts import (
    Account,
    NewAccount,
    NewUser,
    User,
    create_account,
    create_user,
    find_account,
    find_login,
    seed_roles,
)
from wattloom.assets import (
    Asset,
    NewAsset,
    add_asset_type,
    add_sensor,
    create_asset,
    get_asset,
    list_asset_types,
    seed_asset_types,
    update_asset,
)
from wattloom.assets.tables import asset as asset_table
from wattloom.demo.toy_structure import (
    ASSETS,
    BUILDING,
    GRID_CAPACITY_KW,
    LATITUDE,
    LONGITUDE,
    SENSORS,
    SENSORS_OF,
    SHELL_VARIABLES,
    TIMEZONE,
    Kind,
    ToyAsset,
    ToySensor,
    configuration,
    reporter_attributes,
)
from wattloom.errors import NotFoundError
from wattloom.periods import Resolution, to_us, zone
from wattloom.timeseries import (
    Beliefs,
    BeliefStore,
    NewSensor,
    NewSource,
    Sensor,
    Source,
    get_or_create_source,
    list_sensors,
    record_beliefs,
)
from wattloom.timeseries.tables import sensor as sensor_table

EMAIL, USERNAME, PASSWORD = "toy-user@flexmeasures.io", "toy-user", "toy-password"


@dataclass(frozen=True, slots=True)
class ToyAccount:
    """A toy account as it stands in the database.

    Attributes:
        account: The account.
        user: Who logs in; of the account for which it was made first.
        is_new_user: Whether the user was made just now, with :data:`PASSWORD`.
        assets: By name.
        sensors: By a key of our own.
        reporter: The source of reports about costs, for the kind that has one.
    """

    account: Account
    user: User
    is_new_user: bool
    assets: Mapping[str, Asset]
    sensors: Mapping[str, Sensor]
    reporter: Source | None = None

    def shell_variables(self) -> dict[str, int]:
        """Return the ids that tutorials refer to, by the name of the variable."""
        ids = {name: asset.id for name, asset in self.assets.items()}
        ids |= {key: sensor.id for key, sensor in self.sensors.items()}
        known = {variable: ids[key] for variable, key in SHELL_VARIABLES.items() if key in ids}
        return {"FM_TOY_ACCOUNT_ID": self.account.id} | known


def add_toy_account(
    connection: Connection, store: BeliefStore, kind: Kind, *, name: str = "Toy Account", now: datetime
) -> ToyAccount:
    """Return a toy account; what is missing is made, and what people changed since stays.

    Args:
        connection: A write transaction.
        store: The store of this database.
        kind: What it is to try out; a report needs what the other kinds schedule.
        name: Name of the account.
        now: Time of audit records, and of what is believed about the grid connection.
    """
    seed_asset_types(connection)
    seed_roles(connection)
    account = _account(connection, name, now)
    user, is_new_user = _user(connection, account, now)
    keys = SENSORS_OF[kind]
    wanted = {BUILDING, *(SENSORS[key].asset for key in keys)}
    assets: dict[str, Asset] = {}
    for asset_name, spec in ASSETS.items():
        if asset_name in wanted:
            assets[asset_name] = _asset(connection, account, asset_name, spec, assets, now)
    sensors = {key: _sensor(connection, assets[SENSORS[key].asset], SENSORS[key], now) for key in keys}
    _configure(connection, assets, sensors, now)
    toy = ToyAccount(account, user, is_new_user, assets, sensors)
    return _with_reporter(connection, store, toy, now) if kind is Kind.REPORTER else toy


def _account(connection: Connection, name: str, now: datetime) -> Account:
    try:
        known = find_account(connection, name)
    except NotFoundError:
        known = None
    # A name of digits may have found an id.
    if known is not None and known.name == name.strip():
        return known
    return create_account(connection, NewAccount(name=name), by=None, now=now)


def _user(connection: Connection, account: Account, now: datetime) -> tuple[User, bool]:
    login = find_login(connection, EMAIL)
    if login is not None:
        return login.user, False
    new = NewUser(
        email=EMAIL,
        username=USERNAME,
        password=PASSWORD,
        account_id=account.id,
        timezone=TIMEZONE,
        roles=("account-admin",),
    )
    user = create_user(connection, new, by=None, now=now)
    # Tutorials import prices in the user's name before it has posted anything.
    get_or_create_source(connection, NewSource(USERNAME, "user", user_id=user.id, account_id=account.id))
    return user, True


def _asset(
    connection: Connection, account: Account, name: str, spec: ToyAsset, assets: Mapping[str, Asset], now: datetime
) -> Asset:
    account_id = None if spec.is_public else account.id
    parent_id = assets[spec.parent].id if spec.parent else None
    columns = asset_table.c
    known = connection.scalar(
        select(columns.id).where(
            columns.name == name,
            columns.account_id.is_not_distinct_from(account_id),
            columns.parent_asset_id.is_not_distinct_from(parent_id),
        )
    )
    if known is not None:
        return get_asset(connection, known)
    new = NewAsset(
        name=name,
        generic_asset_type_id=_type_id(connection, spec.type, now),
        account_id=account_id,
        parent_asset_id=parent_id,
        latitude=None if spec.is_public else LATITUDE,
        longitude=None if spec.is_public else LONGITUDE,
    )
    return create_asset(connection, new, by=None, now=now)


def _type_id(connection: Connection, name: str, now: datetime) -> int:
    known = next((each for each in list_asset_types(connection) if each.name == name), None)
    return (known or add_asset_type(connection, name, None, by=None, now=now)).id


def _sensor(connection: Connection, asset: Asset, spec: ToySensor, now: datetime) -> Sensor:
    columns = sensor_table.c
    known = list_sensors(connection, columns.generic_asset_id == asset.id, columns.name == spec.name)
    if known:
        return known[0]
    new = NewSensor(
        name=spec.name,
        unit=spec.unit,
        timezone=TIMEZONE,
        event_resolution=Resolution.parse(spec.event_resolution),
        attributes={},
        asset_id=asset.id,
        knowledge_horizon=spec.knowledge_horizon,
    )
    return add_sensor(connection, new, by=None, now=now)


def _configure(connection: Connection, assets: dict[str, Asset], sensors: Mapping[str, Sensor], now: datetime) -> None:
    """Store flex-contexts, flex-models and graphs where there are none yet."""
    asset_ids = {name: asset.id for name, asset in assets.items()}
    wanted = configuration(asset_ids, {key: sensor.id for key, sensor in sensors.items()})
    for name, fields in wanted.items():
        # One by one: graphs may show what the flex-context, which comes first, refers to.
        for field, value in fields.items():
            if not getattr(assets[name], field):
                assets[name] = update_asset(connection, assets[name], {field: value}, by=None, now=now)


def _with_reporter(connection: Connection, store: BeliefStore, toy: ToyAccount, now: datetime) -> ToyAccount:
    """Say what the grid connection can carry this year, and configure the report about costs."""
    capacity = toy.sensors["grid_capacity"]
    new_year = now.astimezone(zone(TIMEZONE)).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    source = get_or_create_source(connection, NewSource("Wattloom", "demo script"))
    stated = Beliefs.points(
        sensor_id=capacity.id,
        source_id=source.id,
        event_start_us=np.array([to_us(new_year)], dtype=np.int64),
        belief_time_us=to_us(now),
        event_value=np.array([GRID_CAPACITY_KW]),
    )
    record_beliefs(connection, store, capacity, stated)
    attributes = reporter_attributes(toy.sensors["price"].id)
    new = NewSource("Wattloom", "reporter", model="ProfitOrLossReporter", attributes=attributes)
    return replace(toy, reporter=get_or_create_source(connection, new))
