"""``wattloom show``: what is there, as tables for people and as JSON for programs."""

import typer

from wattloom.cli.show import accounts, assets, beliefs, keys, plans, schedules, sensors, sources

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Show what is there.")
app.command("accounts", epilog="Example: wattloom show accounts --json")(accounts.accounts)
app.command("account", epilog='Example: wattloom show account --id "Our house"')(accounts.account)
app.command("users", epilog='Example: wattloom show users --account "Our house"')(accounts.users)
app.command("roles", epilog="Example: wattloom show roles")(accounts.roles)
app.command("plans", epilog="Example: wattloom show plans")(plans.plans)
app.command("keys", epilog="Example: wattloom show keys --user ada@example.com")(keys.keys)
app.command("asset-types", epilog="Example: wattloom show asset-types")(assets.asset_types)
app.command("assets", epilog='Example: wattloom show assets --account "Our house"')(assets.assets)
app.command("asset", epilog="Example: wattloom show asset --id 1")(assets.asset)
app.command("sensors", epilog="Example: wattloom show sensors --asset 1")(sensors.sensors)
app.command("sensor", epilog="Example: wattloom show sensor --id 1")(sensors.sensor)
app.command("data-sources", epilog="Example: wattloom show data-sources --show-sensors")(sources.data_sources)
app.command("schedules", epilog="Example: wattloom show schedules --asset 1 --failed")(schedules.schedules)
app.command("schedule", epilog="Example: wattloom show schedule 3f2a91c0 --why")(schedules.schedule)
app.command("schedulers", epilog="Example: wattloom show schedulers")(sources.schedulers)
app.command(
    "beliefs",
    epilog="Example: wattloom show beliefs --sensor 1 --sensor 2 --start 2026-03-01T00:00:00+01:00 --duration P1D",
)(beliefs.beliefs)
