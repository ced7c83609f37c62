"""``wattloom delete``: each command shows what would go, asks, and then deletes exactly that."""

import typer

from wattloom.cli.delete import beliefs, entities, history, keys, unused

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Delete what is there; asks before it does.")
app.command("account", epilog='Example: wattloom delete account --id "Our house"')(entities.account)
app.command("account-role", epilog="Example: wattloom delete account-role --name Prosumer")(unused.account_role)
app.command("user", epilog="Example: wattloom delete user --email ada@example.com")(entities.user)
app.command("key", epilog="Example: wattloom delete key --id 1")(keys.key)
app.command("asset", epilog="Example: wattloom delete asset --id 1 --dry-run")(entities.asset)
app.command("sensor", epilog="Example: wattloom delete sensor --id 1 --id 2")(entities.sensor)
app.command("asset-type", epilog="Example: wattloom delete asset-type --name carport")(unused.asset_type)
app.command("source", epilog="Example: wattloom delete source --id 7")(unused.source)
app.command("structure", epilog="Example: wattloom delete structure")(entities.structure)
app.command("beliefs", epilog="Example: wattloom delete beliefs --sensor 1 --recorded-after 2026-03-01T12:00:00+01:00")(
    beliefs.beliefs
)
app.command("measurements", epilog="Example: wattloom delete measurements --sensor 1")(beliefs.measurements)
app.command("prognoses", epilog="Example: wattloom delete prognoses --sensor 1")(beliefs.prognoses)
app.command("unchanged-beliefs", epilog="Example: wattloom delete unchanged-beliefs --sensor 1")(
    beliefs.unchanged_beliefs
)
app.command("nan-beliefs", epilog="Example: wattloom delete nan-beliefs")(beliefs.nan_beliefs)
app.command("history", epilog="Example: wattloom delete history --keep-days scheduler=7 --keep-days 365")(
    history.history
)
