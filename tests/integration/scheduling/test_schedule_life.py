"""From a trigger to stored values: what a job reads, when it believes, and what it records."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import update

from tests.planning import CHEAP, DAY, DEAR, LONG_AGO, START, Planner
from wattloom.assets import get_asset
from wattloom.jobs import JobState
from wattloom.jobs.tables import job as job_table
from wattloom.periods import Duration, Resolution
from wattloom.scheduling import scheduler_of
from wattloom.timeseries import get_sensor, sources_of_sensors

HOUR = timedelta(hours=1)


def test_a_battery_charges_cheap_and_discharges_dear(planner: Planner) -> None:
    """80 kWh are bought at 50 and 100 kWh sold at 150 EUR/MWh: 4 − 15 = −11 EUR."""
    job = planner.plan()

    schedule = planner.schedule(job, planner.power)
    assert (job.state, schedule.start, schedule.length, schedule.unit) == (JobState.FINISHED, START, DAY, "kW")
    assert schedule.values[:48].sum() / 4 == pytest.approx(80)
    assert schedule.values[48:].sum() / 4 == pytest.approx(-100)
    assert job.result is not None
    assert job.result["scheduler-info"]["commitment_costs"]["electricity net energy"] == pytest.approx(-11)


def test_power_is_stored_production_positive_and_shown_as_asked(planner: Planner) -> None:
    job = planner.plan()

    shown = planner.schedule(job, planner.power).values

    assert planner.schedule(job, planner.power, sign="wysiwyg").values.tolist() == (-shown).tolist()
    assert planner.schedule(job, planner.power, sign="production-positive").values.tolist() == (-shown).tolist()
    assert planner.schedule(job, planner.power, unit="MW").values == pytest.approx(shown / 1000)


def test_states_of_charge_are_recorded_with_both_ends(planner: Planner) -> None:
    job = planner.plan()

    schedule = planner.schedule(job, planner.soc)

    assert (len(schedule.values), schedule.values[0], schedule.values[-1]) == (97, 20, pytest.approx(0))
    assert job.result is not None
    assert job.result["num-beliefs"] == 96 + 97
    assert schedule.length == DAY


def test_the_source_of_a_schedule_is_the_scheduler(planner: Planner) -> None:
    planner.plan()

    with planner.services.database.read() as connection:
        [source] = sources_of_sensors(connection, [planner.power]).values()
    assert (source.name, source.type, source.model) == ("Wattloom", "scheduler", "StorageScheduler")
    assert source.version


def test_schedules_that_name_no_scheduler_are_those_of_storages(planner: Planner) -> None:
    job = planner.plan()
    args = {name: value for name, value in job.args.items() if name != "schedulers"}
    assert job.result is not None
    result = {name: value for name, value in job.result.items() if name != "sources"}
    with planner.services.database.write() as connection:
        connection.execute(update(job_table).where(job_table.c.id == job.id).values(args=args, result=result))

    assert len(planner.schedule(job, planner.power).values) == 96
    waiting = planner.job(planner.trigger(forces_new_job=True).id)
    assert scheduler_of(replace(waiting, args=args)) == "StorageScheduler"


def test_what_was_recorded_after_prior_is_not_known(planner: Planner) -> None:
    planner.record(planner.price, [DEAR] * 12 + [CHEAP] * 12, believed_at=START - HOUR)

    before = planner.plan(prior=START - 2 * HOUR)
    after = planner.plan(prior=START - HOUR)

    assert planner.schedule(before, planner.power).values[:48].sum() > 0
    assert planner.schedule(after, planner.power).values[:48].sum() < 0


def test_a_later_schedule_does_not_show_through_an_earlier_one(planner: Planner) -> None:
    first = planner.plan()
    planner.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests can be set
    planner.record(planner.price, [DEAR] * 12 + [CHEAP] * 12, believed_at=planner.services.clock())
    planner.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests can be set

    second = planner.plan(forces_new_job=True)

    assert planner.schedule(first, planner.power).values[:48].sum() > 0
    assert planner.schedule(second, planner.power).values[:48].sum() < 0


def test_a_plan_ends_where_it_ends_although_an_older_one_reached_further(planner: Planner) -> None:
    planner.plan()
    planner.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests can be set

    shorter = planner.plan(duration=Duration(0, 3 * HOUR))

    assert len(planner.schedule(shorter, planner.power).values) == 12
    assert planner.schedule(shorter, planner.power).length == 3 * HOUR
    assert len(planner.schedule(shorter, planner.soc).values) == 13


def test_states_of_an_older_plan_do_not_stand_between_those_of_a_new_one(planner: Planner) -> None:
    planner.plan()
    planner.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests can be set

    hourly = planner.plan(resolution=Resolution(time=HOUR), flex_model=[{**planner.model, "soc-at-start": "50 kWh"}])

    states = planner.schedule(hourly, planner.soc).values
    assert (len(states), states[0]) == (25, pytest.approx(50))


def test_a_schedule_with_equal_prior_takes_the_place_of_the_first(planner: Planner) -> None:
    first = planner.plan(prior=START)

    second = planner.plan(prior=START, flex_model=[{**planner.model, "power-capacity": "5 kW"}])

    assert np.abs(planner.schedule(second, planner.power).values).max() == pytest.approx(5)
    assert np.abs(planner.schedule(first, planner.power).values).max() == pytest.approx(5)


def test_the_state_at_the_start_comes_from_the_sensor(planner: Planner) -> None:
    planner.record(planner.soc, [70.0], start=START - timedelta(minutes=15))
    model = {key: value for key, value in planner.model.items() if key != "soc-at-start"}

    job = planner.plan(flex_model=[model])

    assert planner.schedule(job, planner.soc).values[0] == 70


def test_a_state_that_nobody_measured_fails_the_job_with_its_reason(planner: Planner) -> None:
    model = {key: value for key, value in planner.model.items() if key != "soc-at-start"}

    job = planner.plan(flex_model=[model])

    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error.type == "MissingDataError"
    assert f"No recent state-of-charge value found for sensor {planner.soc} within 1:00:00" in job.error.message


def test_prices_that_nobody_knows_fail_the_job_with_their_sensor(planner: Planner) -> None:
    job = planner.plan(start=START + 300 * DAY)

    assert job.error is not None
    assert job.error.message.startswith(f"Prices unknown for planning window. (sensor {planner.price}) The schedule is")
    assert (START + 300 * DAY).isoformat() in job.error.message
    assert f"the sensor holds values for {START.isoformat()} to " in job.error.message


def test_prices_that_came_too_late_fail_the_job_with_the_time_that_counts(planner: Planner) -> None:
    prior = LONG_AGO - DAY

    job = planner.plan(prior=prior)

    assert job.error is not None
    assert f"uses what was known at {prior.isoformat()}; the sensor holds values for" in job.error.message


def test_contradictory_inputs_fail_the_job_with_their_names(planner: Planner) -> None:
    target = {"datetime": (START + HOUR).isoformat(), "value": "90 kWh"}

    job = planner.plan(
        flex_model=[{**planner.model, "soc-targets": [target]}],
        flex_context={**planner.context, "relax-constraints": False},
    )

    assert job.error is not None
    assert job.error.type == "InfeasibleError"
    assert "soc-targets" in job.error.message
    assert "power-capacity" in job.error.message
    with planner.services.database.read() as connection:
        battery = get_asset(connection, planner.battery_id).name
    assert f"consumption of {battery} within its power-capacity" in job.error.message


def test_stored_models_and_contexts_are_scheduled_without_a_request(planner: Planner) -> None:
    planner.store(planner.site_id, flex_context=planner.context)
    planner.store(
        planner.battery_id,
        flex_model={"power-capacity": "10 kW", "soc-max": "50 kWh", "consumption": {"sensor": planner.power}},
    )

    job = planner.plan(flex_model=[], flex_context={})

    assert planner.schedule(job, planner.power).values.max() == pytest.approx(10)
    with planner.services.database.read() as connection:
        assert get_sensor(connection, planner.power).attributes == {"consumption_is_positive": True}


def test_a_request_goes_over_what_is_stored(planner: Planner) -> None:
    planner.store(planner.site_id, flex_context={"site-power-capacity": "8 kW"})
    planner.store(planner.battery_id, flex_model={"power-capacity": "10 kW", "soc-max": "50 kWh"})
    context = {"consumption-price": {"sensor": planner.price}}

    job = planner.plan(
        flex_model=[{"sensor": planner.power, "soc-at-start": 0, "power-capacity": "30 kW"}], flex_context=context
    )

    assert planner.schedule(job, planner.power).values.max() == pytest.approx(8)


def test_a_sensor_is_scheduled_alone_with_its_assets_model(planner: Planner) -> None:
    planner.store(planner.battery_id, flex_model={"power-capacity": "10 kW", "soc-max": "50 kWh"})

    job = planner.plan(subject=("sensor", planner.power), flex_model={"soc-at-start": "5 kWh"})

    values = planner.schedule(job, planner.power).values
    assert values[:48].sum() / 4 == pytest.approx(45)
    assert job.entity == ("sensor", planner.power)


def test_two_devices_share_the_connection(planner: Planner) -> None:
    second = planner.add_sensor(name="second")
    models = [planner.model, {"sensor": second, "soc-at-start": 0, "soc-max": "100 kWh", "power-capacity": "25 kW"}]

    job = planner.plan(flex_model=models, flex_context={**planner.context, "site-power-capacity": "30 kW"})

    total = planner.schedule(job, planner.power).values + planner.schedule(job, second).values
    assert np.abs(total).max() == pytest.approx(30)


def test_a_coarser_resolution_is_kept_on_finer_sensors(planner: Planner) -> None:
    job = planner.plan(resolution=Resolution(time=HOUR))

    values = planner.schedule(job, planner.power).values
    assert len(values) == 96
    assert (values.reshape(24, 4) == values[::4, None]).all()


def test_inflexible_devices_are_met_by_the_battery(planner: Planner) -> None:
    load = planner.add_sensor(name="load")
    planner.record(load, [3.0] * 96)
    context = {**planner.context, "production-price": "0 EUR/MWh", "inflexible-consumption": [{"sensor": load}]}

    job = planner.plan(flex_context=context)

    assert planner.schedule(job, planner.power).values[48:] == pytest.approx(-3)


@pytest.mark.parametrize("belief", [LONG_AGO, START])
def test_sources_can_be_chosen(planner: Planner, belief: object) -> None:
    reference = {"sensor": planner.price, "sources": [planner.source_id + 1000], "default": "70 EUR/MWh"}

    job = planner.plan(flex_context={**planner.context, "consumption-price": reference}, prior=belief)

    assert job.result is not None
    assert job.result["scheduler-info"]["commitment_costs"]["electricity net energy"] == pytest.approx(-20 * 0.07)


def test_a_start_between_ticks_is_floored(planner: Planner) -> None:
    job = planner.plan(start=START + timedelta(minutes=9), duration=Duration(0, HOUR))

    schedule = planner.schedule(job, planner.power)
    assert (schedule.start, schedule.length) == (START, HOUR)
    assert abs(planner.schedule(job, planner.soc).values[1] - 20) <= 25 * 0.1 + 1e-6


def test_another_attempt_records_the_same(planner: Planner) -> None:
    job = planner.trigger()
    planner.services.clock.advance(minutes=5)  # type: ignore[attr-defined] # the clock of tests can be set

    planner.work()

    assert job.belief_time == planner.job(job.id).belief_time
    assert planner.job(job.id).state is JobState.FINISHED
    assert len(planner.schedule(job, planner.power).values) == 96


@pytest.mark.parametrize(("per_step", "expected"), [(False, 55), (True, 4 * 55)])
def test_soc_breaches_cost_per_hour_or_per_step(planner: Planner, per_step: bool, expected: float) -> None:  # noqa: FBT001 - a table
    """25 kW reach 45 of 100 kWh within the hour: 55 kWh missing at 1 EUR/kWh, four times that with steps of a quarter."""
    minimum = {"datetime": (START + HOUR).isoformat(), "value": "100 kWh"}
    job = planner.trigger(
        flex_model=[{**planner.model, "soc-minima": [minimum]}],
        flex_context={**planner.context, "soc-minima-breach-price": "1 EUR/kWh"},
    )

    planner.work(multiplies_soc_prices=per_step)

    result = planner.job(job.id).result
    assert result is not None
    assert result["scheduler-info"]["commitment_costs"]["any soc minima"] == pytest.approx(expected)


def test_values_that_nobody_can_calculate_with_fail_the_job_with_their_sensor(planner: Planner) -> None:
    planner.record(planner.price, [1e300], believed_at=START)

    job = planner.plan(prior=START)

    assert job.error is not None
    assert job.error.type == "InputError"
    assert f"(sensor {planner.price}) has values beyond ±1e+09 EUR/MWh in the window" in job.error.message


def test_states_of_charge_of_several_devices_are_read_together(planner: Planner) -> None:
    soc = planner.add_sensor(name="second soc", unit="kWh", event_resolution="P0D")
    power = planner.add_sensor(name="second power")
    planner.record(planner.soc, [40])
    planner.record(soc, [60])
    models = [
        {**planner.model, "sensor": each, "state-of-charge": {"sensor": stock}, "soc-at-start": None}
        for each, stock in ((planner.power, planner.soc), (power, soc))
    ]

    job = planner.plan(flex_model=models)

    assert [planner.schedule(job, each).values[0] for each in (planner.soc, soc)] == [40, 60]


def test_energy_sensors_are_read_as_they_are_recorded(planner: Planner) -> None:
    """An unmarked kWh sensor counts consumption positive, as a load and as an output."""
    load = planner.add_sensor(name="meter", unit="kWh")
    net = planner.add_sensor(name="net", unit="kWh")
    planner.record(load, [1.5] * 96)
    context = {**planner.context, "inflexible-device-sensors": [load], "aggregate-power": {"sensor": net}}
    idle = {**planner.model, "soc-at-start": "0 kWh", "soc-max": "0 kWh"}

    job = planner.plan(flex_model=[idle], flex_context=context)

    assert planner.schedule(job, net, sign="wysiwyg").values.tolist() == [1.5] * 96
    assert planner.schedule(job, net).values.tolist() == [1.5] * 96
    assert planner.schedule(job, net, sign="production-positive").values.tolist() == [-1.5] * 96
