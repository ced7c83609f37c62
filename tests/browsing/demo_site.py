"""The demo home behind a real server, with somebody of every kind who may look at it."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection

from tests.browsing.time_of_day import clock_settings, now_there
from tests.server_process import ServerProcess, run_wattloom, serving, settings
from wattloom.accounts import Account, NewAccount, NewUser, create_account, create_user, find_account
from wattloom.db import Database
from wattloom.demo.owner import ACCOUNT
from wattloom.demo.structure import SITE, STORAGE

PASSWORD = "a password for the pages"
OTHER_ACCOUNT = "Other House"


class Who(StrEnum):
    """Somebody with a login: the start of the e-mail address."""

    OWNER = "demo"
    """Account-admin of the demo home."""
    MEMBER = "member"
    """Lives in the demo home, without a role."""
    STRANGER = "stranger"
    """Without a role, in another account."""
    ADMIN = "admin"
    """Runs the server, in another account."""


@dataclass(frozen=True)
class Places:
    """What pages of the demo are about.

    Attributes:
        site: Id of the home.
        device: Id of its battery.
        sensor: Id of the battery's power.
        user: Id of the owner.
        account: Id of the owner's account.
        job: Id of the job that made the newest plan.
    """

    site: int
    device: int
    sensor: int
    user: int
    account: int
    job: str


@dataclass(frozen=True)
class DemoSite:
    """The served demo home.

    Attributes:
        server: Its process; further commands work on the same database with its environment.
        owner_password: What the owner logs in with; all others use ``PASSWORD``.
        sessions: Browser states of those who have logged in, filled by whoever opens windows.
    """

    server: ServerProcess
    owner_password: str
    sessions: dict[Who, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is served, without a path."""
        return self.server.url

    def login_of(self, who: Who) -> tuple[str, str]:
        """Return e-mail address and password."""
        return f"{who}@wattloom.local", self.owner_password if who is Who.OWNER else PASSWORD

    def token_of(self, who: Who) -> str:
        """Return a token for the API."""
        email, password = self.login_of(who)
        credentials = {"email": email, "password": password}
        answer = httpx.post(f"{self.url}/api/requestAuthToken", json=credentials)
        return str(answer.raise_for_status().json()["auth_token"])

    def add_user(self, name: str) -> str:
        """Let somebody else live in the home, without a role; returns the e-mail address."""
        with _writing(Path(self.server.environment["WATTLOOM_DATA_DIR"])) as connection:
            return _add_user(connection, find_account(connection, ACCOUNT), name)

    @cached_property
    def places(self) -> Places:
        """What its pages are about."""
        assets = {asset["name"]: asset["id"] for asset in self.get("/v3_0/assets")}
        site, device = assets[SITE], assets[STORAGE]
        sensors = {sensor["name"]: sensor["id"] for sensor in self.get("/v3_0/sensors", asset_id=device)}
        email, _password = self.login_of(Who.OWNER)
        [owner] = [user for user in self.get("/v3_0/users") if user["email"] == email]
        [newest, *_older] = self.get(f"/v3_0/assets/{site}/jobs")["jobs"]
        return Places(site, device, sensors["power"], owner["id"], owner["account_id"], newest["job_id"])

    def get(self, path: str, who: Who = Who.OWNER, **query: Any) -> Any:
        """Return what the API answers below ``/api``."""
        headers = {"Authorization": self.token_of(who)}
        answer = httpx.get(f"{self.url}/api{path}", params=query, headers=headers)
        return answer.raise_for_status().json()


@contextmanager
def _writing(folder: Path) -> Iterator[Connection]:
    database = Database(f"sqlite:///{folder / 'wattloom.db'}")
    with database.write() as connection:
        yield connection
    database.close()


def _add_user(connection: Connection, account: Account, name: str, *roles: str) -> str:
    email = f"{name}@wattloom.local"
    new = NewUser(email=email, account_id=account.id, password=PASSWORD, username=name, roles=roles)
    create_user(connection, new, by=None, now=now_there())
    return email


def make_demo(folder: Path) -> Mapping[str, str]:
    """Make the demo with its plan, and all who look at it; takes some seconds.

    Returns:
        The environment of commands that work on it.
    """
    environment = {**settings(folder), **clock_settings()}
    run_wattloom(environment, "demo", "--no-serve")
    with _writing(folder) as connection:
        other = create_account(connection, NewAccount(name=OTHER_ACCOUNT), by=None, now=now_there())
        home = find_account(connection, ACCOUNT)
        _add_user(connection, home, Who.MEMBER)
        _add_user(connection, other, Who.STRANGER)
        _add_user(connection, other, Who.ADMIN, "admin")
    return environment


@contextmanager
def serving_demo(made: Mapping[str, str], folder: Path) -> Iterator[DemoSite]:
    """Serve a copy of the demo that :func:`make_demo` has made.

    Args:
        made: The environment that came back, and what else the server is to be set to.
        folder: Where the copy goes; must not exist.
    """
    shutil.copytree(made["WATTLOOM_DATA_DIR"], folder)
    login = (folder / "demo-login").read_text(encoding="utf-8")
    password = re.search(r"^password: (\S+)$", login, re.MULTILINE)
    assert password is not None
    with serving({**made, "WATTLOOM_DATA_DIR": str(folder)}, "--workers", "1") as server:
        yield DemoSite(server, password[1])
