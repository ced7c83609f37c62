"""A server with two workers and somebody who may measure it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.connection import BenchConnection
from tests.server_process import ServerProcess, run_wattloom, serving, settings

EMAIL, PASSWORD = "bench@example.com", "a password for measuring"


@contextmanager
def measured_server(database_url: str = "") -> Iterator[ServerProcess]:
    """Start a server on a fresh SQLite database, or on the empty PostgreSQL database of this URL."""
    with tempfile.TemporaryDirectory() as folder:
        environment = settings(Path(folder), database_url)
        run_wattloom(environment, "add", "initial-structure")
        run_wattloom(environment, "add", "account", "--name", "Bench")
        who = ["--username", "bench", "--email", EMAIL, "--password", PASSWORD, "--account", "Bench"]
        run_wattloom(environment, "add", "user", *who, "--roles", "account-admin")
        with serving(environment, "--workers", "2") as server:
            yield server


def log_in(server: ServerProcess) -> BenchConnection:
    """Return a connection of whoever measures."""
    return BenchConnection.log_in(server.url, EMAIL, PASSWORD)
