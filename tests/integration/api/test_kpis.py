"""The key figures of an asset."""

from typing import Any

import pytest
from sqlalchemy import update

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.assets.tables import asset
from wattloom.db import Database

MAY = {"start": "2026-05-01T00:00:00+02:00", "end": "2026-06-01T00:00:00+02:00"}


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    """A house with two daily sensors, its owner, and a sensor of somebody else."""
    with database.write() as connection:
        account = make_account(connection)
        house = make_asset(connection, account_id=account)
        daily = {"event_resolution": "P1D", "timezone": "Europe/Amsterdam"}
        return {
            "owner": make_user(connection, account_id=account, roles=("account-admin",)),
            "neighbour": make_user(connection, account_id=account),
            "house": house,
            "energy": make_sensor(connection, generic_asset_id=house, unit="kWh", **daily),
            "share": make_sensor(connection, generic_asset_id=house, unit="%", **daily),
            "foreign": make_sensor(
                connection, generic_asset_id=make_asset(connection, account_id=make_account(connection)), **daily
            ),
        }


def show(api: ApiClient, site: dict[str, int], *entries: dict[str, Any]) -> None:
    shown = api.patch(f"/assets/{site['house']}", user=site["owner"], json={"sensors_to_show_as_kpis": list(entries)})
    assert shown.status_code == 200, shown.text


def post(
    api: ApiClient, site: dict[str, int], name: str, values: list[float], *, unit: str, user: str = "owner"
) -> None:
    body = {"values": values, "start": MAY["start"], "duration": f"P{len(values)}D", "unit": unit}
    assert api.post(f"/sensors/{site[name]}/data", user=site[user], json=body).status_code == 200


def values_of(api: ApiClient, site: dict[str, int], **window: str) -> list[tuple[str, float, str]]:
    answer = api.get(f"/assets/{site['house']}/kpis", user=site["owner"], params=MAY | window).json()
    return [(one["title"], one["downsample_value"], one["downsample_function"]) for one in answer["data"]]


def test_energy_is_summed_and_a_share_averaged_unless_the_entry_says_otherwise(
    api: ApiClient, site: dict[str, int]
) -> None:
    show(
        api,
        site,
        {"title": "Used", "sensor": site["energy"]},
        {"title": "Own", "sensor": site["share"]},
        {"title": "Peak", "sensor": site["energy"], "function": "max"},
    )
    post(api, site, "energy", [3, 4, 5.126], unit="kWh")
    post(api, site, "share", [50, 60], unit="%")

    assert values_of(api, site) == [("Used", 12.13, "sum"), ("Own", 55.0, "mean"), ("Peak", 5.13, "max")]


def test_days_count_that_start_in_the_window(api: ApiClient, site: dict[str, int]) -> None:
    show(api, site, {"title": "Used", "sensor": site["energy"]})
    post(api, site, "energy", [1, 10, 100], unit="kWh")

    found = values_of(api, site, start="2026-05-01T12:00:00+02:00", end="2026-05-03T00:00:00+02:00")

    assert found == [("Used", 10.0, "sum")]


def test_of_several_sources_one_belief_counts_per_day(api: ApiClient, site: dict[str, int]) -> None:
    show(api, site, {"title": "Used", "sensor": site["energy"]})
    post(api, site, "energy", [1, 1], unit="kWh")
    post(api, site, "energy", [2], unit="kWh", user="neighbour")

    assert values_of(api, site) == [("Used", 3.0, "sum")]


def test_a_window_without_data_gives_zero(api: ApiClient, site: dict[str, int]) -> None:
    show(api, site, {"title": "Used", "sensor": site["energy"]}, {"title": "Own", "sensor": site["share"]})

    assert values_of(api, site) == [("Used", 0.0, "sum"), ("Own", 0.0, "mean")]


def test_sensors_that_are_gone_are_left_out(api: ApiClient, site: dict[str, int], database: Database) -> None:
    """As an import may leave them; deleting a sensor takes its key figures along."""
    dead = [{"title": "Dead", "sensor": 987}, {"title": "Own", "sensor": site["share"]}]
    with database.write() as connection:
        connection.execute(update(asset).where(asset.c.id == site["house"]).values(sensors_to_show_as_kpis=dead))

    assert [title for title, _, _ in values_of(api, site)] == ["Own"]


def test_sensors_that_may_not_be_read_are_left_out(api: ApiClient, site: dict[str, int]) -> None:
    show(api, site, {"title": "Theirs", "sensor": site["foreign"]}, {"title": "Own", "sensor": site["share"]})

    assert [title for title, _, _ in values_of(api, site)] == ["Own"]


@pytest.mark.parametrize(
    ("window", "field"),
    [
        ({"start": MAY["start"]}, "end"),
        ({"start": "yesterday", "end": MAY["end"]}, "start"),
        ({"start": MAY["end"], "end": MAY["start"]}, "end"),
    ],
)
def test_a_window_that_makes_no_sense_is_named(
    api: ApiClient, site: dict[str, int], window: dict[str, str], field: str
) -> None:
    response = api.get(f"/assets/{site['house']}/kpis", user=site["owner"], params=window)

    assert response.status_code == 422
    assert list(response.json()["message"]["query"]) == [field]
