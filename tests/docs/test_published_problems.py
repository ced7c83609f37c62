"""Every published scheduling problem is a test: its number stands in the name of one."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
N_PROBLEMS = 50


def test_no_published_problem_is_left_out() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))

    tested = {int(number) for number in re.findall(r"^def test_problem_(\d+)_", text, flags=re.MULTILINE)}

    assert sorted(set(range(1, N_PROBLEMS + 1)) - tested) == []
