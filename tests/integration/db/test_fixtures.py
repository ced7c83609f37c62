import pytest
from sqlalchemy import Connection, select

from tests.factories import make_account, make_asset, make_sensor, make_source, make_user
from wattloom.accounts.tables import account, app_user
from wattloom.db import Database
from wattloom.timeseries.tables import sensor


@pytest.mark.parametrize("_attempt", [1, 2])
def test_database_is_empty_although_others_committed(database: Database, _attempt: int) -> None:
    with database.read() as connection:
        before = connection.execute(select(account.c.id)).all()

    with database.write() as connection:
        make_account(connection, name="Once")

    assert before == []


def test_factories_insert_what_a_row_cannot_exist_without(connection: Connection) -> None:
    user_id = make_user(connection, roles=("admin",))
    sensor_id = make_sensor(connection, generic_asset_id=make_asset(connection, account_id=None))

    assert make_source(connection, user_id=user_id) > 0
    assert connection.execute(select(app_user.c.active).where(app_user.c.id == user_id)).scalar_one() is True
    assert connection.execute(select(sensor.c.unit).where(sensor.c.id == sensor_id)).scalar_one() == "kW"
