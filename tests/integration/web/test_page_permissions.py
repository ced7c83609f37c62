"""Who sees which page: nobody without a login, and strangers nothing of what others own."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from tests.factories import make_account, make_asset, make_sensor, make_user
from tests.integration.web.conftest import Browser
from tests.page_routes import page_routes
from wattloom.accounts import Account, User
from wattloom.assets import Asset
from wattloom.db import Database
from wattloom.http import needs_user, subject_of
from wattloom.timeseries import Sensor
from wattloom.web.app import REDIRECTS

pytestmark = pytest.mark.integration

PUBLIC = {
    "/login",
    "/setup/account",
    "/tf-validate",
    "/tf-rescue",
    "/reset",
    "/reset/{token}",
    "/api/v3_0/docs",
    "/ui/static/{name}",
    "/favicon.ico",
    "/manifest.webmanifest",
    "/service-worker.js",
    *REDIRECTS,
}


def make_one(connection: Connection, subject: type) -> int:
    """Make a thing of somebody, and return its id."""
    makers: dict[type, Callable[[Connection], int]] = {
        User: make_user,
        Account: make_account,
        Asset: make_asset,
        Sensor: make_sensor,
    }
    return makers[subject](connection)


def test_only_listed_pages_are_public(database: Database) -> None:
    assert {route.path for route in page_routes(database) if not needs_user(route.endpoint)} == PUBLIC


def test_strangers_see_no_page_of_what_others_own(database: Database, browser: Browser) -> None:
    subjects = {route.path: subject for route in page_routes(database) if (subject := subject_of(route.endpoint))}
    with database.write() as connection:
        things = {subject: make_one(connection, subject) for subject in set(subjects.values())}
        make_user(connection, email="stranger@example.org")
    browser.log_in("stranger@example.org")

    def address(path: str, subject: type) -> str:
        return path.format(id=things[subject], job_id=uuid.uuid4())

    answers = {path: browser.get(address(path, subject)) for path, subject in subjects.items()}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(subjects, 403)
