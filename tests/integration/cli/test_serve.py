"""``wattloom serve`` and ``wattloom demo`` as processes of their own."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "wattloom", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def read_until(process: subprocess.Popen[str], pattern: str) -> list[str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if re.search(pattern, line):
            break
    return lines


def test_a_first_start_says_where_it_runs_and_how_to_make_a_user(tmp_path: Path) -> None:
    with started("serve", "--port", "0", "--workers", "1", "--data-dir", str(tmp_path)) as server:
        lines = read_until(server, "wattloom add user")

        url = re.search(r"http://127\.0\.0\.1:\d+", lines[0])
        assert url is not None
        assert httpx.get(f"{url[0]}/api/").status_code == 200
    assert server.returncode == 0


def test_a_second_server_on_one_data_folder_is_refused(tmp_path: Path) -> None:
    arguments = ("serve", "--port", "0", "--workers", "1", "--data-dir", str(tmp_path))
    with started(*arguments) as server:
        read_until(server, "runs at")

        second = subprocess.run(
            [sys.executable, "-m", "wattloom", *arguments], capture_output=True, text=True, check=False
        )

    assert (second.returncode, second.stderr.startswith("Error: ")) == (4, True)


def test_a_port_in_use_is_an_error_before_any_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        demo = subprocess.run(
            [sys.executable, "-m", "wattloom", "demo", "--port", str(port), "--data-dir", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert (demo.returncode, demo.stdout) == (74, "")
    assert demo.stderr == f"Error: Port {port} is in use; choose another with --port (make run PORT=…).\n"
    assert not (tmp_path / "wattloom.db").exists()


def test_the_demo_serves_what_it_planned(tmp_path: Path) -> None:
    with started("demo", "--port", "0", "--data-dir", str(tmp_path)) as server:
        lines = read_until(server, "runs at")

        login = dict(line.split(": ", 1) for line in lines if line.startswith(("email: ", "password: ")))
        url = lines[-1].split()[3]
        answer = httpx.post(f"{url}/api/requestAuthToken", json=login)
        assert answer.status_code == 200
        assets = httpx.get(f"{url}/api/v3_0/assets", headers={"Authorization": answer.json()["auth_token"]})
        assert assets.json()[0]["name"] == "Demo Home"
    assert server.returncode == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_demo_can_be_run_twice_without_serving(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    command = [
        sys.executable,
        "-m",
        "wattloom",
        "demo",
        "--no-serve",
        "--data-dir",
        str(tmp_path),
        "--database-url",
        url,
    ]

    first, second = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2))

    assert "re-dated" in first
    assert "The plan saves" in first
    assert "\x1b" not in first
    assert first.splitlines()[-2:] == second.splitlines()[-2:]
    assert first.splitlines()[-2] == "email: demo@wattloom.local"
