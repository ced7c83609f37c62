"""The product as a process: started, waited for, stopped."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

WATTLOOM = Path(sys.executable).with_name("wattloom")
START_LIMIT_S = 60
STOP_LIMIT_S = 15
POLL_S = 0.01


@dataclass(frozen=True)
class ServerProcess:
    """A server that answers.

    Attributes:
        url: Its address, without a path.
        start_s: How long it took to become ready [s].
        process: The process of ``wattloom serve``; its workers are children.
        log: The file that its output goes to.
        environment: What its settings come from; further commands use the same database with it.
    """

    url: str
    start_s: float
    process: subprocess.Popen[bytes]
    log: Path
    environment: Mapping[str, str]


def settings(data_dir: Path, database_url: str = "") -> dict[str, str]:
    """Return the environment of commands that work on this database; by default SQLite in ``data_dir``."""
    own = {"WATTLOOM_DATA_DIR": str(data_dir), "WATTLOOM_SECRET_KEY": secrets.token_hex(32)}
    return os.environ | own | ({"WATTLOOM_DATABASE_URL": database_url} if database_url else {})


def run_wattloom(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a command to its end and return what it printed; an error shows its whole output."""
    done = subprocess.run([WATTLOOM, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"wattloom {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def serving(environment: Mapping[str, str], *arguments: str) -> Iterator[ServerProcess]:
    """Start ``wattloom serve``, wait until it is ready, and stop it at the end."""
    port = _free_port()
    log = Path(environment["WATTLOOM_DATA_DIR"]) / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [WATTLOOM, "serve", "--port", str(port), *arguments],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
        ) as process,
    ):
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(url, process, log)
            yield ServerProcess(url, time.perf_counter() - began, process, log, environment)
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/api/v3_0/health/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(POLL_S)
    raise AssertionError(f"the server did not become ready: {log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
