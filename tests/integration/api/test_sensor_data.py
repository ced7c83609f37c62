"""Posting data to sensors and getting it back, over the whole HTTP stack."""

from typing import Any

import orjson
import pytest

from tests.api_client import ApiClient, make_services
from tests.factories import make_account, make_asset, make_sensor, make_source, make_user
from wattloom.db import Database

START = "2026-05-04T10:00:00+02:00"
PROCESSED = {"status": "PROCESSED", "message": "Request has been processed."}
LOCATION = "combined_sensor_data_description"


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "account": account,
            "asset": asset,
            "power": make_sensor(connection, generic_asset_id=asset),
            "price": make_sensor(connection, generic_asset_id=asset, unit="EUR/MWh", event_resolution="PT1H"),
            "energy": make_sensor(connection, generic_asset_id=asset, unit="kWh"),
            "soc": make_sensor(connection, generic_asset_id=asset, unit="kWh", event_resolution="P0D"),
            "daily": make_sensor(connection, generic_asset_id=asset, unit="kWh", event_resolution="P1D"),
            "ada": make_user(connection, account_id=account),
            "bob": make_user(connection, account_id=account),
            "stranger": make_user(connection),
        }


def posted(**replaced: Any) -> dict[str, Any]:
    fields = {"values": [1.5, None, 2, 2.5], "start": START, "duration": "PT1H", "unit": "kW"} | replaced
    return {name: value for name, value in fields.items() if value is not ...}


def asked(**replaced: Any) -> dict[str, Any]:
    fields = {"start": START, "duration": "PT1H", "unit": "kW"} | replaced
    return {name: value for name, value in fields.items() if value is not ...}


class Data:
    """The data endpoint of one sensor, used by one user."""

    def __init__(self, api: ApiClient, site: dict[str, int], sensor: str = "power", user: str = "ada") -> None:
        self.api, self.url, self.user = api, f"/sensors/{site[sensor]}/data", site[user]

    def post(self, **fields: Any) -> tuple[int, Any]:
        response = self.api.post(self.url, user=self.user, json=posted(**fields))
        return response.status_code, response.json()

    def get(self, **fields: Any) -> tuple[int, Any]:
        response = self.api.get(self.url, user=self.user, params=asked(**fields))
        return response.status_code, response.json()

    def values(self, **fields: Any) -> list[float | None]:
        status, answer = self.get(**fields)
        assert status == 200, answer
        return answer["values"]


@pytest.fixture
def data(api: ApiClient, site: dict[str, int]) -> Data:
    return Data(api, site)


def test_posted_values_are_read_back(data: Data) -> None:
    assert data.post(duration="P0DT1H0M0S") == (200, PROCESSED)

    assert data.get() == (
        200,
        {
            "values": [1.5, None, 2, 2.5],
            "start": START,
            "duration": "PT1H",
            "unit": "kW",
            "resolution": "PT15M",
            **PROCESSED,
        },
    )


def test_values_are_read_in_other_units_and_resolutions(data: Data) -> None:
    data.post()

    assert data.values(unit="W", resolution="PT30M") == [1500, 2250]
    assert data.values(unit="kWh", resolution="PT1H") == [1.5]
    assert data.values(resolution="PT5M", duration="PT30M") == [1.5, 1.5, 1.5, None, None, None]


def test_slots_start_where_they_are_asked_for(data: Data) -> None:
    data.post(values=[1, 2, 3, 4])

    assert data.values(start="2026-05-04T10:30:00+02:00", resolution="PT1H", duration="PT2H") == [3.5, None]


def test_window_without_data_is_all_gaps(data: Data) -> None:
    assert data.values(duration="PT48H", resolution="PT24H") == [None, None]
    assert data.get(duration="PT48H", resolution="PT24H")[1]["duration"] == "PT48H"


def test_window_in_another_offset_is_answered_in_it(data: Data) -> None:
    data.post()

    status, answer = data.get(start="2026-05-04T08:00:00+00:00")

    assert (status, answer["start"], answer["values"]) == (200, "2026-05-04T08:00:00+00:00", [1.5, None, 2, 2.5])


def test_same_data_again_is_already_received(data: Data) -> None:
    data.post(prior="2026-05-04T09:00:00+02:00")

    status, answer = data.post(prior="2026-05-04T09:00:00+02:00")

    assert (status, answer["results"]) == (200, "PROCESSED")
    assert answer["status"] == "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"


def test_only_gaps_are_already_received(data: Data) -> None:
    assert data.post(values=[None, None])[1]["status"] == "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"


def test_equal_values_at_a_later_time_are_unchanged(data: Data) -> None:
    data.post(prior="2026-05-04T09:00:00+02:00")

    assert data.post(prior="2026-05-04T09:05:00+02:00")[1]["status"] == "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"


