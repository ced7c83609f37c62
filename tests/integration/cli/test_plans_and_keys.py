"""``wattloom`` add, edit, show and delete plans and API keys."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.api_client import ApiClient, make_services
from tests.command_line import Run
from tests.factories import make_account, make_api_key, make_user
from wattloom.accounts import Action, Plan, PlanTerms, get_plan, list_api_keys, list_plans
from wattloom.accounts.tables import account, audit_log
from wattloom.db import Database

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SMALL = PlanTerms(
    name="Small",
    default_rate_limit="500 per minute",
    trigger_rate_limit="unlimited",
    rate_limit_key="account+asset",
    max_users=5,
    max_assets=20,
    max_clients=0,
)


@pytest.fixture
def small(run: Run) -> Plan:
    code, output = run(
        *(
            "add",
            "plan",
            "--name",
            "Small",
            "--default-rate-limit",
            "500 per minute",
            "--trigger-rate-limit",
            "unlimited",
        ),
        *("--rate-limit-key", "account+asset", "--max-users", "5", "--max-assets", "20", "--max-clients", "0"),
    )
    assert (code, output) == (0, "Added plan 'Small' with id 1.\n")
    return Plan(1, SMALL)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, email="ada@example.com", username="ada")


def events(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        found = connection.execute(select(audit_log.c.event, audit_log.c.action).order_by(audit_log.c.id))
        return [(row.event, row.action) for row in found]


def test_a_plan_takes_all_options(small: Plan, database: Database) -> None:
    with database.read() as connection:
        assert list_plans(connection) == [small]
    assert events(database) == [("Created plan 'Small' (1) via CLI", "plan.created")]


def test_a_plan_is_changed_cleared_and_retired(run: Run, small: Plan, database: Database) -> None:
    code, output = run(
        *("edit", "plan", "--plan", "Small", "--name", "Old", "--max-users", "6", "--legacy"),
        *("--clear", "trigger-rate-limit", "--clear", "max_assets"),
    )

    assert (code, output) == (0, "Plan 'Old' has been changed.\n")
    with database.read() as connection:
        assert get_plan(connection, small.id).terms == PlanTerms(
            name="Old",
            default_rate_limit="500 per minute",
            rate_limit_key="account+asset",
            max_users=6,
            max_clients=0,
            is_legacy=True,
        )
    changed = "name, trigger_rate_limit, max_users, max_assets, is_legacy"
    assert events(database)[-1] == (f"Updated plan 'Small' (1), Field: {changed} via CLI", "plan.updated")


@on_sqlite
def test_what_stays_as_it_is_is_not_logged(run: Run, small: Plan, database: Database) -> None:
    code, output = run("edit", "plan", "--plan", str(small.id), "--max-users", "5", "--no-legacy")

    assert (code, output, len(events(database))) == (0, "Plan 'Small' is as it was.\n", 1)


@on_sqlite
@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("add", "plan", "--name", "Small"), 2, "A plan with the name 'Small' already exists."),
        (("add", "plan", "--name", " "), 2, "A plan's name has 1 to 80 characters."),
        (("add", "plan", "--name", "x", "--default-rate-limit", "often"), 2, "'often' is no limit; write for example"),
        (
            ("add", "plan", "--name", "x", "--rate-limit-key", "asset"),
            2,
            "must be one of account+asset, account, user.",
        ),
        (("add", "plan", "--name", "x", "--max-users", "-1"), 2, "--max-users"),
        (("edit", "plan", "--plan", "1"), 2, "Say what to change"),
        (("edit", "plan", "--plan", "2", "--legacy"), 3, "No plan found with id or name '2'."),
        (("edit", "plan", "--plan", "smal", "--legacy"), 3, "Did you mean 'Small'?"),
        (("edit", "plan", "--plan", "1", "--clear", "max-user"), 2, "Did you mean 'max-users'?"),
        (("edit", "plan", "--plan", "1", "--clear", "max-users", "--max-users", "2"), 2, "both given and cleared"),
    ],
)
def test_a_wrong_plan_is_refused(
    run: Run, small: Plan, database: Database, arguments: tuple[str, ...], code: int, problem: str
) -> None:
    found, output = run(*arguments)

    assert (found, problem in " ".join(output.split())) == (code, True), output
    with database.read() as connection:
        assert list_plans(connection) == [small]


@on_sqlite
def test_plans_are_shown_with_the_number_of_their_accounts(run: Run, small: Plan, database: Database) -> None:
    run("add", "plan", "--name", "Empty")
    with database.write() as connection:
        having = make_account(connection), make_account(connection)
        connection.execute(update(account).where(account.c.id.in_(having)).values(plan_id=small.id))

    shown = json.loads(run("show", "plans", "--json")[1])

    assert [(each["id"], each["name"], each["accounts"], each["legacy"]) for each in shown] == [
        (1, "Small", 2, False),
        (2, "Empty", 0, False),
    ]
    assert (shown[0]["default_rate_limit"], shown[0]["max_clients"], shown[1]["max_users"]) == (
        "500 per minute",
        0,
        None,
    )


@on_sqlite
@pytest.mark.parametrize("plan", ["Small", "1"])
def test_an_account_gets_a_plan_by_id_or_name(run: Run, small: Plan, database: Database, plan: str) -> None:
    added = run("add", "account", "--name", "New", "--plan", plan)
    run("add", "account", "--name", "Old")
    changed = run("edit", "account", "--account", "Old", "--plan", plan)

    assert (added[0], changed[0]) == (0, 0)
    with database.read() as connection:
        plans = connection.scalars(select(account.c.plan_id).where(account.c.name.in_(("New", "Old")))).all()
    assert plans == [small.id, small.id]


@on_sqlite
def test_no_new_account_gets_a_retired_plan(run: Run, small: Plan) -> None:
    run("edit", "plan", "--plan", small.terms.name, "--legacy")

    code, output = run("add", "account", "--name", "New", "--plan", "Small")

    assert (code, "The plan 'Small' is retired" in " ".join(output.split())) == (2, True)


def test_a_key_from_the_command_line_opens_the_api(run: Run, ada: int, database: Database) -> None:
    code, output = run(
        *("add", "key", "--user", "Ada@example.com", "--name", "gateway", "--expires", "never"),
        *("--scopes", "read,update", "--scopes", "read"),
    )

    said, text = output.splitlines()
    assert code == 0
    assert said == "Added API key 'gateway' with id 1 for user 'ada'; it is valid and does not expire."
    with database.read() as connection:
        [key] = list_api_keys(connection, ada)
    assert (key.scopes, key.expires_at) == ({Action.READ, Action.UPDATE}, None)
    api = ApiClient(make_services(database))
    assert api.get("/assets", headers={"Authorization": text}).status_code == 200
    api.close()
    assert events(database) == [("API key 'gateway' created for user ada", "api-key.created")]


@on_sqlite
def test_a_key_lasts_a_year_unless_told_otherwise(run: Run, ada: int, database: Database) -> None:
    run("add", "key", "--user", "ada@example.com", "--name", "a", "--scopes", "read")

    with database.read() as connection:
        [key] = list_api_keys(connection, ada)
    assert key.expires_at == key.created_at + timedelta(days=365)


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "code", "problem"),
    [
        ({"--user": "bob@example.com"}, 3, "No user found with e-mail 'bob@example.com'."),
        ({"--scopes": "write"}, 2, "'write' is no scope; there are read, create-children, update, delete."),
        ({"--scopes": ","}, 2, "Name at least one of read,"),
        ({"--expires": "2020-01-01T00:00:00+00:00"}, 2, "Must lie in the future"),
        ({"--expires": "2090-01-01"}, 2, "Add an offset"),
        ({"--name": ""}, 2, "An API key's name has 1 to 80 characters."),
    ],
)
def test_a_wrong_key_is_refused(
    run: Run, ada: int, database: Database, changes: dict[str, str], code: int, problem: str
) -> None:
    options = {"--user": "ada@example.com", "--name": "gateway", "--scopes": "read"} | changes

    found, output = run("add", "key", *(part for option in options.items() for part in option))

    assert (found, problem in " ".join(output.split())) == (code, True), output
    with database.read() as connection:
        assert list_api_keys(connection, ada) == []


@on_sqlite
def test_keys_are_shown_by_how_they_begin(run: Run, ada: int, database: Database) -> None:
    with database.write() as connection:
        key = make_api_key(connection, ada, Action.READ, name="gateway")
        make_api_key(connection, make_user(connection))

    shown = json.loads(run("show", "keys", "--user", "ada@example.com", "--json")[1])
    everybody = run("show", "keys")[1]

    assert [(each["name"], each["prefix"], each["scopes"]) for each in shown] == [("gateway", key[:9], ["read"])]
    assert len(everybody.splitlines()) == 3
    assert key not in everybody


@pytest.mark.parametrize(
    ("which", "left", "said"),
    [
        (("--id", "1"), {2, 3}, "Deleted 1 API key."),
        (("--id", "1", "--id", "3"), {2}, "Deleted 2 API keys."),
        (("--user", "ada@example.com"), {3}, "Deleted 2 API keys."),
    ],
)
def test_keys_are_revoked_by_id_or_all_of_a_user(
    run: Run, ada: int, database: Database, which: tuple[str, ...], left: set[int], said: str
) -> None:
    with database.write() as connection:
        for user in (ada, ada, make_user(connection)):
            make_api_key(connection, user)

    code, output = run("delete", "key", *which, "--force")

    assert (code, output.splitlines()[-1]) == (0, said)
    with database.read() as connection:
        assert {key.id for key in list_api_keys(connection)} == left


@on_sqlite
@pytest.mark.parametrize("which", [(), ("--id", "1", "--user", "ada@example.com")])
def test_which_keys_to_revoke_has_to_be_clear(run: Run, ada: int, database: Database, which: tuple[str, ...]) -> None:
    with database.write() as connection:
        make_api_key(connection, ada)

    code, output = run("delete", "key", *which, "--force")

    assert (code, "Say which with either --id or --user." in output) == (2, True)
