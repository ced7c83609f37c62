"""Change and retire plans."""

from collections.abc import Mapping
from typing import Annotated

import typer

from wattloom.cli.add.plans import (
    DefaultRateLimit,
    MaxAssets,
    MaxClients,
    MaxUsers,
    RateLimitKey,
    TriggerRateLimit,
)
from wattloom.cli.change import change
from wattloom.cli.options import DatabaseUrl, DataDir
from wattloom.errors import InputError, suggestion

_CLEARABLE = ("default-rate-limit", "trigger-rate-limit", "rate-limit-key", "max-users", "max-assets", "max-clients")


def edit_plan(  # noqa: PLR0913, PLR0917 - each argument is an option
    plan: Annotated[str, typer.Option("--plan", help="Id or name of the plan.")],
    name: Annotated[str | None, typer.Option("--name", help="New name; not taken yet.")] = None,
    default_rate_limit: DefaultRateLimit = None,
    trigger_rate_limit: TriggerRateLimit = None,
    rate_limit_key: RateLimitKey = None,
    max_users: MaxUsers = None,
    max_assets: MaxAssets = None,
    max_clients: MaxClients = None,
    legacy: Annotated[
        bool | None,
        typer.Option("--legacy/--no-legacy", help="Retire it: accounts that have it keep it, no others get it."),
    ] = None,
    clear: Annotated[
        list[str] | None, typer.Option("--clear", help=f"Leave one of {', '.join(_CLEARABLE)} to the settings again.")
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Change what a plan says; the accounts that have it feel it within a minute."""
    from wattloom.accounts import find_plan, update_plan

    options = {
        "name": name,
        "default_rate_limit": default_rate_limit,
        "trigger_rate_limit": trigger_rate_limit,
        "rate_limit_key": rate_limit_key,
        "max_users": max_users,
        "max_assets": max_assets,
        "max_clients": max_clients,
        "is_legacy": legacy,
    }
    given = {field: value for field, value in options.items() if value is not None}
    cleared = [_field(text, given) for text in clear or []]
    if not given and not cleared:
        raise InputError("Say what to change, for example --default-rate-limit '500 per minute'.")
    with change(data_dir, database_url) as (connection, now):
        before = find_plan(connection, plan)
        after = update_plan(connection, before, given | dict.fromkeys(cleared), by=None, now=now)
    typer.echo(f"Plan '{after.terms.name}' {'is as it was' if after == before else 'has been changed'}.")


def _field(text: str, given: Mapping[str, object]) -> str:
    """Return the field that an option names, in either spelling."""
    option = text.strip().replace("_", "-")
    if option not in _CLEARABLE:
        hint = suggestion(option, _CLEARABLE)
        raise InputError(f"--clear takes one of {', '.join(_CLEARABLE)}, not '{text}'.{hint}", field="--clear")
    field = option.replace("-", "_")
    if field in given:
        raise InputError(f"--{option} is both given and cleared.", field="--clear")
    return field
