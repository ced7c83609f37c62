"""``wattloom edit``: one module per kind of change."""

import typer

from wattloom.cli.edit.account import edit_account
from wattloom.cli.edit.attribute import edit_attribute
from wattloom.cli.edit.plan import edit_plan
from wattloom.cli.edit.resample import resample_data
from wattloom.cli.edit.transfer import transfer_ownership, transfer_parenthood
from wattloom.cli.edit.user import edit_user

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Change what is there.")

for _name, _command, _example in (
    ("user", edit_user, "user --email ada@example.com"),
    ("plan", edit_plan, "plan --plan Small --trigger-rate-limit unlimited --clear max-assets"),
    ("account", edit_account, "account --account 'Our house' --roles Prosumer"),
    ("attribute", edit_attribute, "attribute --sensor 3 --attribute consumption_is_positive --bool true"),
    ("resample-data", resample_data, "resample-data --sensor 3 --event-resolution 60"),
    ("transfer-ownership", transfer_ownership, "transfer-ownership --asset 3 --new-owner 'Our house'"),
    ("transfer-parenthood", transfer_parenthood, "transfer-parenthood --asset 3 --new-parent 1"),
):
    app.command(_name, epilog=f"Example: wattloom edit {_example}")(_command)
