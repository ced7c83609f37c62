"""Net consumption that power sensors tell, as it was believed: what devices did, or were to do."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattloom.periods import Microseconds, Period, from_us
from wattloom.scheduling.problem import Floats
from wattloom.timeseries import (
    BeliefFilter,
    BeliefStore,
    Sensor,
    SeriesRequest,
    aggregation_for,
    consumption_sign,
    read_events,
    resample,
)


def read_consumption_mw(
    connection: Connection,
    store: BeliefStore,
    sensors: Sequence[Sensor],
    accepted: BeliefFilter,
    edges_us: Microseconds,
) -> list[Floats]:
    """Return net consumption per sensor on the steps between edges [MW], NaN where nothing is known, in one query.

    Args:
        connection: A read transaction.
        store: Keeps the beliefs.
        sensors: Hold power, each with its own sign.
        accepted: Which beliefs count.
        edges_us: Boundaries of the steps [µs], shape (n_steps + 1,).
    """
    requests = [SeriesRequest(sensor, accepted, "MW") for sensor in sensors]
    events = read_events(connection, store, requests, Period(from_us(int(edges_us[0])), from_us(int(edges_us[-1]))))
    return [
        resample(found, edges_us, aggregation_for(request)) * consumption_sign(request.sensor)
        for request, found in zip(requests, events, strict=True)
    ]
