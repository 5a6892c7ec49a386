"""Prefect's own command line, with a server that can schedule, and whose SQLite does not lock.

Prefect 3.8.8 stores scheduled runs with an ORM bulk insert whose rows carry their `state`, a
hybrid attribute that the statement after it stores. SQLAlchemy 2.0 passed over such keys; 2.1
refuses them unless the attribute says what to do, so no schedule ever starts a run: "Can't
evaluate bulk DML statement" (seen 2026-11-21). Here the attribute is told to pass over them again.
Goes when Prefect supports 2.1; the worker's end-to-end test notices.

Its SQLite transactions begin without a lock. One that reads and then writes while another commits
is told "database is locked" at once, whatever the time-out (sqlite.org/isolation.html): the client
is answered 503 and waits two seconds, which befell half of our cycles, where the first step of
each tag asks for a concurrency limit. Here they take the lock when they begin, and wait their
turn. Goes when Prefect's own database is PostgreSQL.
"""

import sys
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager

from prefect.cli import app
from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.orm_models import FlowRun
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from sqlalchemy.ext.hybrid import hybrid_property


def main() -> None:
    """Run `prefect` with the arguments of this process."""
    pass_over_state()
    lock_when_beginning()
    sys.argv[0] = "prefect"
    app()


def pass_over_state() -> None:
    """Let a bulk insert of flow runs ignore `state`, as it did on SQLAlchemy 2.0."""
    state = inspect(FlowRun).all_orm_descriptors["state"]
    if not isinstance(state, hybrid_property):
        message = "Prefect's FlowRun.state is no hybrid any more: this module can go"
        raise TypeError(message)
    state.inplace.bulk_dml(_ignore)


def lock_when_beginning() -> None:
    """Let every transaction of Prefect's SQLite begin IMMEDIATE instead of DEFERRED."""
    begin = AioSqliteConfiguration.begin_transaction

    @asynccontextmanager
    async def begin_with_lock(
        self: AioSqliteConfiguration, session: AsyncSession, with_for_update: bool = True
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        del with_for_update
        async with begin(self, session, with_for_update=True) as transaction:
            yield transaction

    AioSqliteConfiguration.begin_transaction = begin_with_lock  # type: ignore[method-assign]


def _ignore(cls: object, mapping: MutableMapping[str, object], value: object) -> None:
    del cls, mapping, value


if __name__ == "__main__":
    main()
