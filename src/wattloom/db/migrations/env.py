"""Alembic's entry point: run the migrations on the connection that it is given."""

from alembic import context

from wattloom.db.types import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()
