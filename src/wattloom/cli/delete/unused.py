"""``wattloom delete`` what others choose from: roles, asset types and data sources, once nothing refers to them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.delete.preview import DryRun, Force, Preview
from wattloom.cli.options import DatabaseUrl, DataDir, id_option, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

RoleName = Annotated[str, typer.Option("--name", help="Name of the role.")]
TypeName = Annotated[str, typer.Option("--name", help="Name of the asset type.")]
SourceId = Annotated[int, id_option("--id", help="Id of the data source.")]


def account_role(
    name: RoleName,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete a role that no account has."""
    from wattloom.accounts import check_account_role_is_free, delete_account_role
    from wattloom.cli.delete.carry_out import carry_out

    def look(connection: "Connection") -> tuple[int, Preview]:
        return check_account_role_is_free(connection, name), Preview(f"account role '{name}'")

    def delete(connection: "Connection", _role_id: int, now: datetime) -> None:
        delete_account_role(connection, name, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)


def asset_type(
    name: TypeName,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete an asset type that no asset has."""
    from wattloom.assets import check_asset_type_is_free, delete_asset_type
    from wattloom.cli.delete.carry_out import carry_out

    def look(connection: "Connection") -> tuple[int, Preview]:
        found = check_asset_type_is_free(connection, name)
        return found.id, Preview(f"asset type '{name}' ({found.id})")

    def delete(connection: "Connection", _type_id: int, now: datetime) -> None:
        delete_asset_type(connection, name, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)


def source(
    id_: SourceId,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete a data source that belongs to no user and has recorded nothing that is still there."""
    from wattloom.assets import check_source_is_free, delete_source
    from wattloom.cli.delete.carry_out import carry_out

    def look(connection: "Connection") -> tuple[int, Preview]:
        found = check_source_is_free(connection, id_)
        return found.id, Preview(f"data source '{found.name}' ({found.id}) of type {found.type}")

    def delete(connection: "Connection", source_id: int, now: datetime) -> None:
        delete_source(connection, source_id, by=None, now=now)

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    carry_out(settings, look, delete, force=force, dry_run=dry_run)
