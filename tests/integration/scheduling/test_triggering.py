"""What is refused or shared when a schedule is asked for."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import make_asset, make_sensor
from tests.planning import DAY, START, Planner
from wattloom.assets import list_asset_audit
from wattloom.db import Listing
from wattloom.errors import FlexModelError, InputError, NotFoundError
from wattloom.periods import Duration, Resolution
from wattloom.timeseries import get_sensor


def test_the_same_request_within_the_hour_is_the_same_job(planner: Planner) -> None:
    first = planner.trigger()
    planner.services.clock.advance(minutes=59)  # type: ignore[attr-defined] # the clock of tests can be set

    assert planner.trigger().id == first.id


def test_an_hour_later_it_is_another_job(planner: Planner) -> None:
    first = planner.trigger()
    planner.services.clock.advance(minutes=61)  # type: ignore[attr-defined] # the clock of tests can be set

    assert planner.trigger().id != first.id


@pytest.mark.parametrize(
    "changes",
    [
        {"forces_new_job": True},
        {"prior": START},
        {"duration": Duration(0, timedelta(hours=23))},
        {"flex_context": {"consumption-price": "1 EUR/MWh", "site-power-capacity": "1 MW"}},
    ],
)
def test_another_request_is_another_job(planner: Planner, changes: dict[str, Any]) -> None:
    first = planner.trigger()

    assert planner.trigger(**changes).id != first.id


def test_a_changed_stored_model_is_another_job(planner: Planner) -> None:
    first = planner.trigger()
    planner.store(planner.battery_id, flex_model={"roundtrip-efficiency": "90%"})

    assert planner.trigger().id != first.id


def test_prior_is_the_belief_time_of_the_job(planner: Planner) -> None:
    assert planner.trigger(prior=START).belief_time == START
    assert planner.trigger().belief_time == planner.services.clock()


def test_unknown_assets_and_sensors_are_not_found(planner: Planner) -> None:
    with pytest.raises(NotFoundError, match="asset"):
        planner.trigger(subject=("asset", 9999))
    with pytest.raises(NotFoundError, match="sensor"):
        planner.trigger(subject=("sensor", 9999), flex_model={})


def test_nothing_to_schedule_is_refused(planner: Planner) -> None:
    with pytest.raises(InputError, match="There is nothing to schedule"):
        planner.trigger(flex_model=[])


def test_a_sensor_takes_one_flex_model_without_sensor(planner: Planner) -> None:
    with pytest.raises(InputError, match="Not a valid mapping type"):
        planner.trigger(subject=("sensor", planner.power), flex_model=[planner.model])
    with pytest.raises(FlexModelError, match="Unknown field"):
        planner.trigger(subject=("sensor", planner.power), flex_model=planner.model)


def test_a_resolution_that_does_not_fit_its_sensor_is_refused(planner: Planner) -> None:
    model = {name: value for name, value in planner.model.items() if name != "sensor"}

    with pytest.raises(InputError, match="incompatible with the sensor's required resolution"):
        planner.trigger(
            subject=("sensor", planner.power), flex_model=model, resolution=Resolution(time=timedelta(minutes=20))
        )


def test_an_asset_is_planned_in_steps_of_any_length(planner: Planner) -> None:
    target = [{"datetime": (START + timedelta(minutes=70)).isoformat(), "value": "40 kWh"}]

    job = planner.plan(
        resolution=Resolution(time=timedelta(minutes=5)), flex_model=[{**planner.model, "soc-targets": target}]
    )

    powers, levels = (planner.schedule(job, sensor).values for sensor in (planner.power, planner.soc))
    assert (len(powers), len(levels)) == (96, 24 * 12 + 1)
    assert levels[14] == pytest.approx(40)
    assert powers[:4].sum() / 4 == pytest.approx(levels[12] - levels[0], abs=1e-4)


def test_contradictory_fixed_bounds_are_refused_at_once(planner: Planner) -> None:
    with pytest.raises(FlexModelError, match="The input data yields an infeasible problem"):
        planner.trigger(flex_model=[{**planner.model, "soc-min": "200 kWh"}])


def add_car(planner: Planner) -> int:
    """Add a car to the site, and return its power sensor."""
    with planner.services.database.write() as connection:
        car = make_asset(connection, name="second car", account_id=planner.account_id, parent_asset_id=planner.site_id)
        return make_sensor(connection, generic_asset_id=car, name="power")


def test_complaints_about_one_of_several_devices_name_it(planner: Planner) -> None:
    second = add_car(planner)

    with pytest.raises(FlexModelError) as caught:
        planner.trigger(flex_model=[planner.model, {"sensor": second, "power-capacity": "5 kWh"}])

    [problem] = caught.value.problems
    assert problem.path == ("power-capacity",)
    assert problem.message == f"'second car' (sensor {second}): Cannot convert value `5 kWh` to 'MW'"


@pytest.mark.parametrize("is_sequential", [False, True])
def test_contradictions_of_one_of_several_devices_name_it(planner: Planner, *, is_sequential: bool) -> None:
    second = add_car(planner)
    model = {
        "sensor": second,
        "soc-at-start": "1 kWh",
        "soc-max": "1 kWh",
        "soc-min": "2 kWh",
        "power-capacity": "1 kW",
    }

    with pytest.raises(FlexModelError) as caught:
        planner.trigger(flex_model=[planner.model, model], is_sequential=is_sequential)

    [problem] = caught.value.problems
    assert problem.path == ("_schema",)
    assert problem.message.startswith(f"'second car' (sensor {second}): The input data yields an infeasible")


def test_complaints_about_the_site_name_no_device(planner: Planner) -> None:
    second = {**planner.model, "sensor": planner.add_sensor(), "state-of-charge": None}

    with pytest.raises(FlexModelError, match=r"^Unknown field"):
        planner.trigger(flex_model=[planner.model, second], flex_context={"nonsense": 1})


def test_contexts_of_other_commodities_stand_beside_what_is_stored(planner: Planner) -> None:
    planner.store(planner.site_id, flex_context=planner.context)
    gas = {"commodity": "gas", "consumption-price": "50 EUR/MWh"}

    job = planner.trigger(flex_context=[gas])

    assert job.args["flex_context"] == {**planner.context, "commodities": [gas]}


@pytest.mark.parametrize("context", [[5], [[]], 5, "none"])
def test_what_is_no_context_is_refused(planner: Planner, context: object) -> None:
    with pytest.raises(InputError, match="must be an object, or a list of objects"):
        planner.trigger(flex_context=context)


def test_output_sensors_are_told_their_sign(planner: Planner) -> None:
    output = planner.add_sensor(attributes={"color": "blue"})

    planner.trigger(flex_model=[{**planner.model, "consumption": {"sensor": output}}])

    with planner.services.database.read() as connection:
        assert get_sensor(connection, output).attributes == {"color": "blue", "consumption_is_positive": True}


def test_marking_an_output_is_audited(planner: Planner) -> None:
    output = planner.add_sensor(name="charging")

    planner.trigger(flex_model=[{**planner.model, "consumption": {"sensor": output}}])

    with planner.services.database.read() as connection:
        event = list_asset_audit(connection, planner.battery_id, Listing()).items[0]
    assert event.user_id == planner.user_id
    assert event.event.startswith(f"Updated sensor 'charging': {output}. Updated fields: Field name: attributes,")


def test_an_output_sensor_of_the_other_sign_is_refused_and_nothing_is_changed(planner: Planner) -> None:
    taken, free = planner.add_sensor(attributes={"consumption_is_positive": True}), planner.add_sensor()
    model = {**planner.model, "consumption": {"sensor": free}, "production": {"sensor": taken}}

    with pytest.raises(FlexModelError, match="has the attribute consumption_is_positive set to True"):
        planner.trigger(flex_model=[model])

    with planner.services.database.read() as connection:
        assert get_sensor(connection, free).attributes == {}


def test_one_entry_says_what_a_stock_holds(planner: Planner) -> None:
    second = {**planner.model, "sensor": planner.add_sensor()}

    with pytest.raises(
        FlexModelError, match="Multiple flex-model entries define state-of-charge parameters for the same stock"
    ):
        planner.trigger(flex_model=[planner.model, second])


def test_more_devices_than_one_schedule_can_hold_are_refused(planner: Planner) -> None:
    models = [{"asset": planner.battery_id, "state-of-charge": [], "soc-min": n} for n in range(501)]

    with pytest.raises(InputError, match="501 devices are too many for one schedule; at most 500") as caught:
        planner.trigger(flex_model=models)

    assert caught.value.problems[0].path == ("flex-model",)


def test_tens_of_thousands_of_ids_are_refused_by_their_field(planner: Planner) -> None:
    context = {**planner.context, "inflexible-device-sensors": list(range(1, 50_000))}

    with pytest.raises(FlexModelError, match="Has 49999 entries; at most 1000 are accepted") as caught:
        planner.trigger(flex_context=context)

    assert caught.value.problems[0].path == ("inflexible-device-sensors",)


def test_a_price_hides_the_deprecated_one_further_up(planner: Planner) -> None:
    planner.store(planner.site_id, flex_context={"consumption-price-sensor": planner.price})
    planner.store(planner.battery_id, flex_context=planner.context)

    job = planner.trigger(subject=("sensor", planner.power), flex_model={"power-capacity": "25 kW"}, flex_context=None)

    assert job.args["flex_context"] == planner.context


def test_the_history_of_the_asset_tells_of_each_new_job_once(planner: Planner) -> None:
    job = planner.trigger()
    planner.trigger()

    with planner.services.database.read() as connection:
        (record,) = list_asset_audit(connection, planner.site_id, Listing()).items
    site, start, until = planner.site_id, START.isoformat(), (START + DAY).isoformat()
    assert record.event == f"Triggered schedule for asset {site}, from: {start}, until: {until}: {job.id}"
    assert (record.action, record.user_id) == ("schedule.triggered", planner.user_id)
    assert record.details == {"job": str(job.id), "asset": site, "start": start, "end": until}


def test_a_schedule_of_a_sensor_is_in_the_history_of_its_asset(planner: Planner) -> None:
    job = planner.trigger(subject=("sensor", planner.power), flex_model={"power-capacity": "25 kW"})

    with planner.services.database.read() as connection:
        (record,) = list_asset_audit(connection, planner.battery_id, Listing()).items
    assert record.details is not None
    assert (record.details["job"], record.details["sensor"]) == (str(job.id), planner.power)
