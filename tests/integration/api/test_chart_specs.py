"""Charts for embedders over the whole HTTP stack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.accounts import get_user
from wattloom.annotations import NewAnnotation, annotate, asset_subject, owner_subject, sensor_subject
from wattloom.assets import get_asset
from wattloom.assets.tables import asset as asset_table
from wattloom.db import Database
from wattloom.timeseries import get_sensor

START = "2026-05-04T10:00:00+02:00"
END = "2026-05-04T12:00:00+02:00"
WINDOW_MS = [1_777_881_600_000, 1_777_888_800_000]
WINDOW = {"start": START, "end": END}
NOON = datetime(2026, 5, 4, 9, tzinfo=UTC)

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what the database has no part in."""


class House:
    """A battery with two sensors and somebody else's sensor on its graphs."""

    def __init__(self, api: ApiClient, database: Database) -> None:
        self.api, self.database = api, database
        with database.write() as connection:
            self.account = make_account(connection)
            self.asset = make_asset(connection, account_id=self.account, name="battery")
            self.user = make_user(connection, account_id=self.account, username="ada")
            self.power = make_sensor(connection, generic_asset_id=self.asset, name="power")
            self.grid = make_sensor(connection, generic_asset_id=self.asset, name="grid", unit="MW")
            elsewhere = make_asset(connection, account_id=make_account(connection))
            self.foreign = make_sensor(connection, generic_asset_id=elsewhere, name="secret", unit="EUR/MWh")
            connection.execute(
                update(asset_table)
                .where(asset_table.c.id == self.asset)
                .values(
                    sensors_to_show=[
                        {"title": "flows", "plots": [{"sensors": [self.power, self.grid]}]},
                        {"title": "theirs", "sensor": self.foreign},
                        self.grid,
                    ]
                )
            )

    def chart(self, path: str = "", **params: Any) -> Any:
        answer = self.api.get(path or f"/assets/{self.asset}/chart", user=self.user, params=params)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    def sensor_chart(self, **params: Any) -> Any:
        return self.chart(f"/sensors/{self.power}/chart", **params)

    def post(self, *values: float) -> None:
        body = {"values": values, "unit": "kW", "start": START, "duration": "PT1H", "prior": "2026-05-01T00:00+02:00"}
        assert self.api.post(f"/sensors/{self.power}/data", user=self.user, json=body).status_code == 200

    def remark(self) -> None:
        """One word on the sensor, one on its asset, one on the account."""
        with self.database.write() as connection:
            asset, sensor = get_asset(connection, self.asset), get_sensor(connection, self.power)
            subjects = [sensor_subject(sensor, asset), asset_subject(asset), *owner_subject(asset)]
            for n, (subject, word) in enumerate(zip(subjects, ("sensor", "asset", "account"), strict=True), start=1):
                new = NewAnnotation(word, NOON, NOON + timedelta(minutes=n))
                annotate(connection, subject, new, author=get_user(connection, self.user), by=None, now=NOON)


@pytest.fixture
def house(api: ApiClient, database: Database) -> House:
    return House(api, database)


def filters(chart: Any) -> list[list[int]]:
    return [graph["transform"][0]["filter"]["oneOf"] for graph in chart["vconcat"]]


def test_an_asset_has_a_graph_for_each_entry_that_the_caller_may_read(house: House) -> None:
    chart = house.chart()

    assert filters(chart) == [[house.power, house.grid], [house.grid]]
    assert chart["data"] == {"name": f"asset_{house.asset}"}
    assert chart["vconcat"][0]["title"] == "Flows"
    assert "datasets" not in chart
    assert "secret" not in str(chart)
    assert "EUR/MWh" not in str(chart)


@on_sqlite
def test_without_a_choice_the_first_two_sensors_are_shown(house: House) -> None:
    with house.database.write() as connection:
        connection.execute(update(asset_table).values(sensors_to_show=[]))

    assert filters(house.chart()) == [[house.power], [house.grid]]


@pytest.mark.parametrize(
    "path", ["/api/dev/sensor/{0.power}/chart", "/api/v3_0/sensors/{0.power}/chart", "/sensors/{0.power}/chart/"]
)
@on_sqlite
def test_a_sensor_has_the_same_chart_at_each_address(house: House, path: str) -> None:
    assert house.chart(path.format(house)) == house.sensor_chart()


def test_data_put_in_are_those_of_chart_data(house: House) -> None:
    house.post(1, 2, 3, 4)

    asset_data = house.chart(f"/assets/{house.asset}/chart_data", **WINDOW)
    sensor_data = house.chart(f"/sensors/{house.power}/chart_data", **WINDOW)

    assert [row["event_value"] for row in asset_data] == [1, 2, 3, 4]
    assert house.chart(**WINDOW, **{"include-data": "true"})["datasets"] == {f"asset_{house.asset}": asset_data}
    assert house.sensor_chart(**WINDOW, **{"include-data": "true"})["datasets"] == {
        f"sensor_{house.power}": sensor_data,
        f"sensor_{house.power}_annotations": [],
    }


def test_data_put_in_are_those_believed_at_the_time_asked_for(house: House) -> None:
    house.post(1, 2, 3, 4)

    before = house.sensor_chart(include_data="True", prior="2026-04-30T00:00:00+02:00", **WINDOW)

    assert before["datasets"][f"sensor_{house.power}"] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["include-sensor-annotations"], ["sensor"]),
        (["include_asset_annotations", "include-account-annotations"], ["asset", "account"]),
        ([], []),
    ],
)
@on_sqlite
def test_sensors_put_in_the_annotations_that_are_asked_for(house: House, asked: list[str], words: list[str]) -> None:
    house.remark()

    chart = house.sensor_chart(**WINDOW, **{"include-data": "1"}, **dict.fromkeys(asked, "true"))

    found = chart["datasets"][f"sensor_{house.power}_annotations"]
    assert [one["content"] for one in found] == [[word] for word in words]
    names = {layer.get("name") for layer in chart["layer"]}
    assert ("annotation_band_0" in names) == bool(words)


