"""Recorded answers of FlexMeasures 1.0.1 against a running server; the recordings lie outside the repository."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.server_process import ServerProcess

# Recorded problems that need what does not exist yet; the area that will bring it.
PROBLEMS_NOT_YET = {
    "S033": "scheduling: stock usage and gain from sensors",
    "S057": "scheduling: efficiency from a sensor",
    "S059": "scheduling: operation modes",
    "S061": "scheduling: coupled ports",
    "S063": "scheduling: groups of devices",
    "S065": "scheduling: output sensors",
    "S083": "scheduling: several of these together",
    "S085": "scheduling: processes",
}
# Recorded requests likewise.
REQUESTS_NOT_YET: dict[str, str] = {}


def test_schedules_cost_no_more_and_keep_all_limits(server: ServerProcess, golden: Path, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    others = f"^(?!{'|'.join(PROBLEMS_NOT_YET)})"

    done = run(golden / "run_scheduling.py", server, "--match", others, "--json", str(results))

    complaints = {case: result["bad"] for case, result in json.loads(results.read_text()).items() if result["bad"]}
    assert complaints == {}, done.stdout


def test_requests_get_the_recorded_answers(server: ServerProcess, golden: Path, tmp_path: Path) -> None:
    done = run(golden / "run_api.py", server, "--out", str(tmp_path / "answers"))

    complaints = re.findall(r"^(A\d+) (.*)$", done.stdout, flags=re.MULTILINE)
    assert "api golden: " in done.stdout, done.stderr
    assert [f"{case} {text}" for case, text in complaints if case not in REQUESTS_NOT_YET] == []
    assert set(REQUESTS_NOT_YET) == {case for case, _ in complaints}, "some of these exist now"


def run(script: Path, server: ServerProcess, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, script, "--base-url", server.url, *arguments], capture_output=True, text=True, check=False
    )
