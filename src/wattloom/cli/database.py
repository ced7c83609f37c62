"""``wattloom db``: the schema of the database, and moving everything that it holds."""

from contextlib import closing

import typer

from wattloom.cli.move_database import dump, existing_database, migrate_to, restore
from wattloom.cli.options import DatabaseUrl, DataDir, load_settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after the database: schema, backup, moving.")
app.command("dump", epilog="Example: wattloom db dump wattloom-monday.zip --data-dir .data")(dump)
app.command("restore", epilog="Example: wattloom db restore wattloom-monday.zip --data-dir .data")(restore)
app.command("migrate-to", epilog="Example: wattloom db migrate-to postgresql://wattloom@localhost/wattloom")(migrate_to)


@app.command(epilog="Example: wattloom db upgrade --data-dir .data")
def upgrade(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Create the database, or bring it to the newest schema."""
    from wattloom.db import Database, current_revision
    from wattloom.db import upgrade as apply_migrations

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    with closing(Database(settings.resolved_database_url)) as database:
        changed = apply_migrations(database)
        typer.echo(f"The schema {'is now' if changed else 'was already'} at revision {current_revision(database)}.")


@app.command(epilog="Example: wattloom db current --database-url postgresql://wattloom@localhost/wattloom")
def current(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Say which revision of the schema the database has."""
    from wattloom.db import current_revision

    with existing_database(load_settings(data_dir=data_dir, database_url=database_url)) as database:
        typer.echo(current_revision(database) or "The database is empty; create it with: wattloom db upgrade")