@on_sqlite
def test_assets_draw_annotations_but_never_put_them_in(house: House) -> None:
    house.remark()

    chart = house.chart(**{"include-data": "true", "include-asset-annotations": "yes"})

    assert list(chart["datasets"]) == [f"asset_{house.asset}"]
    assert chart["vconcat"][1]["layer"][0]["data"] == {"name": f"asset_{house.asset}_annotations"}


@pytest.mark.parametrize(
    ("canonical", "legacy"),
    [
        ({"start": START, "end": END}, {"event_starts_after": START, "event_ends_before": END}),
        ({"start": START, "end": END}, {"start": START, "duration": "PT2H"}),
        ({"start": START, "end": END}, {"end": END, "duration": "PT2H"}),
        ({"start": START, "end": END}, {"start": START.replace("+", " "), "end": END.replace("+", " ")}),
        ({"dataset-name": "mine"}, {"dataset_name": "mine"}),
        ({"combine-legend": "false"}, {"combine_legend": "off"}),
        ({"chart-type": "chart_for_chargepoint_sessions"}, {"chart_type": "chart_for_chargepoint_sessions"}),
        ({"include-asset-annotations": "true"}, {"include_asset_annotations": "t"}),
        ({"include-account-annotations": "true"}, {"include_account_annotations": "t"}),
        ({"include-data": "true"}, {"include_data": "Y"}),
        ({"dataset-name": "mine"}, {"dataset_name": "other", "dataset-name": "mine"}),
        ({}, {"theme": "dark", "include_sensor_annotations": "true"}),
    ],
)
@on_sqlite
def test_both_spellings_mean_the_same(house: House, canonical: dict[str, str], legacy: dict[str, str]) -> None:
    assert house.chart(**legacy) == house.chart(**canonical)


@on_sqlite
def test_the_choices_reach_the_chart(house: House) -> None:
    chart = house.chart(**WINDOW, **{"dataset-name": "mine", "combine-legend": "no", "width": "640", "height": "200"})

    assert chart["data"] == {"name": "mine"}
    assert chart["resolve"]["scale"]["color"] == "independent"
    assert (chart["width"], chart["height"]) == ("640", "200")
    assert chart["vconcat"][0]["layer"][-1]["encoding"]["x"]["scale"]["domain"] == WINDOW_MS


@pytest.mark.parametrize("chart_type", ["bar_chart", "histogram", "daily_heatmap", "weekly_heatmap"])
@on_sqlite
def test_a_sensor_has_four_kinds_of_chart(house: House, chart_type: str) -> None:
    chart = house.sensor_chart(chart_type=chart_type, width="400", height="250")

    assert (chart["width"], chart["height"]) == ("400", "250")
    assert chart["layer"]


@pytest.mark.parametrize(
    ("params", "field", "told"),
    [
        ({"chart_type": "pie"}, "chart-type", "'chart_for_multiple_sensors' or 'chart_for_chargepoint_sessions'"),
        ({"chart-type": "bar_chart"}, "chart-type", "'chart_for_multiple_sensors' or 'chart_for_chargepoint_sessions'"),
        ({"width": "wide"}, "width", "pixels"),
        ({"height": "-3"}, "height", "pixels"),
        ({"include_data": "maybe"}, "include-data", "boolean"),
        ({"duration": "PT1H"}, "duration", "start or end"),
        ({"start": "yesterday"}, "start", ""),
        ({"start": END, "end": START}, "end", "before the start"),
        ({"dataset-name": ""}, "dataset-name", "1"),
    ],
)
@on_sqlite
def test_a_choice_that_makes_no_sense_is_named(house: House, params: dict[str, str], field: str, told: str) -> None:
    answer = house.api.get(f"/assets/{house.asset}/chart", user=house.user, params=params)

    assert answer.status_code == 422
    [(named, [text])] = answer.json()["message"]["query"].items()
    assert named == field
    assert told in text


@on_sqlite
def test_unknown_charts_of_sensors_list_what_there_is(house: House) -> None:
    answer = house.api.get(f"/api/dev/sensor/{house.power}/chart?chart-type=pie", user=house.user)

    assert answer.status_code == 422
    [text] = answer.json()["message"]["query"]["chart-type"]
    assert all(name in text for name in ("bar_chart", "histogram", "daily_heatmap", "weekly_heatmap"))


@pytest.mark.parametrize(
    ("path", "status"),
    [("/assets/987654/chart", 404), ("/api/dev/sensor/987654/chart", 422), ("/sensors/9/chart", 422)],
)
@on_sqlite
def test_things_that_do_not_exist_are_refused(house: House, path: str, status: int) -> None:
    assert house.api.get(path, user=house.user).status_code == status


@on_sqlite
def test_the_order_of_requests_never_changes_a_chart(house: House) -> None:
    kinds = ["bar_chart", "daily_heatmap", "histogram", "weekly_heatmap"]

    there = {kind: house.sensor_chart(chart_type=kind, include_sensor_annotations="true") for kind in kinds}
    asset = house.chart()
    back = {kind: house.sensor_chart(chart_type=kind, include_sensor_annotations="true") for kind in reversed(kinds)}

    assert back == there
    assert house.chart() == asset
