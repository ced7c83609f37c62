"""The tables of the data contract, row by row: resolutions and units of posts, windows and filters of gets."""

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_asset, make_sensor, make_source, make_user
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MIDNIGHT = "2026-06-01T00:00:00+02:00"
LOCATION = "combined_sensor_data_description"


class Data:
    """The data of a new sensor."""

    def __init__(self, api: ApiClient, database: Database, **columns: Any) -> None:
        self.api, self.database = api, database
        with database.write() as connection:
            self.account = make_account(connection)
            asset = make_asset(connection, account_id=self.account)
            self.sensor = make_sensor(connection, generic_asset_id=asset, **columns)
            self.user = make_user(connection, account_id=self.account)
        self.url, self.unit = f"/sensors/{self.sensor}/data", columns.get("unit", "kW")

    def post(
        self, values: Any, duration: str, *, query: dict[str, Any] | None = None, **fields: Any
    ) -> tuple[int, Any]:
        body = {"values": values, "start": MIDNIGHT, "duration": duration, "unit": self.unit} | fields
        sent = {name: value for name, value in body.items() if value is not ...}
        response = self.api.post(self.url, user=self.user, json=sent, params=query)
        return response.status_code, response.json()

    def get(self, duration: str, **params: Any) -> dict[str, Any]:
        asked = {"start": MIDNIGHT, "duration": duration, "unit": self.unit} | params
        response = self.api.get(self.url, user=self.user, params=asked)
        assert response.status_code == 200, response.json()
        answer: dict[str, Any] = response.json()
        return answer

    def values(self, duration: str, **params: Any) -> list[float | None]:
        values: list[float | None] = self.get(duration, **params)["values"]
        return values


@pytest.mark.parametrize(
    ("values", "duration", "start", "stored"),
    [
        ([1, 2, 3, 4, 5, 6], "PT1H", MIDNIGHT, [1, 2, 3, 4, 5, 6]),
        ([1, 2, 3], "PT1H", MIDNIGHT, [1, 1, 2, 2, 3, 3]),
        (7, "PT1H", MIDNIGHT, [7] * 6),
        ([7], "P0DT1H0M0S", MIDNIGHT, [7] * 6),
        ([1, 2, None, 4, 5, 6], "PT1H", MIDNIGHT, [1, 2, None, 4, 5, 6]),
        (
            [100 * n for n in range(1, 13)],
            "PT1H",
            "2026-06-01T00:04:40+02:00",
            [150, 350, 550, 750, 950, 1150],
        ),
        ([1, None, None, None] + [5] * 8, "PT1H", MIDNIGHT, [1, None, 5, 5, 5, 5]),
    ],
)
def test_values_are_brought_to_ten_minutes(
    api: ApiClient, database: Database, values: Any, duration: str, start: str, stored: list[float | None]
) -> None:
    flow = Data(api, database, unit="m³/h", event_resolution="PT10M")

    assert flow.post(values, duration, start=start)[0] == 200
    assert flow.values("PT1H") == stored


@pytest.mark.parametrize(
    ("n", "duration", "shown"), [(4, "PT1H", "0:15:00"), (10, "PT1H", "0:06:00"), (12, "PT50M", "0:04:10")]
)
def test_other_resolutions_are_refused(api: ApiClient, database: Database, n: int, duration: str, shown: str) -> None:
    flow = Data(api, database, unit="m³/h", event_resolution="PT10M")

    status, answer = flow.post([1] * n, duration)

    [text] = answer["message"][LOCATION]["_schema"]
    assert (status, text.startswith(f"Resolution of {shown} is incompatible")) == (422, True)


@pytest.mark.parametrize(
    ("sensor_unit", "unit", "sent", "stored"),
    [
        ("kW", "W", 1500, 1.5),
        ("kW", "MW", 0.5, 500),
        ("kW", "J/s", 2000, 2),
        ("kW", "kWh", 2, 8),
        ("kWh", "kW", 8, 2),
        ("m³/h", "l/h", 500, 0.5),
        ("m³/h", "m³", -2, -8),
        ("°C", "°F", 212, 100),
        ("°C", "K", 273.15, 0),
        ("%", "dimensionless", 0.5, 50),
        ("dimensionless", "%", 50, 0.5),
        ("dimensionless", "dimensionless", 3, 3),
        ("EUR/MWh", "EUR/kWh", 0.25, 250),
        ("EUR/kWh", "cEUR/kWh", 25, 0.25),
    ],
)
def test_units_are_converted(
    api: ApiClient, database: Database, sensor_unit: str, unit: str, sent: float, stored: float
) -> None:
    data = Data(api, database, unit=sensor_unit)

    assert data.post([sent], "PT15M", unit=unit)[0] == 200
    assert data.values("PT15M") == pytest.approx([stored], abs=1e-9)


