"""Data sources as clients read them."""

import pytest
from sqlalchemy import event

from tests.api_client import ApiClient
from tests.factories import make_account, make_source, make_user
from wattloom.db import Database

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def consultancy(database: Database) -> int:
    with database.write() as connection:
        return make_account(connection)


@pytest.fixture
def dockside(database: Database, consultancy: int) -> int:
    with database.write() as connection:
        return make_account(connection, consultancy_account_id=consultancy)


@pytest.fixture
def ada(database: Database, dockside: int) -> int:
    with database.write() as connection:
        return make_user(connection, account_id=dockside)


def names(api: ApiClient, user: int, **params: object) -> list[str]:
    response = api.get("/sources", user=user, params=params)
    assert response.status_code == 200, response.text
    return [source["name"] for source in response.json()["sources"]]


def test_a_source_says_what_it_has_and_nothing_else(
    api: ApiClient, database: Database, ada: int, dockside: int
) -> None:
    with database.write() as connection:
        market = make_source(connection, name="Market", type="market")
        planner = make_source(
            connection, name="Planner", type="scheduler", model="StorageScheduler", version="7", account_id=dockside
        )
        user = make_source(connection, name="ada", type="user", user_id=ada, account_id=dockside)

    body = api.get("/sources", user=ada).json()

    assert body["status"] == 200
    assert body["sources"] == [
        {"id": market, "name": "Market", "type": "market", "description": "Market"},
        {
            "id": planner,
            "name": "Planner",
            "type": "scheduler",
            "description": "Planner's StorageScheduler model v7",
            "model": "StorageScheduler",
            "version": "7",
            "account_id": dockside,
        },
        {"id": user, "name": "ada", "type": "user", "description": "ada", "account_id": dockside, "user_id": ada},
    ]


def test_types_are_the_usual_ones_and_those_that_occur(
    api: ApiClient, database: Database, ada: int, consultancy: int
) -> None:
    with database.write() as connection:
        for kind in ("weather", "market", "CLI script"):
            make_source(connection, type=kind)
        make_source(connection, type="secret", account_id=consultancy)

    types = api.get("/sources", user=ada).json()["types"]

    assert types[:7] == ["user", "scheduler", "forecaster", "reporter", "demo script", "gateway", "market"]
    assert types[7:] == ["CLI script", "weather"]


@pytest.mark.parametrize(
    ("roles", "at_home", "seen"),
    [
        ((), True, {"system", "own"}),
        (("account-admin",), True, {"system", "own"}),
        (("consultant",), False, {"system", "own", "advice"}),
        ((), False, {"system", "advice"}),
        (("admin-reader",), False, {"system", "own", "advice", "other", "orphan"}),
        (("admin",), False, {"system", "own", "advice", "other", "orphan"}),
    ],
)
def test_people_see_sources_of_their_accounts_and_of_the_system(  # noqa: PLR0913, PLR0917 - fixtures and cases
    api: ApiClient,
    database: Database,
    dockside: int,
    consultancy: int,
    roles: tuple[str, ...],
    at_home: bool,  # noqa: FBT001 - a case
    seen: set[str],
) -> None:
    with database.write() as connection:
        user = make_user(connection, account_id=dockside if at_home else consultancy, roles=roles)
        make_source(connection, name="system", type="market")
        make_source(connection, name="own", account_id=dockside, user_id=user)
        make_source(connection, name="advice", account_id=consultancy)
        make_source(connection, name="other", account_id=make_account(connection))
        make_source(connection, name="orphan", user_id=4711)

    assert set(names(api, user)) == seen


def test_only_the_latest_version_is_listed_unless_all_are_asked_for(
    api: ApiClient, database: Database, ada: int, dockside: int
) -> None:
    with database.write() as connection:
        for account in (None, dockside):
            for version in ("10", "9", None, "10rc1"):
                name = f"{account or 'system'}"
                kind = {"type": "scheduler", "model": "StorageScheduler"}
                make_source(connection, name=name, version=version, account_id=account, **kind)

    latest = api.get("/sources", user=ada).json()["sources"]

    assert [(source["name"], source["version"]) for source in latest] == [("system", "10"), (str(dockside), "10")]
    assert len(names(api, ada, only_latest="False")) == 8


def test_of_equal_versions_the_newest_source_is_the_latest(api: ApiClient, database: Database, ada: int) -> None:
    with database.write() as connection:
        make_source(connection, name="F", type="forecaster", attributes={"a": 1}, attributes_hash=b"1" * 32)
        second = make_source(
            connection, name="F", type="forecaster", version="0", attributes={"a": 2}, attributes_hash=b"2" * 32
        )

    (source,) = api.get("/sources", user=ada).json()["sources"]

    assert source["id"] == second


@on_sqlite
def test_unknown_parameters_are_ignored_and_wrong_ones_named(api: ApiClient, ada: int) -> None:
    assert names(api, ada, page=1) == []

    wrong = api.get("/sources", user=ada, params={"only_latest": "newest"})

    assert (wrong.status_code, wrong.json()["message"]) == (422, {"query": {"only_latest": ["Not a valid boolean."]}})


@on_sqlite
@pytest.mark.parametrize("n", [2, 200])
def test_a_list_takes_one_statement_however_long(api: ApiClient, database: Database, ada: int, n: int) -> None:
    with database.write() as connection:
        for _ in range(n):
            make_source(connection)
    statements: list[str] = []
    with database.read() as connection:
        event.listen(connection.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    assert len(names(api, ada)) == n

    assert len([text for text in statements if "FROM data_source" in text]) == 1
