"""Build hook: bundle the front end into the package before a wheel or an sdist is made."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontendBuildHook(BuildHookInterface):
    """Placeholder until the front end exists."""

    PLUGIN_NAME = "custom"
