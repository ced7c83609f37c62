"""Write docs/settings.md from the Settings class."""

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from wattloom.config import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Each setting can come from the environment or from a file `wattloom.toml` in the working directory, where its name
is written in lower case and without the prefix (`port = 8000`). The environment wins, and options of the command
line win over both. A bare `wattloom serve` needs none of them. An unknown name in either, or a value that
does not fit, stops the start.

This page is made from the code: `make docs`.

| Environment variable | Type | Default | What it does |
|---|---|---|---|
"""
PLAIN_NAMES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    SecretStr: "text",
}
PLATFORM_FOLDER = {"data_dir": "the platform's data folder"}
"""Defaults that differ from machine to machine."""


def settings_page() -> str:
    """Return the whole page."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    variable = f"{Settings.model_config.get('env_prefix')}{name}".upper()
    limits = ", ".join(_limits(field))
    kind = _type_name(field.annotation) + (f", {limits}" if limits else "")
    return f"| `{variable}` | {kind} | {_default(name, field)} | {field.description} |\n"


def _type_name(annotation: Any) -> str:
    if annotation in PLAIN_NAMES:
        return PLAIN_NAMES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"JSON list of {_type_name(arguments[0])}s"
    if origin is dict:
        return f"JSON object of {_type_name(arguments[1])}s"
    raise TypeError(f"docs/settings.md has no words for {annotation}")


def _limits(field: FieldInfo) -> list[str]:
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return [
        f"{words[name]} {getattr(limit, name):g}" for limit in field.metadata for name in words if hasattr(limit, name)
    ]


def _default(name: str, field: FieldInfo) -> str:
    if name in PLATFORM_FOLDER:
        return PLATFORM_FOLDER[name]
    value = field.get_default(call_default_factory=True, validated_data={})
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if plain is None or plain in ("", ()):
        return "none"
    if isinstance(plain, bool):
        return f"`{str(plain).lower()}`"
    if isinstance(plain, tuple):
        return "`[" + ", ".join(f'"{item}"' for item in plain) + "]`"
    return f"`{plain}`"


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
