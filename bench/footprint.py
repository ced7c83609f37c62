"""What the product takes: memory while idle, disk when installed. A MB is 2²⁰ bytes here, as for `du -m`."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
SETTLE_S = 3
MB = 2**20


def idle_memory_mb(pid: int) -> float:
    """Return the proportional set size of a process and all below it, once they have come to rest [MB]."""
    time.sleep(SETTLE_S)
    parent = psutil.Process(pid)
    return sum(process.memory_full_info().pss for process in (parent, *parent.children(recursive=True))) / MB


def installed_mb() -> float:
    """Return what a fresh environment with the runtime alone takes on disk, compiled files included [MB]."""
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
        subprocess.run(
            [
                *(uv, "pip", "install", "--quiet", "--python", python, "--link-mode", "copy", "--compile-bytecode"),
                *("--constraint", ROOT / "requirements.lock", ROOT),
            ],
            check=True,
        )
        return sum(path.lstat().st_blocks * 512 for path in Path(folder).rglob("*")) / MB
