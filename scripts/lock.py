"""Write requirements.lock: versions of all packages, no download address.

A release must be a week old to be chosen, which guards against poisoned ones.
"""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COOL_DOWN = timedelta(days=7)


def main() -> int:
    """Resolve the runtime, all extras and the tools for every platform and Python that we support."""
    newest = datetime.now(UTC) - COOL_DOWN  # noqa: TID251 - the edge of a script
    return subprocess.run(
        [
            ROOT / ".venv/bin/uv",
            *("pip", "compile", "pyproject.toml", "--output-file", "requirements.lock", "--quiet"),
            *("--universal", "--python-version", "3.11", "--all-extras", "--group", "dev"),
            *("--no-emit-index-url", "--upgrade", "--exclude-newer", newest.strftime("%Y-%m-%dT00:00:00Z")),
            *("--custom-compile-command", "make lock"),
        ],
        cwd=ROOT,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
