"""The first tutorial on the toy account: prices for a day, a schedule for the battery."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.api_client import ApiClient, make_services
from tests.command_line import Run
from tests.factories import make_source
from tests.planning import Planner
from wattloom.db import Database

DAY = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Amsterdam"))
EUR_PER_MWH = (10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10, 8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_battery_cycles_twice_between_seven_and_seven(run: Run, database: Database) -> None:
    """Two cycles: empty at 08:45, full by 11:00, empty by noon, full by 15:00, empty by 19:00."""
    _, output = run("add", "toy-account", "--shell-vars")
    ids = {name: int(row_id) for name, _, row_id in (line.partition("=") for line in output.splitlines()) if row_id}
    power = ids["FM_TOY_BATTERY_SENSOR_ID"]
    with database.write() as connection:
        source = make_source(connection)
    planner = Planner(
        services=make_services(database),
        account_id=ids["FM_TOY_ACCOUNT_ID"],
        user_id=1,
        site_id=ids["FM_TOY_BUILDING_ASSET_ID"],
        battery_id=ids["FM_TOY_BATTERY_ASSET_ID"],
        price=ids["FM_TOY_PRICE_SENSOR_ID"],
        power=power,
        soc=0,
        source_id=source,
    )
    planner.record(planner.price, [price / 1000 for price in EUR_PER_MWH], start=DAY)
    api = ApiClient(planner.services)
    body = {
        "start": DAY.replace(hour=7).isoformat(),
        "duration": "PT12H",
        "flex-model": {"soc-at-start": "225 kWh", "soc-min": "50 kWh"},
    }

    job = api.post(f"/sensors/{power}/schedules/trigger", user=1, json=body).json()["schedule"]
    planner.work()
    schedule = api.get(f"/sensors/{power}/schedules/{job}", user=1, params={"duration": "PT12H"}).json()
    api.close()

    expected = [0.0] * 48
    expected[6:8] = [-164.078, -500]
    expected[12:16] = [500, 500, 500, 186.548]
    expected[16:20] = [-17.893, -500, -500, -500]
    expected[28:32] = [500, 500, 500, 186.548]
    expected[44:48] = [-17.893, -500, -500, -500]
    assert schedule["unit"] == "kW"
    assert schedule["values"] == pytest.approx(expected, abs=1e-3)
