"""Recorded answers of FlexMeasures 1.0.1 against a running server; the recordings lie outside the repository."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.server_process import ServerProcess

# Recorded with SoC breach prices per step instead of per hour, which an operator has to ask for.
PROBLEMS_PRICED_DIFFERENTLY = {"S021"}
# Recorded as accepted, and better refused at once; the status is agreed on, the comparison of the body is not.
REQUESTS_REFUSED = {"A191": "a price in kW", "A193": "nothing to schedule"}


def test_schedules_cost_no_more_and_keep_all_limits(server: ServerProcess, golden: Path, tmp_path: Path) -> None:
    check_schedules(f"^(?!{'|'.join(PROBLEMS_PRICED_DIFFERENTLY)})", server, golden, tmp_path)


def test_schedules_with_prices_per_step_can_be_had(
    server_pricing_as_flexmeasures: ServerProcess, golden: Path, tmp_path: Path
) -> None:
    check_schedules("|".join(PROBLEMS_PRICED_DIFFERENTLY), server_pricing_as_flexmeasures, golden, tmp_path)


def test_requests_get_the_recorded_answers(server: ServerProcess, golden: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers"

    done = run(golden / "run_api.py", "--out", answers, server=server)

    complaints = re.findall(r"^(A\d+) (.*)$", done.stdout, flags=re.MULTILINE)
    assert "api golden: " in done.stdout, done.stderr
    assert [f"{case} {text}" for case, text in complaints if case not in REQUESTS_REFUSED] == []
    assert REQUESTS_REFUSED.keys() == {case for case, _ in complaints}, (
        "a request that is answered now must leave the list"
    )
    assert {json.loads((answers / f"{case}.json").read_text())["response"]["status"] for case in REQUESTS_REFUSED} == {
        422
    }


def check_schedules(cases: str, server: ServerProcess, golden: Path, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    done = run(golden / "run_scheduling.py", "--match", cases, "--json", results, server=server)
    bad = {case: result["bad"] for case, result in json.loads(results.read_text()).items()}
    assert bad, done.stdout
    assert not any(bad.values()), done.stdout


def run(script: Path, *arguments: object, server: ServerProcess) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, script, *map(str, arguments), "--base-url", server.url]
    return subprocess.run(command, capture_output=True, text=True, check=False)