def test_first_measurement_is_kept_even_if_it_confirms_the_forecast(data: Data) -> None:
    data.post(prior="2026-05-04T09:00:00+02:00")

    assert data.post(prior="2026-05-04T12:00:00+02:00") == (200, PROCESSED)


def test_another_value_at_the_same_belief_time_is_refused_as_a_whole(data: Data) -> None:
    data.post(prior="2026-05-04T09:00:00+02:00")

    status, answer = data.post(values=[9, 8, 2, 2.5], prior="2026-05-04T09:00:00+02:00")

    assert (status, answer["results"], answer["status"]) == (403, "Rejected", "INVALID_REPLACEMENT")
    assert data.values() == [1.5, None, 2, 2.5]


def test_operator_may_allow_overwriting(site: dict[str, int], database: Database) -> None:
    api = ApiClient(make_services(database, allow_data_overwrite=True))
    data = Data(api, site)
    data.post(prior="2026-05-04T09:00:00+02:00")

    assert data.post(values=[9], duration="PT15M", prior="2026-05-04T09:00:00+02:00") == (200, PROCESSED)
    assert data.values() == [9, None, 2, 2.5]
    api.close()


def test_what_was_believed_earlier_can_be_asked_for(data: Data) -> None:
    data.post(values=[1, 1, 1, 1], prior="2026-05-03T00:00:00Z")
    data.post(values=[2, 2, 2, 2], prior="2026-05-03T12:00:00Z")

    assert data.values(prior="2026-05-02T00:00:00Z") == [None] * 4
    assert data.values(prior="2026-05-03T06:00:00Z") == [1] * 4
    assert data.values(prior="2026-05-03T12:00:00Z") == [2] * 4


def test_beliefs_are_chosen_by_their_horizon(data: Data) -> None:
    data.post(values=[1, 1, 1, 1], horizon="PT6H")
    data.post(values=[2, 2, 2, 2], horizon="-PT5M")

    assert data.values() == [2] * 4
    assert data.values(horizon="PT0H") == [1] * 4
    assert data.values(horizon="PT7H") == [None] * 4
    assert data.values(type="GetMeterDataRequest") == [2] * 4
    assert data.values(type="GetPrognosisRequest") == [1] * 4


def test_belief_time_counts_before_the_horizon(data: Data) -> None:
    data.post(prior="2026-05-04T09:00:00+02:00", horizon="PT0H")

    assert data.values(prior="2026-05-04T09:00:00+02:00") == [1.5, None, 2, 2.5]


def test_sources_are_told_apart(api: ApiClient, site: dict[str, int], database: Database) -> None:
    ada, bob = Data(api, site), Data(api, site, user="bob")
    ada.post(values=[1, 1, 1, 1])
    api.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests
    bob.post(values=[2, 2], duration="PT30M")
    with database.read() as connection:
        sources = connection.exec_driver_sql("SELECT id, user_id FROM data_source").all()
    source_of = {user_id: source_id for source_id, user_id in sources}

    assert ada.values() == [2, 2, 1, 1]
    assert ada.values(source=source_of[site["ada"]]) == [1, 1, 1, 1]
    assert ada.values(source=source_of[site["bob"]]) == [2, 2, None, None]
    assert ada.values(**{"source-account": site["account"]}) == [2, 2, 1, 1]
    assert ada.values(source_type="user") == [2, 2, 1, 1]


def test_filters_by_unknown_sources_are_refused(data: Data, database: Database) -> None:
    with database.write() as connection:
        empty = make_source(connection, type="scheduler")

    assert data.get(source=987_654)[1]["message"] == {LOCATION: {"source": ["No source found with ID 987654."]}}
    assert data.get(**{"source-type": "scheduler"})[0] == 422
    assert data.get(**{"source-type": ""})[0] == 422
    assert data.get(**{"source-account": 987_654})[0] == 404
    assert data.values(source=empty) == [None] * 4


def test_a_single_number_is_one_value(data: Data) -> None:
    assert data.post(values=3) == (200, PROCESSED)
    assert data.values() == [3] * 4


def test_energy_is_conserved(api: ApiClient, site: dict[str, int]) -> None:
    power, energy = Data(api, site), Data(api, site, "energy")
    power.post(values=[10], unit="kWh")
    energy.post(values=[10], unit="kWh")

    assert power.values() == [10] * 4
    assert energy.values(unit="kWh") == [2.5] * 4
    assert energy.values(unit="kWh", resolution="PT1H") == [10]
    assert energy.values(unit="kW") == [10] * 4


