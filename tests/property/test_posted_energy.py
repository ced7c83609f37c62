"""What is posted comes back with the same energy, in whatever unit and resolution it is asked for."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api_client import ApiClient, make_services
from tests.factories import make_account, make_asset, make_sensor, make_user
from tests.property.beliefs_strategies import CLOCK_CHANGES, datetime_of
from tests.property.literal_beliefs import HOUR, LiteralSensor, event_end, first_instant
from wattloom.accounts import seed_roles
from wattloom.db import Database

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"])]
KWH_PER = {"kW": 1.0, "MW": 1000.0, "W": 0.001, "kWh": 1.0, "MWh": 1000.0, "Wh": 0.001}
units = st.sampled_from(sorted(KWH_PER))
# Days around the clock changes consist of whole hours, as the windows have to.
whole_hour_zones = st.sampled_from(sorted(CLOCK_CHANGES.keys() - {"Australia/Lord_Howe"}))


class Home(NamedTuple):
    """A client, a user who may post, and the asset of the sensors."""

    api: ApiClient
    user: int
    asset: int


@pytest.fixture
def home(database: Database) -> Iterator[Home]:
    with database.write() as connection:
        seed_roles(connection)
        account = make_account(connection)
        user, asset = make_user(connection, account_id=account), make_asset(connection, account_id=account)
    api = ApiClient(make_services(database))
    yield Home(api, user, asset)
    api.close()


def energies(values: list[float], unit: str, edges: list[int]) -> list[float]:
    """Return the energy of each event [kWh]; power times its length, or the value itself."""
    lengths = [(end - start) / HOUR if unit.endswith("W") else 1.0 for start, end in pairwise(edges)]
    return [value * KWH_PER[unit] * length for value, length in zip(values, lengths, strict=True)]


def edges_of(resolution: str, zone: str, start: int, end: int) -> list[int]:
    slots, edges = LiteralSensor(0, resolution, zone), [start]
    while edges[-1] < end:
        edges.append(event_end(slots, edges[-1]))
    return edges


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=whole_hour_zones,
    stored=st.tuples(units, st.sampled_from(["PT5M", "PT15M", "PT1H", "P1D"])),
    posted=st.tuples(units, st.sampled_from(["PT5M", "PT15M", "PT1H"])),
    asked=st.tuples(units, st.sampled_from(["PT15M", "PT1H", "P1D"])),
    data=st.data(),
)
def test_what_is_posted_comes_back_with_the_same_energy(
    home: Home,
    zone: str,
    stored: tuple[str, str],
    posted: tuple[str, str],
    asked: tuple[str, str],
    data: st.DataObject,
) -> None:
    day = data.draw(st.sampled_from(CLOCK_CHANGES[zone]))
    start = first_instant(day - timedelta(days=1), zone)
    end = first_instant(day + timedelta(days=1), zone)
    duration = f"PT{(end - start) // (HOUR // 60)}M"
    with home.api.services.database.write() as connection:
        sensor = make_sensor(
            connection, generic_asset_id=home.asset, unit=stored[0], event_resolution=stored[1], timezone=zone
        )
    sent_edges = edges_of(posted[1], zone, start, end)
    pattern = data.draw(st.lists(st.floats(-100, 100), min_size=1, max_size=5))
    values = [pattern[k % len(pattern)] for k in range(len(sent_edges) - 1)]
    window = {"start": datetime_of(start).isoformat(), "duration": duration}

    sent = home.api.post(f"/sensors/{sensor}/data", user=home.user, json=window | {"values": values, "unit": posted[0]})
    received = home.api.get(
        f"/sensors/{sensor}/data", user=home.user, params=window | {"unit": asked[0], "resolution": asked[1]}
    )

    assert (sent.status_code, received.status_code) == (200, 200), (sent.json(), received.json())
    given_kwh = energies(values, posted[0], sent_edges)
    found_kwh = energies(received.json()["values"], asked[0], edges_of(asked[1], zone, start, end))
    scale = sum(abs(energy) for energy in given_kwh)
    # Values below 1e-308, or that become so in another unit, have fewer digits.
    assert sum(found_kwh) == pytest.approx(sum(given_kwh), rel=1e-12, abs=max(1e-12 * scale, 1e-300))
