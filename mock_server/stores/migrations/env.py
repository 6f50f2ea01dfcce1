"""What Alembic runs: the migrations, on the connection it was handed."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="rulebound_schema",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
