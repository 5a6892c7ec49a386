"""What Alembic runs: our metadata against the connection that `db.migrate` opened."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from db.models import metadata


def _render_plain(kind: str, value: object, autogenerate: AutogenContext) -> str | Literal[False]:
    # A migration is history: it must not change when a type of ours does.
    if kind == "type" and isinstance(value, TypeDecorator):
        return f"sa.{value.impl_instance!r}"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_server_default=True,
        render_item=_render_plain,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
