from uuid import uuid4

import pytest
from prefect.server.database.orm_models import FlowRun
from sqlalchemy import inspect
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.hybrid import hybrid_property

from cli.stack.prefect_server import pass_over_state


def test_rows_of_scheduled_runs_may_carry_their_state() -> None:
    state = inspect(FlowRun).all_orm_descriptors["state"]
    assert isinstance(state, hybrid_property)
    row = {"id": uuid4(), "state": {"type": "SCHEDULED"}}
    setter = FlowRun.state._bulk_dml_setter("state")
    before = state.bulk_dml_setter
    try:
        with pytest.raises(InvalidRequestError, match="bulk_dml"):
            setter(dict(row))
        pass_over_state()
        FlowRun.state._bulk_dml_setter("state")(row)
    finally:
        state.bulk_dml_setter = before
