"""A stored decision through the code of today, as `autotrader replay` decides it again."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from adapters.answers.reading import read_answer
from adapters.chart_image import render_chart
from db.queries.replay import StoredReply, load_decision
from db.unit_of_work import read_session
from tasks.replaying import Replayed, Today, replay
from tasks.resources import Resources
from trading.failures import Failure
from trading.model_answer import ModelAnswer


def read_strictly(told: StoredReply) -> ModelAnswer | Failure:
    return read_answer(told.reply, strict=True)


def replayed(resources: Resources, decision_id: UUID, **changes: Any) -> Replayed:
    """The replay of a decision; `changes` are what is other today."""
    today = replace(Today(resources.desk, render_chart, read_strictly), **changes)
    with read_session(resources.sessions) as session:
        stored = load_decision(session, resources.desk.account, decision_id)
        assert stored is not None
        return replay(session, today, stored)
