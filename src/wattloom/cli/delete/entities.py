"""``wattloom delete`` accounts, users, assets, sensors, and all of them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.delete.preview import DryRun, Force, Preview
from wattloom.cli.options import DatabaseUrl, DataDir, id_option, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattloom.accounts import Account, User
    from wattloom.assets import Asset
    from wattloom.timeseries import Sensor

AccountId = Annotated[str, typer.Option("--id", help="Id or name of the account.")]
Email = Annotated[str, typer.Option("--email", help="What the user logs in with.")]
AssetId = Annotated[int, id_option("--id", help="Id of the asset.")]
SensorIds = Annotated[list[int], id_option("--id", help="Id of a sensor; may be repeated.")]


def account(
    id_: AccountId,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete an account with its users, assets and sensors, and all that is recorded on them."""
    from wattloom.accounts import OPERATOR, clients_of_account, find_account, list_users
    from wattloom.assets import delete_account, gone_with_account
    from wattloom.cli.delete.carry_out import carry_out, preview_of
    from wattloom.cli.delete.labels import labels_of
    from wattloom.db import Listing

    def look(connection: "Connection") -> "tuple[Account, Preview]":
        found = find_account(connection, id_)
        users = list_users(connection, OPERATOR, Listing(), account_id=found.id, include_inactive=True).items
        clients = clients_of_account(connection, found.id)
        notes = [f"Accounts that lose their consultancy: {', '.join(clients.values())}."] if clients else []
        preview = preview_of(
            connection,
            f"account '{found.name}' ({found.id})",
            gone_with_account(connection, found.id),
            things={"user": labels_of({each.id: each.username for each in users})},
            notes=[*notes, "Data sources and the audit log stay."],
        )
        return found, preview

    def delete(connection: "Connection", found: "Account", now: datetime) -> None:
        delete_account(connection, found, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)


def user(
    email: Email,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete a user; its data source and what it recorded stay."""
    from wattloom.accounts import delete_user, find_login
    from wattloom.cli.delete.carry_out import carry_out
    from wattloom.errors import NotFoundError

    def look(connection: "Connection") -> "tuple[User, Preview]":
        login = find_login(connection, email)
        if login is None:
            raise NotFoundError("user", email, message=f"No user found with e-mail '{email}'.")
        notes = ("Its data source, what it recorded, and the audit log stay.",)
        return login.user, Preview(f"user '{login.user.username}' ({login.user.id})", notes=notes)

    def delete(connection: "Connection", found: "User", now: datetime) -> None:
        delete_user(connection, found, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)


def asset(
    id_: AssetId,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete an asset with all below it, their sensors, and all that is recorded on them."""
    from wattloom.assets import delete_asset, get_asset, gone_with_asset
    from wattloom.cli.delete.carry_out import carry_out, preview_of

    def look(connection: "Connection") -> "tuple[Asset, Preview]":
        found = get_asset(connection, id_)
        gone = gone_with_asset(connection, found.id)
        return found, preview_of(connection, f"asset '{found.name}' ({found.id})", gone)

    def delete(connection: "Connection", found: "Asset", now: datetime) -> None:
        delete_asset(connection, found, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)


def sensor(
    id_: SensorIds,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete sensors and all that is recorded on them."""
    from wattloom.assets import Gone, remove_sensor
    from wattloom.cli.delete.carry_out import carry_out, preview_of
    from wattloom.cli.delete.labels import sensor_labels
    from wattloom.timeseries import get_sensors

    def look(connection: "Connection") -> "tuple[list[Sensor], Preview]":
        known = get_sensors(connection, id_)
        found = [known[sensor_id] for sensor_id in sorted(known)]
        [label, *others] = sensor_labels(connection, known).values()
        subject = f"{len(found)} sensors" if others else f"sensor {label}"
        gone = Gone(sensors={each.id: each.name for each in found})
        return found, preview_of(connection, subject, gone)

    def delete(connection: "Connection", found: "list[Sensor]", now: datetime) -> None:
        for each in found:
            remove_sensor(connection, each, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)


def structure(
    force: Force = False, dry_run: DryRun = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Delete all accounts, users, assets, sensors, data sources, types and roles, and all that is recorded."""
    from wattloom.assets import count_structure, delete_structure
    from wattloom.cli.delete.carry_out import carry_out
    from wattloom.timeseries import belief_totals

    def look(connection: "Connection") -> tuple[None, Preview]:
        counts = count_structure(connection)
        held = ", ".join(f"{n:,} {kind}{'' if n == 1 else 's'}" for kind, n in counts.items())
        notes = (f"These are {held}.", "The audit log, the jobs and the settings stay.")
        return None, Preview("everything in this database", totals=belief_totals(connection), notes=notes)

    def delete(connection: "Connection", _nothing: None, now: datetime) -> None:
        delete_structure(connection, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)
