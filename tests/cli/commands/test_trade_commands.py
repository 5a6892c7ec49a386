import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
import typer

from cli.commands.trade import _price, _tell
from db.keys import AccountKey
from db.repositories.intents import Intent
from tests.fixtures.outbox import approved_entry
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM, STARTS
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from trading.intent_states import IntentState

pytestmark = ONE_WORKER
LEVELS = ("--stop", "147", "--target", "156")


@pytest.fixture
def desk(use_desk: Callable[[Venue], str], venue: Venue, with_prefect: None) -> Venue:
    del with_prefect
    use_desk(venue)
    return venue


def test_a_trade_by_hand_is_placed_with_its_stop_and_closed_again(
    autotrader: Callable, desk: Venue
) -> None:
    opened = autotrader("trade", CALM.lower(), "long", *LEVELS, "--yes", "--json")
    answer = json.loads(opened.out)
    assert (opened.code, answer["state"]) == (0, "filled")
    assert (answer["order"]["stop_loss"], answer["order"]["take_profit"]) == ("147", "156")
    # The worst loss stays within the risk fraction of one percent.
    assert Decimal(answer["risk_usdt"]) <= 100
    assert desk.gateway.positions()[0].stop_loss == 147

    closed = autotrader("close", CALM, "--yes")
    assert closed.code == 0
    assert closed.out.startswith("Filled: sell ")
    assert desk.gateway.positions() == []
    assert json.loads(autotrader("positions", "--json").out)["positions"] == []


def test_a_trade_by_hand_waits_for_a_word_where_all_orders_do(
    autotrader: Callable, desk: Venue, use_settings: Callable[[Mapping[str, Any]], None]
) -> None:
    use_settings({"APPROVAL": "all"})

    asked = autotrader("trade", CALM, "long", *LEVELS, "--yes", "--json")

    answer = json.loads(asked.out)
    assert (asked.code, answer["state"]) == (0, "waits_for_approval")
    assert desk.gateway.positions() == []
    approved = autotrader("approve", answer["approval_id"], "--yes")
    assert approved.code == 0, approved.err
    (position,) = desk.gateway.positions()
    assert (position.symbol, position.stop_loss) == (CALM, 147)


def test_a_limit_refuses_with_its_name_and_code_3(autotrader: Callable, desk: Venue) -> None:
    assert autotrader("trade", CALM, "long", *LEVELS, "--yes").code == 0
    second = autotrader("trade", CALM, "long", *LEVELS, "--yes")
    assert second.code == 3
    assert second.out.startswith("Refused (risk.position_already_open): ")
    as_json = autotrader("trade", CALM, "long", *LEVELS, "--yes", "--json")
    assert as_json.code == 3
    assert json.loads(as_json.out)["reason"] == "risk.position_already_open"
    assert len(desk.gateway.positions()) == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((CALM, "long", "--stop", "156", "--target", "147"), "signal.stop_on_wrong_side"),
        (("NOSUCHUSDT", "long", *LEVELS), "data.instrument_not_tradable"),
        ((CALM, "long", "--stop", "147", "--target", "150.2"), "risk.reward_risk"),
    ],
)
def test_a_trade_that_makes_no_sense_is_refused_before_it_is_asked_for(
    autotrader: Callable, desk: Venue, words: tuple[str, ...], reason: str
) -> None:
    refused = autotrader("trade", *words)
    assert refused.code == 3
    assert f"Refused ({reason})" in refused.out
    assert desk.records()["orders"] == []


def test_nothing_is_sent_without_a_yes(autotrader: Callable, desk: Venue) -> None:
    # Standard input is empty: nobody says yes.
    ran = autotrader("trade", CALM, "long", *LEVELS)
    assert ran.code == 1
    assert "at most 99." in ran.err
    assert desk.records()["orders"] == []


def test_a_symbol_without_a_position_cannot_be_closed(
    autotrader: Callable, desk: Venue, owner: Owner
) -> None:
    assert "open: none" in autotrader("close", CALM, "--yes").err
    owner.buy(CALM, "2")
    ran = autotrader("close", "BTCUSDT", "--yes")
    assert ran.code == 2
    assert "BTCUSDT has no open position; open: SOLUSDT" in " ".join(ran.err.split())
    assert autotrader("close", CALM).code == 1
    assert len(desk.gateway.positions()) == 1


def test_closing_does_not_wait_for_prefect(
    autotrader: Callable, desk: Venue, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.buy(CALM, "2")
    monkeypatch.setenv("AUTOTRADER_PREFECT_API_URL", "http://127.0.0.1:9/api")
    ran = autotrader("close", CALM, "--yes", "--json")
    assert (ran.code, json.loads(ran.out)["state"]) == (0, "filled")
    assert "the next sync books the trade" in ran.err
    assert desk.gateway.positions() == []


@pytest.mark.parametrize("text", ["0", "-1", "abc", "NaN", "Infinity"])
def test_a_price_is_a_number_above_0(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="no price"):
        _price(text)


def test_a_yes_at_the_question_sends_the_order(
    autotrader: Callable, desk: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("y\n"))
    ran = autotrader("trade", CALM, "long", *LEVELS)
    assert ran.code == 0
    assert "Send it?" in ran.err
    # The prompt leaves its last blank on stdout.
    assert ran.out.lstrip().startswith("Filled: buy ")
    assert len(desk.gateway.positions()) == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (IntentState.UNKNOWN, "the next sync looks it up, do not send it again"),
        (IntentState.ACKNOWLEDGED, "Not known yet: "),
        (IntentState.REFUSED, "Not done, refused: buy 1 SOLUSDT (link); no margin"),
    ],
)
def test_what_is_not_filled_is_told_and_fails(
    capsys: pytest.CaptureFixture[str], state: IntentState, words: str
) -> None:
    order = approved_entry(link_id="link").order
    intent = Intent(
        id=UUID(int=1),
        account=AccountKey("paper", "main"),
        order=order,
        state=state,
        attempts=1,
        decision_id=None,
        notional_usdt=Decimal(150),
        risk_usdt=Decimal(10),
        leverage=Decimal(3),
        order_id="",
        reserved_at=STARTS,
        sent_at=None,
        resolved_at=None,
        error_code=None,
        error_message="no margin",
    )
    with pytest.raises(typer.Exit) as ended:
        _tell(intent, as_json=False)
    assert ended.value.exit_code == 1
    assert words in capsys.readouterr().out
