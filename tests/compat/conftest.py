"""A running server with the users that the recorded scenarios expect, and clients of others."""

import hashlib
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.factories import NOW
from tests.postgres import PostgresServer
from tests.server_process import ServerProcess, serving, settings
from wattloom.accounts import NewAccount, NewUser, create_account, create_user, seed_roles
from wattloom.assets import seed_asset_types
from wattloom.db import Database, upgrade

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
PASSWORD = "bench-Admin-pw-1"
ACCOUNTS = ("Bench Account", "Other Account")
USERS = (
    ("bench-admin", "Bench Account", ("admin",)),
    ("bench-user", "Bench Account", ("account-admin",)),
    ("bench-plain", "Bench Account", ()),
    ("other-user", "Other Account", ("account-admin",)),
)


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"compat-{name}")) for name in ("sqlite", "postgres")],
)
def server(request: pytest.FixtureRequest) -> ServerProcess:
    """A server, once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue(f"server_on_{request.param}")


@pytest.fixture(scope="session")
def server_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with serving(set_up(tmp_path_factory.mktemp("server"))) as server:
        yield server


@pytest.fixture(scope="session")
def server_pricing_as_flexmeasures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that counts SoC breach prices per step."""
    with serving(set_up(tmp_path_factory.mktemp("server")) | {"WATTLOOM_MULTIPLIES_SOC_PRICES": "true"}) as server:
        yield server


@pytest.fixture(scope="session")
def server_on_postgres(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    with postgres_server.fresh_database() as url, serving(set_up(tmp_path_factory.mktemp("server"), url)) as server:
        yield server


def set_up(data_dir: Path, database_url: str = "") -> dict[str, str]:
    """Make a database with the accounts and users that the scenarios expect; gives the settings of its server."""
    database = Database(database_url or f"sqlite:///{data_dir / 'wattloom.db'}")
    upgrade(database)
    with database.write() as connection:
        seed_asset_types(connection)
        seed_roles(connection)
        ids = {name: create_account(connection, NewAccount(name=name), by=None, now=NOW).id for name in ACCOUNTS}
        for name, account, roles in USERS:
            email = f"{name}@example.com"
            new = NewUser(username=name, email=email, account_id=ids[account], password=PASSWORD, roles=roles)
            create_user(connection, new, by=None, now=NOW)
    database.close()
    return settings(data_dir, database_url)


@pytest.fixture(scope="session")
def client_python() -> Callable[[str], Path]:
    """Make, or find again, the environment of a pinned client; gives its Python."""

    def python_of(version: str) -> Path:
        pins = ROOT / "tests" / "compat" / f"requirements-{version}.txt"
        digest = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
        environment = ROOT / ".cache" / f"client-{version}-{digest}"
        if not environment.exists():
            # Under another name first: two test processes may do this at once, and either may be stopped half-way.
            unfinished = environment.with_name(f"unfinished-{uuid.uuid4().hex}")
            subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, unfinished], check=True)
            python = unfinished / "bin" / "python"
            subprocess.run([UV, "pip", "install", "--quiet", "--python", python, "--requirement", pins], check=True)
            try:
                unfinished.rename(environment)
            except OSError:
                shutil.rmtree(unfinished)
        return environment / "bin" / "python"

    return python_of


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder with recorded answers of FlexMeasures and the scripts that compare with them."""
    folder = Path(os.environ.get("WATTLOOM_GOLDEN_DIR", ROOT.parent / "shared" / "golden"))
    if not (folder / "run_api.py").exists():
        pytest.skip(f"recorded answers are not at {folder}; WATTLOOM_GOLDEN_DIR names another folder")
    return folder
