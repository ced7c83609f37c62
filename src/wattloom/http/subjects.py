"""What paths name, by what a handler does to it: the permissions that signatures declare."""

from dataclasses import replace
from typing import Annotated, TypeAlias

from sqlalchemy import Connection

from wattloom.accounts import Account, Action, Kind, Resource, User, get_account, get_user, user_resource
from wattloom.assets import Asset, get_asset, sensor_resource
from wattloom.http.permitted import Permitted
from wattloom.timeseries import Sensor, get_sensor


def _find_asset(connection: Connection, asset_id: int) -> tuple[Asset, Resource]:
    asset = get_asset(connection, asset_id)
    return asset, asset.resource


def _find_sensor(connection: Connection, sensor_id: int) -> tuple[Sensor, Resource]:
    return get_sensor(connection, sensor_id), sensor_resource(connection, sensor_id)


def _find_user(connection: Connection, user_id: int) -> tuple[User, Resource]:
    user = get_user(connection, user_id)
    return user, user_resource(connection, user)


def _find_user_log(connection: Connection, user_id: int) -> tuple[User, Resource]:
    user, resource = _find_user(connection, user_id)
    return user, replace(resource, kind=Kind.USER_AUDIT_LOG)


def _find_shared_account(connection: Connection, account_id: int) -> tuple[Account, Resource]:
    account, resource = _find_account(connection, account_id)
    return account, replace(resource, kind=Kind.SHARED_ACCOUNT)


def _find_account_log(connection: Connection, account_id: int) -> tuple[Account, Resource]:
    account, resource = _find_account(connection, account_id)
    return account, replace(resource, kind=Kind.ACCOUNT_AUDIT_LOG)


def _find_account(connection: Connection, account_id: int) -> tuple[Account, Resource]:
    account = get_account(connection, account_id)
    return account, account.resource


ReadableAsset: TypeAlias = Annotated[Asset, Permitted(Action.READ, _find_asset)]
ExtensibleAsset: TypeAlias = Annotated[Asset, Permitted(Action.CREATE_CHILDREN, _find_asset)]
ChangeableAsset: TypeAlias = Annotated[Asset, Permitted(Action.UPDATE, _find_asset)]
DeletableAsset: TypeAlias = Annotated[Asset, Permitted(Action.DELETE, _find_asset)]

ReadableSensor: TypeAlias = Annotated[Sensor, Permitted(Action.READ, _find_sensor)]
RecordableSensor: TypeAlias = Annotated[Sensor, Permitted(Action.CREATE_CHILDREN, _find_sensor)]
ChangeableSensor: TypeAlias = Annotated[Sensor, Permitted(Action.UPDATE, _find_sensor)]
DeletableSensor: TypeAlias = Annotated[Sensor, Permitted(Action.DELETE, _find_sensor)]

ReadableUser: TypeAlias = Annotated[User, Permitted(Action.READ, _find_user)]
ChangeableUser: TypeAlias = Annotated[User, Permitted(Action.UPDATE, _find_user)]
UserWithReadableLog: TypeAlias = Annotated[User, Permitted(Action.READ, _find_user_log)]
ReadableAccount: TypeAlias = Annotated[Account, Permitted(Action.READ, _find_account)]
ExtensibleAccount: TypeAlias = Annotated[Account, Permitted(Action.CREATE_CHILDREN, _find_account)]
SharedAccount: TypeAlias = Annotated[Account, Permitted(Action.UPDATE, _find_shared_account)]
AccountWithReadableLog: TypeAlias = Annotated[Account, Permitted(Action.READ, _find_account_log)]
