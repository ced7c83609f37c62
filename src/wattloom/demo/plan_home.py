"""Have the home planned, the way that any client would: trigger, job, worker, beliefs."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wattloom.accounts import get_user
from wattloom.demo.build_home import DemoSite
from wattloom.demo.plan import HomePlan
from wattloom.demo.structure import HomeSensors
from wattloom.errors import InternalError
from wattloom.jobs import Job, JobHandler, JobState
from wattloom.periods import MICROSECOND, QUARTER_US, Duration, Period, from_us, to_us
from wattloom.scheduling import PlanningLimits, ScheduleRequest, trigger_schedule
from wattloom.server.backend import Backend
from wattloom.server.finish_job import finish_job
from wattloom.timeseries import BeliefFilter, BeliefStore, Floats, Grid, SeriesRequest, read_events, read_series

HORIZON = timedelta(hours=48)
_TIME_LIMIT_S = 60.0


def plan_home(
    backend: Backend, handlers: Mapping[str, JobHandler], site: DemoSite, *, user_id: int, now: datetime
) -> HomePlan:
    """Plan the next 48 hours from the current quarter of an hour on, and return what was stored.

    The trigger carries no flex-model and no flex-context: the stored ones say
    all. The job is worked off here, or by a server that runs on the same data.

    Args:
        backend: The database and what is built on it.
        handlers: What to do for each kind of job.
        site: The home.
        user_id: Who asks.
        now: The present; belief time of the plan.

    Raises:
        UnavailableError: The job did not end in time.
        InternalError: It failed.
    """
    start = from_us(to_us(now) // QUARTER_US * QUARTER_US)
    request = ScheduleRequest(
        subject=("asset", site.asset.id), start=start, duration=Duration(0, HORIZON), forces_new_job=True
    )
    with backend.database.write() as connection:
        user = get_user(connection, user_id)
        job = trigger_schedule(connection, backend.jobs, request, PlanningLimits(), by=user, now=now)
    _finish(backend, handlers, job)
    with backend.database.read() as connection:
        return read_plan(connection, backend.beliefs, site.sensors, Period(start, start + HORIZON))


def read_plan(connection: Connection, store: BeliefStore, sensors: HomeSensors, period: Period) -> HomePlan:
    """Return the latest plan of the home for a period of whole quarters of an hour."""
    planned = BeliefFilter(source_types=frozenset({"scheduler"}))
    grid = Grid(to_us(period.start), QUARTER_US, (to_us(period.end) - to_us(period.start)) // QUARTER_US)
    buying, feed_in, sun, demand, battery, car = read_series(
        connection,
        store,
        [
            *(
                SeriesRequest(sensor)
                for sensor in (sensors.buying_price, sensors.feed_in_price, sensors.pv_power, sensors.base_load)
            ),
            SeriesRequest(sensors.battery_power, planned),
            SeriesRequest(sensors.car_power, planned),
        ],
        grid,
    )
    stocks = [SeriesRequest(sensor, planned) for sensor in (sensors.battery_charge, sensors.car_charge)]
    battery_kwh, car_kwh = (
        _complete(events.value, grid.n + 1)
        for events in read_events(connection, store, stocks, Period(period.start, period.end + MICROSECOND))
    )
    return HomePlan(
        event_start_us=grid.edges_us[:-1],
        buying_eur_per_kwh=buying,
        feed_in_eur_per_kwh=feed_in,
        pv_production_kw=sun,
        base_consumption_kw=demand,
        battery_consumption_kw=battery,
        car_consumption_kw=car,
        battery_kwh=battery_kwh,
        car_kwh=car_kwh,
    )


def _finish(backend: Backend, handlers: Mapping[str, JobHandler], job: Job) -> None:
    ended = finish_job(backend, handlers, job, timeout_s=_TIME_LIMIT_S)
    if ended.state is not JobState.FINISHED:
        reason = f"{ended.error.type}: {ended.error.message}" if ended.error is not None else ended.state
        raise InternalError(f"The home could not be planned. {reason}")


def _complete(values: Floats, n: int) -> Floats:
    assert len(values) == n, "a plan says how full the storages are at every boundary"
    return values