@pytest.mark.parametrize(
    ("sensor_unit", "unit"),
    [("kW", "°C"), ("kW", "%"), ("kW", "EUR"), ("EUR/MWh", "USD/MWh"), ("EUR", "EUR/MWh"), ("°C", "kW"), ("kW", "m³")],
)
def test_units_that_do_not_fit_are_refused(api: ApiClient, database: Database, sensor_unit: str, unit: str) -> None:
    status, answer = Data(api, database, unit=sensor_unit).post([1], "PT15M", unit=unit)

    [text] = answer["message"][LOCATION]["_schema"]
    assert (status, text) == (422, f"Required unit for this sensor is {sensor_unit}, got: {unit}.")


@pytest.mark.parametrize(
    ("sensor_unit", "message_type", "status"),
    [
        ("kW", "PostSensorDataRequest", 200),
        ("kW", "PostMeterDataRequest", 200),
        ("kW", "PostPrognosisRequest", 422),
        ("kW", "PostPriceDataRequest", 422),
        ("kW", "PostWeatherDataRequest", 200),
        ("EUR/MWh", "PostPriceDataRequest", 200),
        ("EUR/MWh", "PostMeterDataRequest", 422),
        ("°C", "PostWeatherDataRequest", 200),
        ("°C", "PostPrognosisRequest", 422),
    ],
)
def test_obsolete_types_are_held_against_unit_and_horizon(
    api: ApiClient, database: Database, sensor_unit: str, message_type: str, status: int
) -> None:
    data = Data(api, database, unit=sensor_unit)

    assert data.post([1], "PT15M", type=message_type, horizon="PT0H" if status == 200 else "-PT1H")[0] == status


def test_instantaneous_values_stand_where_they_are_sent(api: ApiClient, database: Database) -> None:
    soc = Data(api, database, unit="kWh", event_resolution="P0D")

    assert soc.post([1, None, 3], "PT15M")[0] == 200
    assert soc.post(4, "P0DT0H0M0S", start="2026-06-01T00:15:00.250000+02:00")[0] == 200

    assert soc.values("PT20M") == [1, None, 3, 4]
    assert soc.get("PT20M")["resolution"] == "PT0H"


def test_instantaneous_start_is_rounded_to_the_frequency(api: ApiClient, database: Database) -> None:
    attributes = {"frequency": "15min"}
    soc = Data(api, database, unit="kWh", event_resolution="P0D", attributes=attributes)

    soc.post(4, "PT0H", start="2026-06-01T00:08:00+02:00")

    assert soc.values("PT1H", resolution="PT15M") == [None, 4, None, None]


def test_start_is_kept_where_the_sensor_says_so(api: ApiClient, database: Database) -> None:
    attributes = {"floor_datetimes_to_resolution": False}
    power = Data(api, database, attributes=attributes)

    power.post([1, 2], "PT30M", start="2026-06-01T00:05:00+02:00")

    assert power.values("PT30M", start="2026-06-01T00:05:00+02:00") == [1, 2]


def test_fields_may_stand_in_the_query_and_the_body_wins(api: ApiClient, database: Database) -> None:
    power = Data(api, database)
    query = {"start": MIDNIGHT, "duration": "PT15M", "unit": "MW"}

    assert power.post([1], "PT15M", start=..., unit="kW", query=query)[0] == 200
    assert power.values("PT15M") == [1]


def test_horizon_counts_from_when_each_event_is_known(api: ApiClient, database: Database) -> None:
    power = Data(api, database)
    power.post([1, 2], "PT30M", horizon="PT1H")

    # Known at 00:15 and 00:30, thus believed at 23:15 and 23:30 the day before.
    assert power.values("PT30M", prior="2026-05-31T23:14:59+02:00") == [None, None]
    assert power.values("PT30M", prior="2026-05-31T23:15:00+02:00") == [1, None]
    assert power.values("PT30M", prior="2026-05-31T23:30:00+02:00") == [1, 2]
    assert power.values("PT30M", horizon="PT1H") == [1, 2]
    assert power.values("PT30M", horizon="PT61M") == [None, None]


@pytest.mark.parametrize("name", ["source-type", "source_type"])
def test_source_type_has_two_spellings(api: ApiClient, database: Database, name: str) -> None:
    power = Data(api, database)
    power.post([1], "PT15M")

    assert power.values("PT15M", **{name: "user"}) == [1]


@pytest.mark.parametrize("name", ["source-account", "source_account"])
def test_source_account_has_two_spellings(api: ApiClient, database: Database, name: str) -> None:
    power = Data(api, database)
    with database.write() as connection:
        other = make_account(connection)
    power.post([1], "PT15M")

    assert power.values("PT15M", **{name: power.account}) == [1]
    assert power.values("PT15M", **{name: other}) == [None]


