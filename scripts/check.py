"""Run every check that needs no test; name all that fail, not only the first."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
CHECKS = {
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy"],
    "layers": ["lint-imports"],
    "sizes": ["python", "-m", "scripts.check_size"],
    "rules": ["python", "-m", "scripts.check_rules"],
}


def main() -> int:
    """Return the number of checks that failed."""
    failed = []
    for name, (tool, *arguments) in CHECKS.items():
        done = subprocess.run([BIN / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{name:8} {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout, done.stderr, sep="", flush=True)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
