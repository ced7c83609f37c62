"""Change attributes."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from wattloom.cli.change import change
from wattloom.cli.input import json_value
from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.errors import InputError

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def edit_attribute(  # noqa: PLR0913, PLR0917 - each argument is an option
    attribute: Annotated[str, typer.Option("--attribute", help="Name of the attribute.")],
    account: Annotated[list[str] | None, typer.Option("--account", help="Id or name; may be repeated.")] = None,
    asset: Annotated[list[int] | None, id_option("--asset", help="Id of an asset; may be repeated.")] = None,
    sensor: Annotated[list[int] | None, id_option("--sensor", help="Id of a sensor; may be repeated.")] = None,
    as_float: Annotated[str | None, typer.Option("--float", help="The new value is this number.")] = None,
    as_bool: Annotated[str | None, typer.Option("--bool", help="The new value is true or false.")] = None,
    as_str: Annotated[str | None, typer.Option("--str", help="The new value is this text.")] = None,
    as_int: Annotated[str | None, typer.Option("--int", help="The new value is this whole number.")] = None,
    as_list: Annotated[str | None, typer.Option("--list", help="The new value is this JSON list.")] = None,
    as_dict: Annotated[str | None, typer.Option("--dict", help="The new value is this JSON object.")] = None,
    as_null: Annotated[bool, typer.Option("--null", help="The new value is null.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Set one attribute of accounts, assets and sensors; all others stay as they are."""
    from wattloom.accounts import find_account
    from wattloom.assets import set_account_attribute, set_asset_attribute, set_sensor_attribute

    texts = {
        "--float": as_float,
        "--bool": as_bool,
        "--str": as_str,
        "--int": as_int,
        "--list": as_list,
        "--dict": as_dict,
        "--null": "null" if as_null else None,
    }
    value = _value(texts)
    if not attribute.strip():
        raise InputError("An attribute has a name.", field="--attribute")
    if not (account or asset or sensor):
        raise InputError("Say whose attribute it is with --account, --asset or --sensor.", field="--asset")
    lines = []
    with change(data_dir, database_url) as (connection, now):
        accounts = [find_account(connection, each).id for each in account or ()]
        for kind, ids, set_attribute in (
            ("account", accounts, set_account_attribute),
            ("asset", asset or (), set_asset_attribute),
            ("sensor", sensor or (), set_sensor_attribute),
        ):
            # Locked in the order of their ids, as everywhere.
            for item_id in sorted(set(ids)):
                old = set_attribute(connection, item_id, attribute, value, by=None, now=now)
                lines.append(f"Attribute '{attribute}' of {kind} {item_id} is {_json(value)}; it was {_json(old)}.")
    typer.echo("\n".join(lines))


def _value(texts: Mapping[str, str | None]) -> Any:
    """Return the one value that is given.

    Raises:
        InputError: None or several are given, or it is not of the kind that its option says.
    """
    given = {option: text for option, text in texts.items() if text is not None}
    if len(given) != 1:
        raise InputError(f"Give the new value with exactly one of {', '.join(texts)}.", field="--str")
    ((option, text),) = given.items()
    try:
        return _READERS[option](text)
    except (ValueError, KeyError) as error:
        raise InputError(f"{option} cannot be '{text}'.", field=option) from error


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_READERS: Mapping[str, Callable[[str], Any]] = {
    "--float": _finite,
    "--bool": lambda text: _BOOLEANS[text.lower()],
    "--str": str,
    "--int": int,
    "--list": lambda text: json_value(text, list, option="--list", example="[1, 2]"),
    "--dict": lambda text: json_value(text, dict, option="--dict", example='{"key": 1}'),
    "--null": lambda _: None,
}
