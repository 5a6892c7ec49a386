"""A model is looked at once before it is shown charts; what is wrong is told, never raised."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config.settings import Settings
from db.models import LlmCallRow
from db.queries.first_looks import standing_fault
from db.unit_of_work import read_session
from tasks.first_look import look_at_model
from tasks.resources import Resources
from tests.fixtures.desks import new_account, offline_resources
from tests.tasks.model_analyst.asking_desk import (
    KEY,
    PRICES,
    TWO_STEPS,
    UNTIL_LATE,
    Moment,
    StandIn,
    open_asking_desk,
)
from trading.analysis import Abstention, AbstentionCode
from trading.first_look import AGAIN_AFTER, FRESH_FOR
from trading.replies import Purpose

Look = Callable[..., "Looking"]
BLIND = {"kind": "drop_image"}


class Looking:
    """A desk whose syncs look at its model, with a clock that a test moves."""

    def __init__(self, stand_in: StandIn, sessions: sessionmaker[Session], **changes: Any) -> None:
        fields: dict[str, Any] = {
            "account": new_account(),
            "analyst": "openai",
            "model_base_url": stand_in.base_url,
            "model_api_key": KEY,
            "model_name": "stand-in-vision",
            "model_price_file": str(PRICES),
        }
        self.clock = Moment()
        self.settings = Settings(**(fields | changes))
        account = {"account": self.settings.account}
        offline = offline_resources(sessions, now=self.clock.now, **account)
        self.resources: Resources = replace(offline, now=self.clock)

    def look(self) -> None:
        look_at_model.fn(self.settings, self.resources)

    @property
    def calls(self) -> list[LlmCallRow]:
        with read_session(self.resources.sessions) as session:
            mine = LlmCallRow.account == self.settings.account
            return list(session.scalars(select(LlmCallRow).where(mine).order_by(LlmCallRow.id)))

    @property
    def fault(self) -> str:
        key, model = self.resources.desk.account, self.settings.model_name
        with read_session(self.resources.sessions) as session:
            return standing_fault(session, key, model, now=self.clock.now)


@pytest.fixture
def looking(stand_in: StandIn, sessions: sessionmaker[Session]) -> Look:
    """Opens desks on the stand-in; what is given are settings."""

    def start(**changes: Any) -> Looking:
        return Looking(stand_in, sessions, **changes)

    return start


def test_a_fit_model_is_looked_at_once_and_paid_for(looking: Look, stand_in: StandIn) -> None:
    desk = looking()
    for _ in range(3):
        desk.look()
        desk.clock.passes(timedelta(days=1))

    (call,) = desk.calls
    assert (call.purpose, call.pictures, call.slot, call.symbol) == (Purpose.PROBE, 1, None, None)
    assert call.cost_usd is not None
    assert call.cost_usd > 0
    assert len(stand_in.questions()) == 1
    assert desk.fault == ""
    desk.clock.passes(FRESH_FOR)
    desk.look()
    assert len(desk.calls) == 2


def test_another_model_is_looked_at_anew(looking: Look) -> None:
    desk = looking()
    desk.look()
    desk.settings = desk.settings.model_copy(update={"model_effort": "low"})
    desk.look()
    assert len(desk.calls) == 2


def test_a_model_that_needs_two_steps_is_looked_at_in_two(looking: Look) -> None:
    limits = ("call", "day", "month")
    unlimited = dict.fromkeys(f"model_budget_per_{limit}_usd" for limit in limits)
    desk = looking(model_name=TWO_STEPS, **unlimited)
    desk.look()
    desk.look()
    assert [call.purpose for call in desk.calls] == [Purpose.OBSERVE, Purpose.PROBE]
    assert desk.fault == ""


def test_where_no_picture_goes_along_none_is_tried(looking: Look) -> None:
    desk = looking(model_pictures="none")
    desk.look()
    assert [call.pictures for call in desk.calls] == [0]


@pytest.mark.parametrize(
    "changes",
    [{"analyst": "technical"}, {"model_cache": "replay"}, {"model_budget_per_day_usd": 0},
     {"model_price_file": "nowhere.toml"}, {"model_name": ""}],
)  # fmt: skip
def test_nobody_is_asked_without_a_model_money_or_leave(
    looking: Look, stand_in: StandIn, changes: dict[str, Any]
) -> None:
    desk = looking(**changes)
    desk.look()
    assert (desk.calls, stand_in.questions()) == ([], [])


def test_a_blind_model_is_left_alone_before_it_has_cost_a_chart(
    looking: Look, stand_in: StandIn, sessions: sessionmaker[Session]
) -> None:
    desk = looking()
    stand_in.script(BLIND, BLIND)
    desk.look()
    desk.look()

    assert len(desk.calls) == 2
    assert desk.fault == "it does not see a picture that it is shown"
    with open_asking_desk(stand_in, sessions, account=desk.settings.account) as asking:
        asking.clock.now = desk.clock.now
        said = asking.ask()
        assert isinstance(said, Abstention)
        assert said.code is AbstentionCode.SAFE_MODE
        # When it sees again, an answer proves it.
        asking.clock.passes(timedelta(minutes=2))
        assert not isinstance(asking.ask(), Abstention)
        desk.clock.now = asking.clock.now
    assert desk.fault == ""
    desk.clock.passes(AGAIN_AFTER)
    desk.look()
    assert len(desk.calls) == 4


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ({"kind": "status", "status": 503, "headers": UNTIL_LATE}, "no answer (no answer)"),
        ({"kind": "status", "status": 401}, "no answer (wrong key)"),
    ],
)
def test_a_server_without_an_answer_is_told_of_and_asked_again_later(
    looking: Look, stand_in: StandIn, step: dict[str, Any], fault: str
) -> None:
    desk = looking()
    stand_in.script(step)
    desk.look()
    desk.look()

    assert len(desk.calls) == 1
    assert fault in desk.fault
    desk.clock.passes(AGAIN_AFTER)
    desk.look()
    assert (len(desk.calls), desk.fault) == (2, "")