def test_source_without_data_here_is_no_error(api: ApiClient, database: Database) -> None:
    power = Data(api, database)
    with database.write() as connection:
        elsewhere = make_source(connection)
    power.post([1], "PT15M")

    assert power.values("PT15M", source=elsewhere) == [None]


def test_months_follow_the_calendar(api: ApiClient, database: Database) -> None:
    bill = Data(api, database, unit="EUR", event_resolution="P1M")
    start = "2026-01-01T00:00:00+01:00"

    assert bill.post([31, 28, 31], "P3M", start=start)[0] == 200

    answer = bill.get("P4M", start=start)
    assert (answer["values"], answer["resolution"]) == ([31, 28, 31, None], "P1M")
    # The year sums up what there is; a month is shared out among its days, whatever the clocks do in it.
    assert bill.values("P1Y", start=start, resolution="P1Y") == [90]
    days = bill.values("P31D", start="2026-03-01T00:00:00+01:00", resolution="P1D")
    assert len(days) == 31
    assert sum(value or 0 for value in days) == pytest.approx(31)


def test_days_in_which_the_clocks_change_are_days(api: ApiClient, database: Database) -> None:
    energy = Data(api, database, unit="kWh", event_resolution="PT1H")
    start = "2026-03-28T00:00:00+01:00"
    energy.post([1] * 71, "PT71H", start=start)

    for resolution in ("P1D", "PT24H"):
        answer = energy.get("P3D", start=start, resolution=resolution)
        assert (answer["values"], answer["resolution"], answer["duration"]) == ([24, 23, 24], "PT24H", "PT72H")


def test_samples_of_long_windows_stand_at_local_midnight(api: ApiClient, database: Database) -> None:
    soc = Data(api, database, unit="kWh", event_resolution="P0D")
    soc.post(1, "PT0H", start="2026-03-28T00:00:00+01:00")
    soc.post(2, "PT0H", start="2026-03-30T00:00:00+02:00")

    values = soc.values("P15D", start="2026-03-28T00:00:00+01:00")

    assert values == [1, None, 2, *[None] * 12]


@pytest.mark.parametrize(
    ("window", "values"),
    [
        ({"duration": "PT1H", "resolution": "PT30M"}, [1.5, 3.5]),
        ({"duration": "PT1H", "resolution": "PT20M"}, [1.25, 2.5, 3.75]),
        ({"duration": "PT50M", "resolution": "PT20M"}, [1.25, 2.5, 3.75]),
        ({"duration": "PT30M", "resolution": "PT10M"}, [1, 1.5, 2]),
        ({"duration": "PT30M", "start": "2026-06-01T00:05:00+02:00"}, pytest.approx([4 / 3, 7 / 3])),
        ({"duration": "PT15M", "start": "2026-05-31T23:50:00+02:00"}, [1]),
        ({"duration": "PT20M"}, [1, 2]),
    ],
)
def test_windows_and_resolutions_of_any_kind(
    api: ApiClient, database: Database, window: dict[str, str], values: list[float | None]
) -> None:
    power = Data(api, database)
    power.post([1, 2, 3, 4], "PT1H")

    assert power.values(**window) == values


@pytest.mark.parametrize(
    ("sensor_unit", "unit", "value"),
    [
        ("kW", "kWh", 0.5),
        ("kWh", "kW", 8),
        ("°C", "K", 275.15),
        ("%", "dimensionless", 0.02),
        ("EUR/kWh", "EUR/MWh", 2000),
    ],
)
def test_answers_are_converted(api: ApiClient, database: Database, sensor_unit: str, unit: str, value: float) -> None:
    data = Data(api, database, unit=sensor_unit)
    data.post([2], "PT15M")

    answer = data.get("PT15M", unit=unit)

    assert (answer["values"], answer["unit"]) == (pytest.approx([value]), unit)


@pytest.mark.parametrize(("minutes_ahead", "n_warnings"), [(5, 0), (6, 1)])
def test_belief_times_of_the_future_are_taken_and_logged(
    api: ApiClient, database: Database, minutes_ahead: int, n_warnings: int
) -> None:
    power = Data(api, database)
    prior = (NOW + timedelta(minutes=minutes_ahead)).isoformat()

    with capture_logs() as logs:
        assert power.post([1], "PT15M", prior=prior)[0] == 200

    warnings = [entry for entry in logs if entry["log_level"] == "warning"]
    assert [entry["event"] for entry in warnings] == ["belief times lie in the future"] * n_warnings
    assert power.values("PT15M") == [1]
