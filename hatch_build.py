"""Build hook: bundle the front end before a wheel (editable ones too) or an sdist is made."""

import importlib.util
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontendBuildHook(BuildHookInterface):
    """Runs scripts/build_frontend.py; an sdist carries the bundle, so building from one needs no Node.js."""

    PLUGIN_NAME = "custom"

    @cached_property
    def _frontend(self) -> ModuleType:
        path = Path(self.root) / "scripts" / "build_frontend.py"
        spec = importlib.util.spec_from_file_location("build_frontend", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def dependencies(self) -> list[str]:
        """Ask for Babel when there is something to build, and for Node.js as a wheel when the machine has none."""
        if self._frontend.is_fresh(Path(self.root)):
            return []
        node = [] if self._frontend.node_is_installed() else [self._frontend.NODE_WHEEL]
        return [self._frontend.BABEL, *node]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle the front end unless the bundle is up to date."""
        del version, build_data
        self._frontend.build(Path(self.root))
