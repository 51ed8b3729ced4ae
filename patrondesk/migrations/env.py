"""Alembic's environment: runs on the connection it is handed."""

from __future__ import annotations

from alembic import context

from patrondesk.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    user_module_prefix="base.",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
