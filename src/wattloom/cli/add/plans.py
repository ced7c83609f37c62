"""Add plans."""

from typing import Annotated

import typer

from wattloom.cli.change import change
from wattloom.cli.options import DatabaseUrl, DataDir

DefaultRateLimit = Annotated[
    str | None,
    typer.Option("--default-rate-limit", help="Requests per user, for example '500 per minute'; or unlimited."),
]
TriggerRateLimit = Annotated[
    str | None,
    typer.Option("--trigger-rate-limit", help="Schedules and forecasts to trigger, for example '10 per 5 minutes'."),
]
RateLimitKey = Annotated[
    str | None, typer.Option("--rate-limit-key", help="Who shares the trigger limit: account+asset, account or user.")
]
MaxUsers = Annotated[int | None, typer.Option("--max-users", min=0, help="Most users of an account.")]
MaxAssets = Annotated[int | None, typer.Option("--max-assets", min=0, help="Most assets of an account.")]
MaxClients = Annotated[
    int | None, typer.Option("--max-clients", min=0, help="Most accounts that an account looks after.")
]


def add_plan(  # noqa: PLR0913, PLR0917 - each argument is an option
    name: Annotated[str, typer.Option("--name", help="Name of the plan; not taken yet.")],
    default_rate_limit: DefaultRateLimit = None,
    trigger_rate_limit: TriggerRateLimit = None,
    rate_limit_key: RateLimitKey = None,
    max_users: MaxUsers = None,
    max_assets: MaxAssets = None,
    max_clients: MaxClients = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a plan: what the accounts that have it may use; what is not given follows the server's settings."""
    from wattloom.accounts import PlanTerms, create_plan

    terms = PlanTerms(
        name=name,
        default_rate_limit=default_rate_limit,
        trigger_rate_limit=trigger_rate_limit,
        rate_limit_key=rate_limit_key,
        max_users=max_users,
        max_assets=max_assets,
        max_clients=max_clients,
    )
    with change(data_dir, database_url) as (connection, now):
        plan = create_plan(connection, terms, by=None, now=now)
    typer.echo(f"Added plan '{plan.terms.name}' with id {plan.id}.")
