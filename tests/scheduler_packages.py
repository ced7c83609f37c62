"""Packages with schedulers, installed for one test: a module and its metadata in a folder that Python looks into."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from wattloom.scheduling import OWN_SCHEDULERS, Schedulers, installed_schedulers

DOCUMENTED = Path(__file__).parent.parent / "docs" / "own-schedulers.md"
FIXED = """
    from wattloom.errors import InfeasibleError
    from wattloom.scheduling.schedulers import PlannedSeries, SchedulerPlan

    class Fixed:
        name, version, author, fallback = "Fixed", "2", "Tests", None

        def check(self, task):
            pass

        def schedule(self, task, values):
            {schedule}
"""
"""A scheduler that does one thing."""


def documented_code(language: str) -> str:
    """Return the first example of a language in docs/own-schedulers.md."""
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


class SchedulerPackages:
    """A folder of installed packages."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        monkeypatch.syspath_prepend(folder)

    def install(self, module: str, code: str, **entry_points: str) -> Schedulers:
        """Install a package of one module, and return what a server that starts now finds.

        Args:
            module: Its name, which no other test uses.
            code: Of the module.
            entry_points: Classes of the module by the names of their entry points.
        """
        (self._folder / f"{module}.py").write_text(dedent(code), encoding="utf-8")
        metadata = self._folder / f"{module}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        lines = "".join(f"{name} = {module}:{value}\n" for name, value in entry_points.items())
        (metadata / "entry_points.txt").write_text(f"[wattloom.schedulers]\n{lines}", encoding="utf-8")
        return installed_schedulers(OWN_SCHEDULERS.table.values())
