"""Prefect's own command line, with a server that can schedule.

Prefect 3.8.8 stores scheduled runs with an ORM bulk insert whose rows carry their `state`, a
hybrid attribute that the statement after it stores. SQLAlchemy 2.0 passed over such keys; 2.1
refuses them unless the attribute says what to do, so no schedule ever starts a run: "Can't
evaluate bulk DML statement" (seen 2026-11-21). Here the attribute is told to pass over them again.
Goes when Prefect supports 2.1; the worker's end-to-end test notices.
"""

import sys
from collections.abc import MutableMapping

from prefect.cli import app
from prefect.server.database.orm_models import FlowRun
from sqlalchemy import inspect
from sqlalchemy.ext.hybrid import hybrid_property


def main() -> None:
    """Run `prefect` with the arguments of this process."""
    pass_over_state()
    sys.argv[0] = "prefect"
    app()


def pass_over_state() -> None:
    """Let a bulk insert of flow runs ignore `state`, as it did on SQLAlchemy 2.0."""
    state = inspect(FlowRun).all_orm_descriptors["state"]
    if not isinstance(state, hybrid_property):
        message = "Prefect's FlowRun.state is no hybrid any more: this module can go"
        raise TypeError(message)
    state.inplace.bulk_dml(_ignore)


def _ignore(cls: object, mapping: MutableMapping[str, object], value: object) -> None:
    del cls, mapping, value


if __name__ == "__main__":
    main()
