"""``wattloom add annotation``."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests.command_line import Run
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.accounts import OPERATOR, get_account
from wattloom.annotations import Annotation, AnnotationFilter, account_subject, asset_subject, read_annotations
from wattloom.annotations.tables import annotation, annotations_sensors
from wattloom.assets import get_asset
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database
from wattloom.timeseries import get_source

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NOTE = ("add", "annotation", "--content", "New inverter", "--at", "2026-03-01T09:00:00+01:00")
BY_ADA = ("--user", "ada@example.com")


@pytest.fixture
def ada(database: Database) -> int:
    """Ada of account 1, which has asset 1 with sensor 1."""
    with database.write() as connection:
        account = make_account(connection, name="Dockside")
        asset = make_asset(connection, account_id=account, name="battery")
        make_sensor(connection, generic_asset_id=asset, name="power")
        return make_user(connection, email="ada@example.com", username="ada", account_id=account)


def kept(database: Database) -> list[Annotation]:
    with database.read() as connection:
        subjects = [account_subject(get_account(connection, 1)), asset_subject(get_asset(connection, 1))]
        return read_annotations(connection, OPERATOR, subjects, AnnotationFilter())


def test_a_remark_lasts_a_day(run: Run, database: Database, ada: int) -> None:
    assert run(*NOTE, "--asset", "1", *BY_ADA) == (0, "Added annotation 1 to asset 'battery' (1).\n")

    (note,) = kept(database)
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (note.content, note.type, note.start, note.end) == ("New inverter", "label", start, start.replace(day=2))
    with database.read() as connection:
        assert get_source(connection, note.source_id).user_id == ada
        texts = connection.execute(select(asset_audit_log.c.event, asset_audit_log.c.active_user_id)).all()
    assert texts == [("Added annotation 'New inverter': 1 to asset 'battery': 1", None)]


def test_one_remark_is_about_several_things(run: Run, database: Database, ada: int) -> None:
    things = ("--account", "Dockside", "--asset", "1", "--sensor", "1")
    until = ("--until", "2026-03-01T10:00:00+01:00", "--type", "alert")

    code, output = run(*NOTE, *until, *things, "--user", str(ada))

    assert (code, output.splitlines()) == (
        0,
        [
            "Added annotation 1 to account 'Dockside' (1).",
            "Attached annotation 1 to asset 'battery' (1).",
            "Attached annotation 1 to sensor 'power' (1).",
        ],
    )
    (note,) = kept(database)
    assert (note.type, note.end) == ("alert", datetime(2026, 3, 1, 9, tzinfo=UTC))
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(annotations_sensors)).scalar_one() == 1


@on_sqlite
@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (BY_ADA, "Say what it is about with --account, --asset or --sensor."),
        (("--asset", "1", "--user", "bob@example.com"), "No user found with id or e-mail 'bob@example.com'."),
        (("--asset", "1", "--user", "99"), "No user found with id or e-mail '99'."),
        (("--asset", "99", *BY_ADA), "No asset found with ID 99."),
        (("--sensor", "99", *BY_ADA), "No sensor found with ID 99."),
        (("--asset", "1", "--type", "joke", *BY_ADA), "The type must be one of: alert, holiday"),
        (("--asset", "1", "--until", "2026-03-01T08:00:00Z", *BY_ADA), "The end must be later than the start."),
        (("--asset", "1", "--until", "tomorrow", *BY_ADA), "Not a valid datetime."),
        (("--asset", "1", "--content", " ", *BY_ADA), "An annotation has 1 to 1024 characters, not only blanks."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_kept(
    run: Run, database: Database, options: tuple[str, ...], problem: str
) -> None:
    code, output = run(*NOTE, *options)

    assert code != 0
    assert problem in output
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(annotation)).scalar_one() == 0
