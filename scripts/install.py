"""Make the environment in ``.venv`` hold exactly what requirements.lock names, and this package.

Runs with any Python that a machine has and asks for 3.11 or newer. Called by
``make install``, which skips it when nothing has changed since the last time.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
UV = ENVIRONMENT / "bin" / "uv"


def main() -> None:
    """Create, fill and stamp the environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this script runs before anything ensures that
        sys.exit("Wattloom needs Python 3.11 or newer; name one: make install PYTHON=python3.12")
    if not PYTHON.exists():
        create_environment()
    if not UV.exists():
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", uv_requirement())
    # Compiled now, because compiling at every start costs a second where Python may not keep the result.
    run(UV, "pip", "sync", "--quiet", "--compile-bytecode", "--python", PYTHON, ROOT / "requirements.lock")
    # The build hook bundles the front end while this package is installed.
    run(UV, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--editable", ROOT)
    run(PYTHON, "-m", "compileall", "-q", ROOT / "src" / "wattloom", "-x", "node_modules")
    (ENVIRONMENT / "installed").touch()


def create_environment() -> None:
    """Make an empty environment with pip."""
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
    except subprocess.CalledProcessError:
        sys.exit("This Python cannot make environments; on Debian: apt-get install python3-venv")


def uv_requirement() -> str:
    """Return the locked version of uv, which installs everything else."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return next(line for line in lines if line.startswith("uv=="))


def run(*command: object) -> None:
    """Run a command in the project folder; end with its exit code when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
