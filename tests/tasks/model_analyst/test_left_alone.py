"""A model that fails again and again is left alone, whoever asks, and then tried once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tasks.model_analyst.booking import Booking
from tests.db.model_calls import reply
from tests.tasks.model_analyst.asking_desk import (
    SNAPSHOT,
    UNTIL_LATE,
    AskingDesk,
    Row,
    StandIn,
)
from trading.analysis import Abstention, AbstentionCode, Analysis
from trading.cache_keys import CacheMode
from trading.replies import ModelReply, ModelRequest, Purpose

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
OVERLOADED = {"kind": "status", "status": 503, "headers": UNTIL_LATE}
GARBAGE = {"kind": "answer", "text": "I would buy some."}
BLIND = {"kind": "drop_image"}
SAFE_MODE = AbstentionCode.SAFE_MODE

Open = Callable[..., AskingDesk]


@pytest.fixture
def lost(asking: AskingDesk, stand_in: StandIn) -> AskingDesk:
    """A desk whose model has just not answered three times in a row."""
    stand_in.script(*[OVERLOADED] * 3)
    for _ in range(3):
        assert asking.abstention().code is AbstentionCode.UNAVAILABLE
    return asking


def test_after_three_failures_in_a_row_nothing_is_sent(
    lost: AskingDesk, stand_in: StandIn
) -> None:
    lost.clock.passes(MINUTE - SECOND)

    said = lost.abstention()

    assert said.code is SAFE_MODE
    assert "left alone until 2024-01-10T12:01:08+00:00" in said.detail
    assert "its last calls brought no answer; nothing was sent" in said.detail
    assert len(stand_in.questions()) == len(lost.calls()) == 3


def test_another_process_leaves_it_alone_too(lost: AskingDesk, open_asking: Open) -> None:
    assert open_asking(account=lost.desk.account.account).abstention().code is SAFE_MODE


def test_another_model_is_asked(lost: AskingDesk) -> None:
    other = replace(lost.desk.model.identity, model="another-vision")
    model = replace(lost.desk.model, identity=other)
    prices = lost.desk.price_of

    asking = lost.changed(model=model, price_of=lambda _, on: prices("stand-in-vision", on))

    assert isinstance(asking.ask(), Analysis)


def test_after_a_minute_one_probe_goes_and_its_success_closes(
    lost: AskingDesk, stand_in: StandIn
) -> None:
    lost.clock.passes(MINUTE)

    assert isinstance(lost.ask(), Analysis)
    assert isinstance(lost.changed(cache=CacheMode.REFRESH).ask(), Analysis)
    assert len(stand_in.questions()) == 5


def test_a_failed_probe_doubles_the_pause(lost: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script(OVERLOADED)
    lost.clock.passes(MINUTE)

    assert lost.abstention().code is AbstentionCode.UNAVAILABLE
    lost.clock.passes(2 * MINUTE - SECOND)
    assert lost.abstention().code is SAFE_MODE
    lost.clock.passes(SECOND)
    assert isinstance(lost.ask(), Analysis)


def test_while_a_probe_is_on_its_way_nobody_else_asks(lost: AskingDesk) -> None:
    lost.clock.passes(MINUTE)
    meanwhile: list[Abstention] = []

    def send(_: ModelRequest) -> ModelReply:
        meanwhile.append(lost.abstention())
        return reply()

    Booking(lost.desk, SNAPSHOT, "ab" * 32, attempt=1).around(send)(
        ModelRequest(Purpose.ANALYSE, "", "", (), None, 500, MINUTE)
    )

    assert [said.code for said in meanwhile] == [SAFE_MODE]


def test_what_is_remembered_is_served_all_the_same(asking: AskingDesk, stand_in: StandIn) -> None:
    known = asking.analysis()
    stand_in.script(*[OVERLOADED] * 3)
    fresh = asking.changed(cache=CacheMode.REFRESH)

    assert [fresh.abstention().code for _ in range(4)][-1] is SAFE_MODE
    assert asking.analysis() == known


@pytest.mark.parametrize(
    ("step", "sent", "why"),
    [
        (GARBAGE, 5, "its last answers broke the schema"),
        (BLIND, 2, "it did not see the last pictures"),
    ],
)
def test_answers_that_are_worth_nothing_end_the_asking_too(
    asking: AskingDesk, stand_in: StandIn, step: Row, sent: int, why: str
) -> None:
    stand_in.script({**step, "times": sent})

    said = [asking.abstention() for _ in range(sent)]

    assert said[-1].code is SAFE_MODE
    assert why in said[-1].detail
    assert len(stand_in.questions()) == sent


def test_a_model_that_does_not_see_may_be_asked_in_words(
    asking: AskingDesk, stand_in: StandIn, open_asking: Open
) -> None:
    stand_in.script(BLIND, BLIND)
    asking.ask()
    account = asking.desk.account.account

    assert asking.abstention().code is SAFE_MODE
    assert isinstance(open_asking(account=account, model_pictures="none").ask(), Analysis)


def test_refusals_do_not_stop_the_asking(asking: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script({"kind": "status", "status": 400, "times": 5})

    said = {asking.abstention().code for _ in range(5)}

    assert said == {AbstentionCode.REFUSED_BY_SERVER}
    assert isinstance(asking.ask(), Analysis)
