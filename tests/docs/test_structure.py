import subprocess
import sys
from pathlib import Path

from scripts import check_rules, check_size

ROOT = Path(__file__).resolve().parents[2]


def test_files_and_functions_are_short() -> None:
    assert list(check_size.complaints()) == []


def test_source_keeps_our_rules() -> None:
    assert list(check_rules.complaints()) == []


def test_imports_point_downwards() -> None:
    linter = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
