"""Uploading files with sensor data, over the whole HTTP stack."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_account, make_asset, make_sensor, make_user
from tests.workbooks import xls, xlsx
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database
from wattloom.periods import ALL_TIME, to_us
from wattloom.timeseries import Beliefs, get_sensor, read_beliefs
from wattloom.timeseries.tables import data_source

LOCATION = "combined_sensor_data_upload"
PROCESSED = {"status": "PROCESSED", "message": "Request has been processed."}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "event_start,event_value\n2026-02-01T00:00:00+01:00,1\n2026-02-01T00:15:00+01:00,2\n"
"""Two quarters of an hour, long before now."""


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "asset": asset,
            "power": make_sensor(connection, generic_asset_id=asset, name="power"),
            "revenue": make_sensor(connection, generic_asset_id=asset, unit="EUR", event_resolution="PT1H"),
            "price": make_sensor(connection, generic_asset_id=asset, unit="EUR/kWh", event_resolution="PT1H"),
            "mw": make_sensor(connection, generic_asset_id=asset, unit="MW"),
            "ada": make_user(connection, account_id=account, username="ada"),
            "stranger": make_user(connection),
        }


class Upload:
    """The upload endpoint of one sensor, used by one user."""

    def __init__(self, api: ApiClient, site: dict[str, int], sensor: str = "power", user: str = "ada") -> None:
        self.api, self.sensor_id, self.user = api, site[sensor], site[user]

    def send(self, *files: tuple[str, str | bytes, str], **fields: str) -> tuple[int, Any]:
        response = self.api.post(
            f"/sensors/{self.sensor_id}/data/upload",
            user=self.user,
            files=[("uploaded-files", file) for file in files],
            data={name.replace("_", "-"): value for name, value in fields.items()},
        )
        return response.status_code, response.json()

    def csv(self, text: str | bytes = CSV, **fields: str) -> tuple[int, Any]:
        return self.send(("data.csv", text, "text/csv"), **fields)

    def refusal(self, *files: tuple[str, str | bytes, str], **fields: str) -> Any:
        status, answer = self.send(*files, **fields)
        assert (status, answer["status"], answer["result"]) == (422, "UNPROCESSABLE_ENTITY", "Rejected"), answer
        assert len(self.stored()) == 0
        return answer["message"][LOCATION]

    def stored(self) -> Beliefs:
        services = self.api.services
        with services.database.read() as connection:
            sensor = get_sensor(connection, self.sensor_id)
            return read_beliefs(connection, services.beliefs, [sensor], ALL_TIME)


@pytest.fixture
def upload(api: ApiClient, site: dict[str, int]) -> Upload:
    return Upload(api, site)


def test_values_of_a_file_are_stored(upload: Upload) -> None:
    assert upload.csv() == (200, PROCESSED)

    assert upload.stored().event_value.tolist() == [1, 2]


def test_the_same_file_again_states_nothing_new(upload: Upload) -> None:
    upload.csv()

    status, answer = upload.csv()

    assert (status, answer["status"], answer["results"]) == (
        200,
        "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED",
        "PROCESSED",
    )


@pytest.mark.parametrize(
    ("sensor", "unit", "rows", "stored"),
    [
        ("mw", "kWh", ["00:00,45.3", "01:00,45.3"], [0.0453] * 8),
        ("power", "kWh", ["00:00,10", "00:30,10"], [20, 20, 20, 20]),
        ("power", "kWh", ["00:00,20", "00:07:30,40", "00:15,40", "00:22:30,80"], [240, 480]),
        ("revenue", "kEUR", ["00:00,2", "00:30,3", "01:00,4", "01:30,2"], [5000, 6000]),
        ("revenue", "kEUR", ["00:00,5", "02:00,6"], [2500, 2500, 3000, 3000]),
        ("price", "EUR/MWh", ["00:00,200", "00:30,300", "01:00,400", "01:30,500"], [0.25, 0.45]),
    ],
)
def test_worked_cases_of_the_specification(
    api: ApiClient, site: dict[str, int], sensor: str, unit: str, rows: list[str], stored: list[float]
) -> None:
    upload = Upload(api, site, sensor)

    status, _ = upload.csv("\n".join(["event_start,event_value", *(f"2026-02-01T{row}" for row in rows)]), unit=unit)

    assert status == 200
    assert upload.stored().event_value.tolist() == pytest.approx(stored)


@pytest.mark.parametrize(
    "file",
    [
        ("data.csv", CSV.encode(), "text/csv"),
        ("data.csv", CSV.encode(), "text/csv; charset=utf-8"),
        ("data.csv", CSV.encode(), "application/vnd.ms-excel"),
        ("DATA.CSV", CSV.replace(",", ";").encode("utf-16"), "text/plain"),
        ("data.xlsx", xlsx([("event_start", "event_value"), (46054, 1), (46054 + 1 / 96, 2)]), XLSX),
        ("data.XLSM", xlsx([("event_start", "event_value"), (46054, 1), (46054 + 1 / 96, 2)]), XLSX),
        (
            "data.xls",
            xls([("event_start", "event_value"), (46054.0, 1), (46054 + 1 / 96, 2)]),
            "application/vnd.ms-excel",
        ),
    ],
)
def test_all_kinds_of_files_say_the_same(upload: Upload, file: tuple[str, bytes, str]) -> None:
    status, _ = upload.send(file)

    assert (status, upload.stored().event_value.tolist()) == (200, [1, 2])
    assert upload.stored().event_start_us.tolist() == [1769900400000000, 1769901300000000]


def test_several_files_are_stored_together(upload: Upload) -> None:
    upload.send(("a.csv", CSV, "text/csv"), ("b.csv", CSV.replace("02-01", "02-02"), "text/csv"))

    assert len(upload.stored()) == 4


def test_one_wrong_file_keeps_all_from_being_stored(upload: Upload) -> None:
    refusal = upload.refusal(("a.csv", CSV, "text/csv"), ("b.csv", CSV.replace("2\n", "two\n"), "text/csv"))

    assert refusal == {
        "_schema": [
            (
                "File 'b.csv': Row 3, column event_value: 'two' is not a number, for example 12.5; "
                "leave the cell of a gap empty."
            )
        ]
    }


def test_files_of_unknown_kinds_are_named_by_position(upload: Upload) -> None:
    refusal = upload.refusal(
        ("a.csv", CSV, "text/csv"), ("b.pdf", CSV, "text/csv"), ("c.csv", CSV, "image/png"), ("csv", CSV, "")
    )

    assert set(refusal["uploaded-files"]) == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("meter.csv", ". With curl: -F 'uploaded-files=@file.csv;type=text/csv'."),
        ("METER.XLS", ". With curl: -F 'uploaded-files=@file.xls;type=application/vnd.ms-excel'."),
    ],
)
def test_a_file_sent_as_any_bytes_is_told_how_curl_names_it(upload: Upload, name: str, ending: str) -> None:
    refusal = upload.refusal((name, CSV, "application/octet-stream"))

    (message,) = refusal["uploaded-files"]["0"]
    assert message.startswith("Content type 'application/octet-stream' must be one of: ")
    assert message.endswith(ending)


def test_a_form_without_files_is_refused(upload: Upload) -> None:
    status, answer = upload.send(unit="kW")

    assert status == 422
    assert answer["message"] == {LOCATION: {"uploaded-files": ["Missing data for required field."]}}


def test_a_text_in_the_place_of_a_file_is_refused(upload: Upload) -> None:
    status, answer = upload.send(("a.csv", CSV, "text/csv"), uploaded_files="event_start")

    assert status == 422
    assert "Not a valid file." in str(answer["message"][LOCATION]["uploaded-files"])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("unit", "flurbs", "'flurbs' is not a valid unit, for example 'kW', 'EUR/kWh' or '°C'."),
        ("belief-time-measured-instantly", "perhaps", "Not a valid boolean."),
        ("dry-run", "perhaps", "Not a valid boolean."),
        ("dayfirst", "perhaps", "Not a valid boolean."),
        ("units", "kW", "Unknown field. Did you mean 'unit'?"),
    ],
)
def test_wrong_fields_are_named(upload: Upload, field: str, value: str, message: str) -> None:
    assert upload.refusal(("a.csv", CSV, "text/csv"), **{field: value}) == {field: [message]}


def test_a_unit_that_does_not_fit_is_refused(upload: Upload) -> None:
    refusal = upload.refusal(("a.csv", CSV, "text/csv"), unit="°C")

    assert refusal == {"_schema": ["Required unit for this sensor is kW, got: °C."]}


def test_an_empty_unit_is_the_sensors(upload: Upload) -> None:
    assert upload.csv(unit="")[0] == 200


@pytest.mark.parametrize("spelling", ["on", "true", "True", "1"])
def test_measured_instantly_is_known_at_the_end_of_the_event(upload: Upload, spelling: str) -> None:
    upload.csv(belief_time_measured_instantly=spelling)

    beliefs = upload.stored()
    assert (beliefs.belief_time_us - beliefs.event_start_us).tolist() == [900_000_000] * 2


@pytest.mark.parametrize(
    "fields", [{}, *({"belief_time_measured_instantly": no} for no in ("off", "false", "False", "0"))]
)
def test_otherwise_values_are_believed_from_now_on(upload: Upload, fields: dict[str, str]) -> None:
    upload.csv(**fields)

    assert upload.stored().belief_time_us.tolist() == [to_us(NOW)] * 2


def test_a_column_of_belief_times_wins(upload: Upload) -> None:
    upload.csv(
        "event_start,event_value,belief_time\n2026-02-01,1,2026-01-31T12:00:00Z\n2026-02-01T00:15,2,\n",
        belief_time_measured_instantly="on",
    )

    beliefs = upload.stored()
    assert beliefs.belief_time_us.tolist() == [1769860800000000, int(beliefs.event_start_us[1]) + 900_000_000]


def test_another_value_at_the_same_belief_time_is_refused(upload: Upload) -> None:
    upload.csv(belief_time_measured_instantly="on")

    status, answer = upload.csv(CSV.replace(",2\n", ",3\n"), belief_time_measured_instantly="on")

    assert (status, answer["status"], answer["results"]) == (403, "INVALID_REPLACEMENT", "Rejected")
    assert upload.stored().event_value.tolist() == [1, 2]


def test_the_values_are_the_users_whatever_the_file_says(
    upload: Upload, database: Database, site: dict[str, int]
) -> None:
    upload.csv("event_start,event_value,source\n2026-02-01,1,somebody else\n")

    with database.read() as connection:
        owner = connection.scalar(
            select(data_source.c.user_id).where(data_source.c.id == int(upload.stored().source_id[0]))
        )
    assert owner == site["ada"]


def test_the_audit_log_of_the_asset_names_the_files(upload: Upload, database: Database) -> None:
    upload.send(("a.csv", CSV, "text/csv"), ("b.csv", CSV, "text/csv"))

    with database.read() as connection:
        events = connection.execute(select(asset_audit_log.c.event, asset_audit_log.c.active_user_name)).all()
    assert events == [(f"Data from a.csv, b.csv uploaded to sensor 'power': {upload.sensor_id}", "ada")]


def test_no_name_of_a_file_hides_the_sensor_from_the_audit_log(upload: Upload, database: Database) -> None:
    upload.send(("a" * 3000 + ".csv", CSV, "text/csv"))

    with database.read() as connection:
        event = connection.execute(select(asset_audit_log.c.event)).scalar_one()
    assert event.endswith(f"a… uploaded to sensor 'power': {upload.sensor_id}")


def test_a_dry_run_counts_and_stores_nothing(upload: Upload) -> None:
    upload.csv()
    upload.api.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of the tests

    status, answer = upload.send(
        ("a.csv", CSV.replace(",2\n", ",3\n2026-02-01T00:30:00+01:00,\n"), "text/csv"),
        ("b.csv", CSV.replace("02-01", "02-02"), "text/csv"),
        dry_run="true",
    )

    assert status == 200
    assert answer == {
        "status": "PROCESSED",
        "message": "Nothing is stored: this was a dry run.",
        "rows": 5,
        "new": 2,
        "changed": 1,
        "unchanged": 1,
        "first_event_start": "2026-02-01T00:00:00+01:00",
        "last_event_end": "2026-02-02T00:30:00+01:00",
        "files": [
            {
                "name": "a.csv",
                "rows": 3,
                "new": 0,
                "changed": 1,
                "unchanged": 1,
                "first_event_start": "2026-02-01T00:00:00+01:00",
                "last_event_end": "2026-02-01T00:30:00+01:00",
            },
            {
                "name": "b.csv",
                "rows": 2,
                "new": 2,
                "changed": 0,
                "unchanged": 0,
                "first_event_start": "2026-02-02T00:00:00+01:00",
                "last_event_end": "2026-02-02T00:30:00+01:00",
            },
        ],
    }
    assert upload.stored().event_value.tolist() == [1, 2]


def test_a_first_dry_run_leaves_no_trace(upload: Upload, database: Database) -> None:
    status, answer = upload.csv(dry_run="on")

    assert (status, answer["new"]) == (200, 2)
    with database.read() as connection:
        assert connection.execute(select(data_source)).all() == []
        assert connection.execute(select(asset_audit_log)).all() == []


def test_only_gaps_are_nothing_new(upload: Upload) -> None:
    status, answer = upload.csv("event_start,event_value\n2026-02-01,\n2026-02-02,\n", dry_run="1")

    assert (status, answer["rows"], answer["first_event_start"]) == (200, 2, None)


def test_times_without_an_offset_are_in_the_zone_of_the_sensor(upload: Upload) -> None:
    upload.csv("event_start,event_value\n2026-02-01 00:00,1\n")

    assert upload.stored().event_start_us.tolist() == [1769900400000000]


def with_days(mark: str) -> str:
    """Two quarters of an hour of the first of March, with the day first."""
    return f"event_start;event_value\n01{mark}03{mark}2026 00:00;1,5\n01{mark}03{mark}2026 00:15;2\n"


MARCH_US = to_us(datetime(2026, 2, 28, 23, tzinfo=UTC))


def test_times_with_dots_have_the_day_first(upload: Upload) -> None:
    assert upload.csv(with_days(".")) == (200, PROCESSED)
    assert upload.stored().event_start_us.tolist() == [MARCH_US, MARCH_US + 900_000_000]


@pytest.mark.parametrize("spelling", ["on", "true", "True", "1"])
def test_times_with_slashes_have_the_day_first_when_the_form_says_so(upload: Upload, spelling: str) -> None:
    assert upload.csv(with_days("/"), dayfirst=spelling) == (200, PROCESSED)
    assert upload.stored().event_start_us[0] == MARCH_US


@pytest.mark.parametrize("spelling", ["off", "false", "False", "0"])
def test_times_with_slashes_have_the_month_first_when_the_form_says_so(upload: Upload, spelling: str) -> None:
    assert upload.csv(with_days("/"), dayfirst=spelling) == (200, PROCESSED)
    assert upload.stored().event_start_us[0] == to_us(datetime(2026, 1, 2, 23, tzinfo=UTC))


def test_times_with_slashes_are_not_guessed(upload: Upload) -> None:
    refusal = upload.refusal(("a.csv", with_days("/"), "text/csv"))

    (message,) = refusal["_schema"]
    assert message.startswith(
        "File 'a.csv': Row 2, column event_start: '01/03/2026 00:00' may have the day or the month"
    )
    assert "dayfirst true or false" in message


def test_an_unknown_sensor_is_a_wrong_path(api: ApiClient, site: dict[str, int]) -> None:
    response = api.post("/sensors/123456/data/upload", user=site["ada"], files={"uploaded-files": ("a.csv", CSV)})

    assert response.status_code == 422
    assert "path" in response.json()["message"]


def test_strangers_may_not_upload(api: ApiClient, site: dict[str, int]) -> None:
    status, answer = Upload(api, site, user="stranger").csv()

    assert (status, answer["status"]) == (403, "INVALID_SENDER")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 422),
        (b"", "multipart/form-data; boundary=x", 422),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"nonsense", "multipart/form-data", 400),
        (b"uploaded-files=a.csv", "application/x-www-form-urlencoded", 422),
    ],
)
def test_what_is_no_form_is_refused(
    api: ApiClient, site: dict[str, int], body: bytes, content_type: str, status: int
) -> None:
    response = api.post(
        f"/sensors/{site['power']}/data/upload",
        user=site["ada"],
        content=body,
        headers={"Content-Type": content_type},
    )

    assert response.status_code == status


def test_strange_file_names_are_shown_as_they_can_be(upload: Upload) -> None:
    assert upload.send(("a\x00\x1b\u2028.csv", CSV, "text/csv"))[0] == 200


def test_a_body_beyond_the_limit_is_refused(database: Database, site: dict[str, int]) -> None:
    client = ApiClient(make_services(database, max_body_bytes=2000))

    status, answer = Upload(client, site).csv(CSV + "\n" * 2000)

    client.close()
    assert (status, answer["status"], answer["result"]) == (413, "PAYLOAD_TOO_LARGE", "Rejected")
