"""Explanations over HTTP: what is told of a schedule, to whom, and what when there is none."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from tests.planning import LONG_AGO, START, Planner
from wattloom.db import Database
from wattloom.periods import HOUR_US, to_us
from wattloom.scheduling.tables import schedule_explanation
from wattloom.timeseries import Beliefs, get_sensor, record_beliefs

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner.on(database, job_wait_s=0)


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


def triggered(api: ApiClient, planner: Planner, **changes: Any) -> str:
    path = f"/assets/{planner.site_id}/schedules/trigger"
    job: str = api.post(path, user=planner.user_id, json=planner.body(**changes)).json()["job"]
    return job


def planned(api: ApiClient, planner: Planner, **changes: Any) -> str:
    job = triggered(api, planner, **changes)
    planner.work()
    return job


def explained(api: ApiClient, planner: Planner, job: str) -> Any:
    answer = api.get(f"/api/v4/schedules/{job}/explanation", user=planner.user_id)
    assert answer.status_code == 200, answer.text
    return answer.json()


def expect(planner: Planner, sensor_id: int, quantiles: dict[float, float]) -> None:
    """Record the same forecast for every hour of the day, as quantiles."""
    with planner.services.database.write() as connection:
        each = [
            replace(
                Beliefs.points(
                    sensor_id=sensor_id,
                    source_id=planner.source_id,
                    event_start_us=to_us(START) + np.arange(24) * HOUR_US,
                    belief_time_us=to_us(LONG_AGO),
                    event_value=np.full(24, value),
                ),
                cumulative_probability=np.full(24, quantile),
            )
            for quantile, value in quantiles.items()
        ]
        sensor = get_sensor(connection, sensor_id)
        record_beliefs(connection, planner.services.beliefs, sensor, Beliefs.concatenate(each))


def test_a_schedule_is_explained_in_words(api: ApiClient, planner: Planner) -> None:
    """80 kWh are charged at 0.05 EUR/kWh until noon in UTC, and 100 kWh are given at 0.15 until the end."""
    told = explained(api, planner, planned(api, planner))

    [plan] = told["plans"]
    [device] = plan["devices"]
    texts = [period["text"] for period in device["periods"]]
    assert any(text.startswith("Charges at its limit of 25 kW: energy costs 0.05 EUR/kWh") for text in texts)
    assert any(text.startswith("Discharges at its limit of 25 kW: energy is worth 0.15 EUR/kWh now") for text in texts)
    assert (told["timezone"], told["currency"], plan["start"]) == (
        "Europe/Amsterdam",
        "EUR",
        "2026-06-01T02:00:00+02:00",
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "Laadt op zijn grens van 25 kW: energie kost 0,05 EUR/kWh"),
        ("de", "Lädt mit der Höchstleistung von 25 kW: Energie kostet 0,05 EUR/kWh"),
    ],
)
@ON_SQLITE
def test_a_schedule_is_explained_in_other_languages(
    api: ApiClient, planner: Planner, language: str, expected: str
) -> None:
    path = f"/api/v4/schedules/{planned(api, planner)}/explanation"

    answer = api.get(f"{path}?language={language}", user=planner.user_id, headers={"Accept-Language": "fr"})

    [device] = answer.json()["plans"][0]["devices"]
    assert any(period["text"].startswith(expected) for period in device["periods"])


@ON_SQLITE
def test_language_that_nobody_speaks_is_refused(api: ApiClient, planner: Planner) -> None:
    path = f"/api/v4/schedules/{uuid.uuid4()}/explanation?language=tlh"

    assert api.get(path, user=planner.user_id).status_code == 422


@ON_SQLITE
def test_columns_have_an_entry_per_step(api: ApiClient, planner: Planner) -> None:
    [plan] = explained(api, planner, planned(api, planner))["plans"]

    [device], [stock], [network] = plan["devices"], plan["stocks"], plan["networks"]
    assert (device["sensor"], device["asset"]) == (planner.power, planner.battery_id)
    assert {len(device[name]) for name in ("power_kw", "reason", "cost", "income", "stored_value", "kept_value")} == {
        96
    }
    assert {len(network[name]) for name in ("net_kw", "value", "surcharge", "consumption_price")} == {96}
    assert (len(stock["energy_kwh"]), len(stock["value"]), len(plan["step_s"])) == (97, 96, 96)
    assert network["net_kw"] == device["power_kw"]


@ON_SQLITE
def test_periods_cover_the_window_without_gaps(api: ApiClient, planner: Planner) -> None:
    [plan] = explained(api, planner, planned(api, planner))["plans"]

    periods = plan["devices"][0]["periods"]
    assert (periods[0]["start"], periods[-1]["end"]) == (plan["start"], plan["end"])
    assert [period["start"] for period in periods[1:]] == [period["end"] for period in periods[:-1]]
    assert [period["first_step"] for period in periods[1:]] == [period["last_step"] + 1 for period in periods[:-1]]


@ON_SQLITE
def test_the_saving_against_doing_nothing_is_told(api: ApiClient, planner: Planner) -> None:
    """Doing nothing costs nothing and keeps 20 kWh; the plan earns 11 EUR and keeps none."""
    [plan] = explained(api, planner, planned(api, planner))["plans"]

    compared = plan["comparison"]
    assert compared["idle"]["saving"] == pytest.approx(11, rel=1e-3)
    assert (compared["idle"]["stored_kwh"], compared["stored_kwh"], compared["previous"]) == (20, 0, None)
    assert (plan["solver"]["status"], plan["solver"]["gap"]) == ("optimal", 0)


@ON_SQLITE
def test_what_resting_would_break_is_told(api: ApiClient, planner: Planner) -> None:
    target = {"datetime": "2026-06-01T06:00:00+00:00", "value": "80 kWh"}
    model = {**planner.model, "soc-targets": [target]}
    context = {**planner.context, "relax-constraints": False}

    [plan] = explained(api, planner, planned(api, planner, flex_model=[model], flex_context=context))["plans"]

    idle = plan["comparison"]["idle"]
    assert (idle["cost"], idle["saving"]) == (None, None)
    assert idle["reason"].startswith("It would break the minimum of ")
    assert idle["reason"].endswith(" at 08:00 on Mon.")


def test_the_plan_before_is_priced_anew(api: ApiClient, planner: Planner) -> None:
    planned(api, planner)
    planner.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests can be set

    [plan] = explained(api, planner, planned(api, planner, force_new_job_creation=True))["plans"]

    previous = plan["comparison"]["previous"]
    assert previous["cost"] == pytest.approx(plan["solver"]["objective"], rel=1e-3)
    assert previous["saving"] == pytest.approx(0, abs=1e-3)
    assert plan["devices"][0]["previous_kw"] == plan["devices"][0]["power_kw"]


@ON_SQLITE
def test_each_device_of_a_sequence_is_explained(api: ApiClient, planner: Planner) -> None:
    second = planner.add_sensor(name="second")
    model = {"sensor": second, "soc-at-start": "0 kWh", "soc-max": "10 kWh", "power-capacity": "5 kW"}

    job = planned(api, planner, flex_model=[planner.model, model], sequential=True)

    plans = explained(api, planner, job)["plans"]
    assert [plan["devices"][0]["sensor"] for plan in plans] == [planner.power, second]


@ON_SQLITE
def test_a_process_says_when_it_runs(api: ApiClient, planner: Planner) -> None:
    """Twelve hours at 50 EUR/MWh come first: the earliest of them is as cheap as any."""
    with planner.services.database.write() as connection:
        machine = make_asset(connection, kind="process", account_id=planner.account_id, parent_asset_id=planner.site_id)
        power = make_sensor(connection, generic_asset_id=machine, name="power", event_resolution="PT1H")
    model = {"power": "200 kW", "duration": "PT4H", "process-type": "SHIFTABLE"}
    body = planner.body(flex_model=model, flex_context={"consumption-price": {"sensor": planner.price}})
    job = api.post(f"/sensors/{power}/schedules/trigger", user=planner.user_id, json=body).json()["job"]
    planner.work()

    told = explained(api, planner, job)

    [plan] = told["delegated"]
    assert told["plans"] == []
    assert plan["series"][0]["text"] == "Runs from 02:00 to 06:00, where ProcessScheduler places it."
    assert (plan["series"][0]["runs"][0]["lowest"], plan["series"][0]["unit"]) == (200, "kW")
    assert plan["series"][0]["runs"][0]["start"] == "2026-06-01T02:00:00+02:00"
    assert sum(plan["costs"].values()) == pytest.approx(40)


@ON_SQLITE
def test_of_several_futures_the_median_one_is_explained(api: ApiClient, planner: Planner) -> None:
    load = planner.add_sensor(name="load", unit="kW", event_resolution="PT1H")
    expect(planner, load, {0.1: 5.0, 0.5: 10.0, 0.9: 60.0})
    context = {**planner.context, "inflexible-consumption": [{"sensor": load}], "scenarios": {}}

    [plan] = explained(api, planner, planned(api, planner, flex_context=context))["plans"]

    futures = plan["futures"]
    assert futures["number"] == 3
    assert plan["solver"]["objective"] < futures["expected_cost"] < futures["risk"]
    assert futures["text"].startswith("Planned for 3 futures; this explains the median one. Expected cost ")


@ON_SQLITE
def test_an_explanation_is_no_part_of_the_job(api: ApiClient, planner: Planner) -> None:
    job = planned(api, planner)

    shown = api.get(f"/jobs/{job}", user=planner.user_id)

    assert len(shown.content) < 20_000
    assert "periods" not in shown.text


def test_an_explanation_goes_with_its_job(api: ApiClient, planner: Planner) -> None:
    job = planned(api, planner)

    with planner.services.database.write() as connection:
        planner.services.jobs.discard(connection, uuid.UUID(job))

    with planner.services.database.read() as connection:
        assert connection.execute(schedule_explanation.select()).all() == []


@ON_SQLITE
def test_an_unfinished_schedule_is_not_explained_yet(api: ApiClient, planner: Planner) -> None:
    job = triggered(api, planner)

    answer = api.get(f"/api/v4/schedules/{job}/explanation", user=planner.user_id)

    assert (answer.status_code, answer.json()["message"]) == (400, "Scheduling job waiting.")


def test_a_failed_schedule_names_what_clashes(api: ApiClient, planner: Planner) -> None:
    target = {"datetime": "2026-06-01T00:15:00+00:00", "value": "90 kWh"}
    model = {**planner.model, "soc-targets": [target]}
    context = {**planner.context, "relax-constraints": False}
    job = planned(api, planner, flex_model=[model], flex_context=context)

    answer = api.get(f"/api/v4/schedules/{job}/explanation", user=planner.user_id)

    body = answer.json()
    assert (answer.status_code, body["status"]) == (400, "UNKNOWN_SCHEDULE")
    assert "soc-targets" in {clash["field"] for clash in body["clashes"]}
    assert all(clash["text"] in body["message"] for clash in body["clashes"])


@ON_SQLITE
@pytest.mark.parametrize("job", ["0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0", "no-id"])
def test_an_unknown_schedule_is_not_found(api: ApiClient, planner: Planner, job: str) -> None:
    answer = api.get(f"/api/v4/schedules/{job}/explanation", user=planner.user_id)

    assert (answer.status_code, answer.json()["message"]) == (404, f"There is no schedule with id {job}.")


@ON_SQLITE
def test_a_schedule_from_before_there_were_explanations_says_so(api: ApiClient, planner: Planner) -> None:
    job = planned(api, planner)
    with planner.services.database.write() as connection:
        connection.execute(schedule_explanation.delete())

    answer = api.get(f"/api/v4/schedules/{job}/explanation", user=planner.user_id)

    assert answer.status_code == 404
    assert "no explanation" in answer.json()["message"]


@ON_SQLITE
def test_strangers_learn_nothing(api: ApiClient, planner: Planner) -> None:
    job = planned(api, planner)
    with planner.services.database.write() as connection:
        stranger = make_user(connection, account_id=make_account(connection))

    assert api.get(f"/api/v4/schedules/{job}/explanation", user=stranger).status_code == 403


@ON_SQLITE
def test_nobody_learns_the_prices_of_others_from_a_schedule_of_their_own(api: ApiClient, planner: Planner) -> None:
    """An admin may plan with the price of a supplier that those whose site it is may not read."""
    with planner.services.database.write() as connection:
        supplier = make_asset(connection, account_id=make_account(connection))
        price = make_sensor(connection, generic_asset_id=supplier, unit="EUR/MWh", event_resolution="PT1H")
        admin = make_user(connection, roles=("admin",))
    planner.record(price, [100.0] * 24)
    body = planner.body(flex_context={"consumption-price": {"sensor": price}})
    job = api.post(f"/assets/{planner.site_id}/schedules/trigger", user=admin, json=body).json()["job"]
    planner.work()

    answers = [api.get(f"/api/v4/schedules/{job}/explanation", user=user) for user in (admin, planner.user_id)]

    assert [each.status_code for each in answers] == [200, 403]


@ON_SQLITE
def test_what_is_told_of_longer_steps_is_recorded_for_all_of_their_time(api: ApiClient, planner: Planner) -> None:
    context = {**planner.context, "later-resolution": {"after": "PT4H", "resolution": "PT1H"}}

    job = planned(api, planner, flex_context=context)

    [told] = explained(api, planner, job)["plans"][0]["devices"]
    path = f"/sensors/{planner.power}/schedules/{job}?duration=PT24H"
    recorded = api.get(path, user=planner.user_id).json()["values"]
    assert recorded == [*told["power_kw"][:16], *(power for power in told["power_kw"][16:] for _ in range(4))]
