"""Prefect's own command line, with a server that can schedule and is not in its own way.

Prefect 3.8.8 stores scheduled runs with an ORM bulk insert whose rows carry their `state`, a
hybrid attribute that the statement after it stores. SQLAlchemy 2.0 passed over such keys; 2.1
refuses them unless the attribute says what to do, so no schedule ever starts a run: "Can't
evaluate bulk DML statement" (seen 2026-11-21). Here the attribute is told to pass over them again.
Goes when Prefect supports 2.1; the worker's end-to-end test notices.

It also lets a task run whose tags have no concurrency limit pass without touching the database.
Prefect would read the limits and then update none of them, and SQLite tells a transaction that
reads, then writes while another one commits, "database is locked" at once, whatever the time-out
(sqlite.org/isolation.html): the client is answered 503 and waits two seconds, in six of six cycles
measured. Goes when Prefect's own database is PostgreSQL.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from uuid import UUID

from prefect.cli import app
from prefect.server.database.orm_models import FlowRun
from prefect.server.models import concurrency_limits_v2
from sqlalchemy import inspect
from sqlalchemy.ext.hybrid import hybrid_property


def main() -> None:
    """Run `prefect` with the arguments of this process."""
    pass_over_state()
    pass_without_limits()
    sys.argv[0] = "prefect"
    app()


def pass_over_state() -> None:
    """Let a bulk insert of flow runs ignore `state`, as it did on SQLAlchemy 2.0."""
    state = inspect(FlowRun).all_orm_descriptors["state"]
    if not isinstance(state, hybrid_property):
        message = "Prefect's FlowRun.state is no hybrid any more: this module can go"
        raise TypeError(message)
    state.inplace.bulk_dml(_ignore)


def pass_without_limits() -> None:
    """Let who needs no slot of any concurrency limit pass without an update of the database."""
    increment: Callable[..., Awaitable[bool]] = concurrency_limits_v2.bulk_increment_active_slots

    async def increment_some(*, concurrency_limit_ids: list[UUID], **others: object) -> bool:
        if not concurrency_limit_ids:
            return True
        return await increment(concurrency_limit_ids=concurrency_limit_ids, **others)

    concurrency_limits_v2.bulk_increment_active_slots = increment_some


def _ignore(cls: object, mapping: MutableMapping[str, object], value: object) -> None:
    del cls, mapping, value


if __name__ == "__main__":
    main()
