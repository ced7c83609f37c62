"""``wattloom add``: one module per kind of thing."""

import typer

from wattloom.cli.add.accounts import add_account, add_account_role, add_user
from wattloom.cli.add.annotations import add_annotation
from wattloom.cli.add.assets import add_asset, add_asset_type
from wattloom.cli.add.beliefs import add_beliefs
from wattloom.cli.add.keys import add_key
from wattloom.cli.add.plans import add_plan
from wattloom.cli.add.schedules import add_schedule
from wattloom.cli.add.sensors import add_sensor, add_source
from wattloom.cli.add.structure import add_initial_structure
from wattloom.cli.add.toy_account import add_toy_account

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Add accounts, users, assets, sensors and more.")

for _name, _command, _example in (
    ("initial-structure", add_initial_structure, "initial-structure"),
    ("account-role", add_account_role, "account-role --name Aggregator --description 'bundles flexibility'"),
    ("account", add_account, 'account --name "Our house" --roles Prosumer --primary-color "#1a3442"'),
    (
        "user",
        add_user,
        'user --username ada --email ada@example.com --account "Our house" --roles account-admin',
    ),
    ("key", add_key, "key --user ada@example.com --name gateway --scopes read,create-children"),
    ("plan", add_plan, "plan --name Small --default-rate-limit '500 per minute' --max-assets 20"),
    ("asset-type", add_asset_type, "asset-type --name heat-pump --description 'heats with power'"),
    (
        "asset",
        add_asset,
        'asset --name Battery --asset-type battery --account "Our house" --latitude 52.37 --longitude 4.89',
    ),
    (
        "sensor",
        add_sensor,
        "sensor --name power --unit kW --event-resolution PT15M --timezone Europe/Amsterdam --asset 3",
    ),
    ("toy-account", add_toy_account, "toy-account --kind battery"),
    ("source", add_source, "source --name 'Day-ahead market' --type market"),
    (
        "annotation",
        add_annotation,
        "annotation --content 'Inverter replaced' --at 2026-03-01T09:00:00+01:00 --asset 3 --user ada@example.com",
    ),
    (
        "schedule",
        add_schedule,
        """schedule --sensor 5 --start 2026-06-01T00:00:00+02:00 --duration P1D --flex-model model.json""",
    ),
    ("beliefs", add_beliefs, "beliefs prices.csv --sensor 4 --source 'Day-ahead market' --unit EUR/MWh"),
):
    app.command(_name, epilog=f"Example: wattloom add {_example}")(_command)