def test_instantaneous_values(api: ApiClient, site: dict[str, int]) -> None:
    soc = Data(api, site, "soc")
    soc.post(values=12.5, duration="PT0H", unit="kWh", start="2026-05-04T10:02:00+02:00")
    soc.post(values=13.5, duration="PT0H", unit="kWh", start="2026-05-04T10:04:00+02:00")

    status, answer = soc.get(unit="MWh", duration="PT10M")

    assert (status, answer["values"], answer["resolution"]) == (200, [0.0125, None], "PT0H")


@pytest.mark.parametrize(("duration", "n"), [("PT8H", 96), ("PT9H", 36), ("P3D", 72), ("P15D", 15), ("P120D", 18)])
def test_samples_are_sparser_in_long_windows(api: ApiClient, site: dict[str, int], duration: str, n: int) -> None:
    assert len(Data(api, site, "soc").values(unit="kWh", duration=duration)) == n


def test_daily_values_over_a_clock_change(api: ApiClient, site: dict[str, int]) -> None:
    daily, start = Data(api, site, "daily"), "2026-03-28T00:00:00+01:00"
    daily.post(values=[5, 7, 9.5], start=start, duration="P3D", unit="kWh")

    status, answer = daily.get(start=start, duration="P4D", unit="kWh")

    assert (status, answer["values"]) == (200, [5, 7, 9.5, None])
    assert (answer["resolution"], answer["duration"]) == ("PT24H", "PT96H")


def test_parameters_may_stand_in_a_json_body(api: ApiClient, site: dict[str, int], data: Data) -> None:
    data.post()
    url = f"/sensors/{site['power']}/data"

    response = api.request("GET", url, user=site["ada"], params={"unit": "W"}, json=asked())

    assert response.json()["values"] == [1.5, None, 2, 2.5]
    assert response.json()["unit"] == "kW"


def test_blank_instead_of_a_plus_sign_is_understood(api: ApiClient, site: dict[str, int]) -> None:
    url = f"/sensors/{site['power']}/data?start=2026-05-04T10:00:00 02:00&duration=PT1H&unit=kW"

    assert api.get(url, user=site["ada"]).json()["start"] == START


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"values": ...}, "values"),
        ({"values": []}, "values"),
        ({"values": ["a"]}, "values"),
        ({"values": "NaN"}, "values"),
        ({"values": [1, "NaN"]}, "values"),
        ({"values": [True]}, "values"),
        ({"values": [[1]]}, "values"),
        ({"values": {"a": 1}}, "values"),
        ({"start": ...}, "start"),
        ({"start": "2026-06-01T00:00:00"}, "start"),
        ({"start": "soon"}, "start"),
        ({"start": 5}, "start"),
        ({"start": "0001-01-01T00:00:00Z"}, "start"),
        ({"duration": ...}, "duration"),
        ({"duration": "an hour"}, "duration"),
        ({"duration": "PT10S"}, "duration"),
        ({"duration": "P1000000Y"}, "duration"),
        ({"duration": "P99Y"}, "duration"),
        ({"duration": "R3/PT1H"}, "duration"),
        ({"unit": ...}, "unit"),
        ({"unit": "bananas"}, "unit"),
        ({"unit": "9**9**9"}, "unit"),
        ({"unit": "°C"}, "_schema"),
        ({"prior": "yesterday"}, "prior"),
        ({"horizon": "P1M"}, "horizon"),
        ({"horizon": 5}, "horizon"),
        ({"type": "PostNonsense"}, "type"),
        ({"type": "PostPriceDataRequest"}, "_schema"),
        ({"type": "PostMeterDataRequest", "horizon": "PT1H"}, "_schema"),
        ({"type": "PostPrognosisRequest", "horizon": "-PT1H"}, "_schema"),
        ({"values": [1, 2, 3], "duration": "PT5H"}, "_schema"),
        ({"duration": "PT0H"}, "_schema"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_wrong_field_of_a_post_is_named_and_nothing_is_stored(data: Data, fields: dict[str, Any], field: str) -> None:
    status, answer = data.post(**fields)

    assert (status, answer["status"], answer["result"]) == (422, "UNPROCESSABLE_ENTITY", "Rejected")
    assert list(answer["message"]) == [LOCATION]
    assert list(answer["message"][LOCATION]) == [field]
    assert data.values() == [None] * 4


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"start": ...}, "start"),
        ({"start": "2026-06-01T00:00:00"}, "start"),
        ({"duration": ...}, "duration"),
        ({"duration": "PT0H"}, "duration"),
        ({"duration": "-PT1H"}, "duration"),
        ({"duration": "P99Y", "resolution": "PT1M"}, "duration"),
        ({"unit": ...}, "unit"),
        ({"unit": "bananas"}, "unit"),
        ({"unit": "EUR"}, "_schema"),
        ({"resolution": "PT0H"}, "resolution"),
        ({"resolution": "often"}, "resolution"),
        ({"prior": "2026-06-01"}, "prior"),
        ({"horizon": "P1M"}, "horizon"),
        ({"source": "me"}, "source"),
        ({"source": 2**40}, "source"),
        ({"type": "GetNonsense"}, "type"),
        ({"type": "GetPriceDataRequest"}, "_schema"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_wrong_parameter_of_a_get_is_named(data: Data, fields: dict[str, Any], field: str) -> None:
    status, answer = data.get(**fields)

    assert (status, list(answer["message"])) == (422, [LOCATION])
    assert list(answer["message"][LOCATION]) == [field]


@pytest.mark.parametrize("body", [b"{", b'{"values": [NaN]}', b'{"values": [Infinity]}', b"\xff"])
def test_body_that_is_not_json_gets_400(api: ApiClient, site: dict[str, int], body: bytes) -> None:
    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], content=body)

    assert (response.status_code, response.json()["status"]) == (400, 400)


