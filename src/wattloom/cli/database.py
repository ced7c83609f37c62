"""``wattloom db``: the schema of the database."""

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, load_settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after the database.")


@app.command(epilog="Example: wattloom db upgrade --data-dir .data")
def upgrade(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Create the database, or bring it to the newest schema."""
    from wattloom.db import Database, current_revision
    from wattloom.db import upgrade as apply_migrations

    database = Database(load_settings(data_dir=data_dir, database_url=database_url).resolved_database_url)
    try:
        changed = apply_migrations(database)
        typer.echo(f"The schema {'is now' if changed else 'was already'} at revision {current_revision(database)}.")
    finally:
        database.close()


@app.command(epilog="Example: wattloom db current --database-url postgresql://wattloom@localhost/wattloom")
def current(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Say which revision of the schema the database has."""
    from wattloom.db import Database, current_revision
    from wattloom.errors import NotFoundError

    database = Database(load_settings(data_dir=data_dir, database_url=database_url).resolved_database_url)
    if database.missing_file is not None:
        raise NotFoundError(
            "database",
            database.missing_file,
            message=f"There is no database at {database.missing_file}; create it with: wattloom db upgrade",
        )
    try:
        typer.echo(current_revision(database) or "The database is empty; create it with: wattloom db upgrade")
    finally:
        database.close()
