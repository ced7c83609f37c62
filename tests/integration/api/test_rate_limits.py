"""How many requests and triggers the API takes, by setting and by plan."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import insert, update

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_account, make_api_key, make_asset, make_sensor, make_user
from tests.statements import counted_statements
from wattloom.accounts import PlanTerms, create_plan, get_user, set_password
from wattloom.accounts.tables import account, plan
from wattloom.config import Settings
from wattloom.db import Database

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining")

Start = Callable[..., ApiClient]


@pytest.fixture
def start(database: Database) -> Iterator[Start]:
    """Start a server with settings."""
    started: list[ApiClient] = []

    def start_with(**settings: Any) -> ApiClient:
        started.append(ApiClient(make_services(database, job_wait_s=0, **settings)))
        return started[-1]

    yield start_with
    for api in started:
        api.close()


def new_user(database: Database, *, account_id: int | None = None, terms: PlanTerms | None = None) -> int:
    with database.write() as connection:
        user = make_user(connection, account_id=account_id or make_account(connection))
        if terms is not None:
            plan_id = create_plan(connection, terms, by=None, now=NOW).id
            own = account.c.id == get_user(connection, user).account_id
            connection.execute(update(account).where(own).values(plan_id=plan_id))
    return user


def asked(api: ApiClient, n: int, *, user: int | None, path: str = "/assets") -> list[int]:
    return [api.get(path, user=user).status_code for _ in range(n)]


@dataclass(frozen=True)
class Site:
    """A battery that can be planned."""

    asset: int
    sensor: int


def new_sites(database: Database, user: int, n: int) -> list[Site]:
    with database.write() as connection:
        owner = get_user(connection, user).account_id
        assets = [make_asset(connection, account_id=owner) for _ in range(n)]
        return [Site(asset, make_sensor(connection, generic_asset_id=asset)) for asset in assets]


def trigger(api: ApiClient, user: int, site: Site, **changes: Any) -> httpx.Response:
    model = {"sensor": site.sensor, "soc-at-start": "2 kWh", "soc-max": "9 kWh", "power-capacity": "3 kW"}
    body = {"start": NOW.isoformat(), "flex-model": [model], "flex-context": {"consumption-price": "0.3 EUR/kWh"}}
    return api.post(f"/assets/{site.asset}/schedules/trigger", user=user, json=body | changes)


def triggered(api: ApiClient, user: int, *sites: Site) -> list[int]:
    return [trigger(api, user, site).status_code for site in sites]


def test_nothing_is_limited_by_default(start: Start, database: Database) -> None:
    api, user = start(), new_user(database)

    response = api.get("/assets", user=user)

    assert response.status_code == 200
    assert [name for name in response.headers if "ratelimit" in name] == []


def test_the_request_beyond_the_limit_is_refused_with_all_that_a_client_needs(start: Start, database: Database) -> None:
    api, user = start(api_default_rate_limit="2 per minute"), new_user(database)

    passed = [api.get("/assets", user=user) for _ in range(2)]
    refused = api.get("/assets", user=user, headers={"Origin": "https://app.example"})

    assert [(each.status_code, *(each.headers[name] for name in HEADERS)) for each in passed] == [
        (200, "2", "1"),
        (200, "2", "0"),
    ]
    wait_s = refused.headers["retry-after"]
    assert (refused.status_code, refused.json()) == (
        429,
        {
            "result": "Rejected",
            "status": "TOO_MANY_REQUESTS",
            "message": f"Too many requests: the limit is 2 per 1 minute. Try again in {wait_s} s.",
        },
    )
    assert 0 < int(wait_s) <= 60
    assert [refused.headers[name] for name in HEADERS] == ["2", "0"]
    assert refused.headers["x-ratelimit-reset"] == passed[0].headers["x-ratelimit-reset"]
    assert refused.headers["content-type"] == "application/json"
    assert "X-RateLimit-Reset" in refused.headers["access-control-expose-headers"]


def test_refused_requests_count_and_all_paths_share_one_budget(start: Start, database: Database) -> None:
    api, user = start(api_default_rate_limit="4 per minute"), new_user(database)

    statuses = [
        api.get("/assets/999", user=user).status_code,
        api.post("/sensors", user=user, json={}).status_code,
        api.get("/no/such/path", user=user).status_code,
        api.get("/api/v4/keys", user=user).status_code,
        api.get("/assets", user=user).status_code,
    ]

    assert statuses == [404, 422, 404, 200, 429]


def test_each_user_has_a_budget_and_all_its_credentials_share_it(start: Start, database: Database) -> None:
    api, ada, bob = start(api_default_rate_limit="3 per minute"), new_user(database), new_user(database)
    with database.write() as connection:
        keys = [make_api_key(connection, ada) for _ in range(2)]

    with_keys = [api.get("/assets", headers={"Authorization": key}).status_code for key in keys]

    assert with_keys + asked(api, 2, user=ada) == [200, 200, 200, 429]
    assert asked(api, 1, user=bob) == [200]


def test_callers_who_are_not_known_share_the_budget_of_their_address(start: Start, database: Database) -> None:
    api, user = start(api_default_rate_limit="3 per minute"), new_user(database)

    guesses = [api.get("/assets", headers={"Authorization": f"wl_{n:043}"}).status_code for n in range(2)]

    assert guesses + asked(api, 2, user=None) == [401, 401, 401, 429]
    assert api.post("/api/requestAuthToken", json={}).status_code == 429
    assert asked(api, 1, user=user) == [200]


def test_revoked_tokens_do_not_use_up_what_their_user_may_send(start: Start, database: Database) -> None:
    api, user = start(api_default_rate_limit="2 per minute"), new_user(database)
    stolen = api.token(user)
    with database.write() as connection:
        set_password(connection, get_user(connection, user), "another password", by=None, now=NOW)

    with_stolen = [api.get("/assets", headers={"Authorization": stolen}).status_code for _ in range(3)]

    assert with_stolen == [401, 401, 429]
    assert asked(api, 1, user=user) == [200]


@ON_SQLITE
@pytest.mark.parametrize("path", ["/health/ready", "/health/ready/"])
def test_health_is_exempt(start: Start, path: str) -> None:
    api = start(api_default_rate_limit="1 per hour")

    assert asked(api, 3, user=None, path=path) == [200, 200, 200]


@ON_SQLITE
def test_questions_of_browsers_before_a_request_are_exempt(start: Start) -> None:
    api = start(api_default_rate_limit="1 per hour")

    assert {api.request("OPTIONS", "/assets").status_code for _ in range(3)} == {204}


def test_all_trigger_endpoints_share_the_budget_of_the_account(start: Start, database: Database) -> None:
    api, user = start(api_trigger_rate_limit="2 per 5 minutes"), new_user(database)
    sites = new_sites(database, user, 2)
    with database.write() as connection:
        colleague = make_user(connection, account_id=get_user(connection, user).account_id)

    accepted = triggered(api, user, sites[0]) + triggered(api, colleague, sites[1])
    refused = [
        trigger(api, user, sites[0]),
        api.post(f"/sensors/{sites[0].sensor}/schedules/trigger", user=colleague, json={}),
    ]

    assert accepted == [200, 200]
    assert [each.status_code for each in refused] == [429, 429]
    assert "the limit is 2 per 5 minute." in refused[0].json()["message"]
    assert asked(api, 1, user=user) == [200]


def test_refused_triggers_do_not_count(start: Start, database: Database) -> None:
    api, user = start(api_trigger_rate_limit="1 per hour"), new_user(database)
    [site] = new_sites(database, user, 1)

    wrong = ({"start": 7}, {"flex-model": [{"sensor": 999}]}, {"duration": "soon"})
    refused = [trigger(api, user, site, **changes) for changes in wrong]
    after = [trigger(api, user, site) for _ in range(2)]

    assert {each.status_code for each in refused} <= {400, 422}
    assert [refused[0].headers[name] for name in HEADERS] == ["1", "1"]
    assert [each.status_code for each in after] == [200, 429]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        # of one user for the assets a, a, b, then of a colleague for a
        ("account", [200, 429, 429, 429]),
        ("account+asset", [200, 429, 200, 429]),
        ("user", [200, 429, 429, 200]),
    ],
)
def test_who_shares_the_budget_of_triggers_can_be_chosen(
    start: Start, database: Database, key: str, expected: list[int]
) -> None:
    api, user = start(api_trigger_rate_limit="1 per hour", api_rate_limit_key=key), new_user(database)
    a, b = new_sites(database, user, 2)
    with database.write() as connection:
        colleague = make_user(connection, account_id=get_user(connection, user).account_id)

    assert triggered(api, user, a, a, b) + triggered(api, colleague, a) == expected


@ON_SQLITE
@pytest.mark.parametrize("key", ["account", "account+asset", "user"])
def test_other_spellings_of_an_address_draw_on_the_same_budget(start: Start, database: Database, key: str) -> None:
    api, user = start(api_trigger_rate_limit="1 per hour", api_rate_limit_key=key), new_user(database)
    [site] = new_sites(database, user, 1)
    spellings = (f"+{site.asset}", f"%20{site.asset}", f"{site.asset}.0", f"{site.asset:011}")

    accepted = triggered(api, user, site)
    refused = [api.post(f"/assets/{each}/schedules/trigger", user=user, json={}).status_code for each in spellings]

    assert accepted == [200]
    assert refused == [429] * len(spellings)


@ON_SQLITE
def test_a_trigger_of_what_has_no_such_id_draws_on_nothing(start: Start, database: Database) -> None:
    api = start(api_trigger_rate_limit="1 per hour", api_rate_limit_key="account+asset")
    user = new_user(database)
    [site] = new_sites(database, user, 1)

    refused = [api.post(f"/{kind}/none/schedules/trigger", user=user, json={}) for kind in ("assets", "sensors")]

    assert [each.status_code for each in refused] == [422, 422]
    assert triggered(api, user, site) == [200]


@ON_SQLITE
def test_a_sensor_draws_on_the_budget_of_its_asset(start: Start, database: Database) -> None:
    api = start(api_trigger_rate_limit="1 per hour", api_rate_limit_key="account+asset")
    user = new_user(database)
    a, b = new_sites(database, user, 2)

    assert triggered(api, user, a) == [200]
    statuses = [
        api.post(f"/sensors/{sensor}/schedules/trigger", user=user, json={}).status_code
        for sensor in (a.sensor, b.sensor, 999)
    ]
    assert statuses == [429, 422, 422]


@ON_SQLITE
@pytest.mark.parametrize(
    ("setting", "terms", "expected"),
    [
        ("1 per hour", PlanTerms(name="large", default_rate_limit="2 per hour"), [200, 200, 429]),
        ("1 per hour", PlanTerms(name="all", default_rate_limit="unlimited"), [200, 200, 200]),
        ("1 per hour", PlanTerms(name="silent"), [200, 429, 429]),
        ("", PlanTerms(name="small", default_rate_limit="1 per hour"), [200, 429, 429]),
        ("unlimited", PlanTerms(name="small", default_rate_limit="1 per hour", is_legacy=True), [200, 429, 429]),
    ],
)
def test_a_plan_wins_over_the_settings(
    start: Start, database: Database, setting: str, terms: PlanTerms, expected: list[int]
) -> None:
    api = start(api_default_rate_limit=setting)
    user = new_user(database, terms=terms)

    assert asked(api, 3, user=user) == expected


def test_a_plan_rules_triggers_for_its_accounts_alone(start: Start, database: Database) -> None:
    api = start(api_trigger_rate_limit="2 per hour")
    limited = new_user(database, terms=PlanTerms(name="a", trigger_rate_limit="1 per hour", rate_limit_key="user"))
    free = new_user(database, terms=PlanTerms(name="b", trigger_rate_limit="unlimited"))

    statuses = [triggered(api, user, *new_sites(database, user, 3)) for user in (limited, free)]

    assert statuses == [[200, 429, 429], [200, 200, 200]]


@ON_SQLITE
def test_a_new_plan_is_felt_within_a_minute(start: Start, database: Database) -> None:
    api, user = start(), new_user(database)
    before = asked(api, 3, user=user)
    with database.write() as connection:
        limited = create_plan(connection, PlanTerms(name="new", default_rate_limit="1 per hour"), by=None, now=NOW)
        own = account.c.id == get_user(connection, user).account_id
        connection.execute(update(account).where(own).values(plan_id=limited.id))

    api.services.clock.advance(seconds=60)

    assert (before, asked(api, 2, user=user)) == ([200, 200, 200], [200, 429])


@ON_SQLITE
def test_a_plan_that_came_with_unknown_words_leaves_its_accounts_to_the_settings(
    start: Start, database: Database
) -> None:
    api, user = start(api_default_rate_limit="1 per hour"), new_user(database)
    with database.write() as connection:
        odd = {"name": "odd", "default_rate_limit": "a lot", "rate_limit_key": "nobody"}
        connection.execute(insert(plan).values(odd))
        connection.execute(update(account).values(plan_id=1))

    assert asked(api, 2, user=user) == [200, 429]


@ON_SQLITE
def test_counted_requests_cost_no_further_query(start: Start, database: Database) -> None:
    plain, counting = start(), start(api_default_rate_limit="500 per minute")
    user = new_user(database)
    counts = []
    for api in (plain, counting):
        token = {"Authorization": api.token(user)}
        api.get("/assets", headers=token)
        with counted_statements(database) as statements:
            api.get("/assets", headers=token)
        counts.append(len(statements))

    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("limit", ["often", "0 per minute", "-1 per minute", "1 per minute; 2 per hour", "5"])
def test_a_setting_that_is_no_limit_stops_the_start(limit: str) -> None:
    with pytest.raises(ValidationError, match="write for example '10 per 5 minutes'") as caught:
        Settings(api_trigger_rate_limit=limit)

    assert caught.value.errors()[0]["loc"] == ("api_trigger_rate_limit",)


def test_who_cannot_be_counted_is_let_through(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with closing(ApiClient(make_services(database, api_default_rate_limit="1 per hour"))) as api:
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE plan RENAME TO lost")

        assert asked(api, 2, user=None, path="/api/ops/ping") == [200, 200]
    database.close()