@pytest.mark.parametrize("body", [b"[1]", b'"a"', b"5"])
def test_body_that_is_not_an_object_is_refused(api: ApiClient, site: dict[str, int], body: bytes) -> None:
    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], content=body)

    assert response.json()["message"] == {
        LOCATION: {"_schema": ["Invalid input type. Send a JSON object with Content-Type: application/json."]}
    }


@pytest.mark.parametrize("value", ["1e999", "-1e400", "9" * 400])
def test_numbers_beyond_floats_are_refused(api: ApiClient, site: dict[str, int], value: str) -> None:
    body = orjson.dumps(posted(values=[1])).replace(b"[1]", f"[{value}]".encode())

    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], content=body)

    assert response.json()["message"] == {LOCATION: {"values": {"0": ["Too large."]}}}


@pytest.mark.parametrize("value", ["a", "5", True, [1], {}])
def test_values_that_are_no_numbers_are_named_by_their_position(
    api: ApiClient, site: dict[str, int], value: object
) -> None:
    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], json=posted(values=[1, None, value]))

    assert response.json()["message"] == {LOCATION: {"values": {"2": ["Not a valid number."]}}}


def test_unknown_fields_are_not_taken_for_those_of_other_routes(api: ApiClient, site: dict[str, int]) -> None:
    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], json=posted(nonsense=1))

    assert response.json()["message"] == {LOCATION: {"nonsense": ["Unknown field."]}}


def test_huge_bodies_are_refused(site: dict[str, int], database: Database) -> None:
    api = ApiClient(make_services(database, max_body_bytes=2000))

    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], json=posted(values=[1.5] * 1000))

    assert (response.status_code, response.json()["status"]) == (413, "PAYLOAD_TOO_LARGE")
    api.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_data_is_for_those_who_may_see_or_add_it(api: ApiClient, site: dict[str, int], method: str) -> None:
    url = f"/sensors/{site['power']}/data"

    assert api.request(method, url, json=posted()).status_code == 401
    assert api.request(method, url, user=site["stranger"], json=posted()).status_code == 403
    unknown = api.request(method, "/sensors/987654321/data", user=site["ada"], json=posted())
    assert (unknown.status_code, unknown.json()["status"]) == (404, 404)


def test_id_in_the_body_is_ignored(data: Data) -> None:
    assert data.post(id=5) == (200, PROCESSED)


def test_a_year_of_quarters_goes_in_and_out(data: Data) -> None:
    values = [float(n % 97) for n in range(35_040)]

    assert data.post(values=values, duration="P365D") == (200, PROCESSED)

    assert data.values(duration="P365D") == values


def test_few_values_do_not_become_very_many_events(data: Data) -> None:
    status, answer = data.post(values=[1], duration="P50Y")

    assert (status, answer["message"][LOCATION]["duration"]) == (
        422,
        ["Spans 1753248 events of the sensor; at most 100000 are possible here."],
    )


def test_window_is_bounded_by_what_has_to_be_read(database: Database, site: dict[str, int]) -> None:
    api = ApiClient(make_services(database, max_read_values=100))
    data = Data(api, site)
    data.post(values=[1] * 101, duration="PT1515M")

    assert data.get(duration="PT25H", resolution="PT1H")[0] == 200
    status, answer = data.get(duration="P3D", resolution="PT1H")

    assert (status, answer["message"][LOCATION]["duration"]) == (
        422,
        ["Holds more than 100 beliefs, the most that are read at once."],
    )
    api.close()


def test_values_of_one_request_are_bounded(data: Data) -> None:
    status, answer = data.post(values=[1] * 250_001, duration="PT3750015M")

    assert (status, answer["message"][LOCATION]["values"]) == (422, ["250001 values; send at most 250000 at once."])
