"""Round trips are opened once, revised while open, and closed once."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.trades import TradeTotals, recent_trades, trade_totals
from db.repositories import trades
from db.repositories.trades import Exit, Revision
from db.states import ExitReason, TradeStatus
from trading.errors import InvariantError


@pytest.fixture
def ending(now: datetime) -> Exit:
    return Exit(
        exit_price=Decimal(52000),
        exit_reason=ExitReason.TAKE_PROFIT,
        closed_at=now + timedelta(hours=3),
        fees_usdt=Decimal("0.561"),
        funding_usdt=Decimal("-0.02"),
        pnl_usdt=Decimal("19.414"),
    )


def test_a_trade_opens_with_nothing_earned_yet(
    session: Session, make: Any, key: AccountKey
) -> None:
    trade = trades.open_trade(session, make.trade(fees_usdt=Decimal("0.275")))
    assert trades.open_trades(session, key) == [trade]
    assert (trade.status, trade.fees_usdt) == (TradeStatus.OPEN, Decimal("0.275"))
    assert (trade.funding_usdt, trade.naked_seconds, trade.pnl_usdt) == (0, 0, None)


def test_an_open_trade_is_revised_as_a_whole(session: Session, make: Any) -> None:
    trade = trades.open_trade(session, make.trade())
    revision = Revision(
        quantity=Decimal("0.020"),
        entry_price=Decimal(50001) / Decimal(3),
        stop_loss=Decimal(49500),
        take_profit=None,
        fees_usdt=Decimal("0.55"),
        funding_usdt=Decimal("0.01"),
        naked_seconds=4,
        last_sequence=9,
    )
    revised = trades.revise_trade(session, trade.id, revision)
    assert (revised.quantity, revised.entry_price) == (Decimal("0.020"), Decimal(16667))
    assert (revised.stop_loss, revised.take_profit) == (Decimal(49500), None)
    assert (revised.fees_usdt, revised.funding_usdt, revised.naked_seconds) == (
        Decimal("0.55"),
        Decimal("0.01"),
        4,
    )


def test_a_closed_trade_knows_its_profit_in_money_and_in_risk(
    session: Session, make: Any, key: AccountKey, ending: Exit
) -> None:
    trade = trades.open_trade(session, make.trade())
    closed = trades.close_trade(session, trade.id, ending)
    assert (closed.status, closed.exit_reason) == (TradeStatus.CLOSED, ExitReason.TAKE_PROFIT)
    assert (closed.pnl_usdt, closed.r_multiple) == (Decimal("19.414"), Decimal("1.9414"))
    assert (closed.closed_at, closed.exit_price) == (ending.closed_at, ending.exit_price)
    assert trades.open_trades(session, key) == []


def test_a_trade_without_a_planned_risk_has_no_r_multiple(
    session: Session, make: Any, ending: Exit
) -> None:
    trade = trades.open_trade(session, make.trade(risk_usdt=None))
    assert trades.close_trade(session, trade.id, ending).r_multiple is None


def test_a_closed_trade_is_never_changed(session: Session, make: Any, ending: Exit) -> None:
    trade = trades.open_trade(session, make.trade())
    trades.close_trade(session, trade.id, ending)
    with pytest.raises(InvariantError, match=f"trade {trade.id} is not open"):
        trades.close_trade(session, trade.id, ending)


def test_a_second_open_trade_in_a_position_is_refused(session: Session, make: Any) -> None:
    trades.open_trade(session, make.trade())
    with pytest.raises(IntegrityError, match="uq_trades_one_open"):
        trades.open_trade(session, make.trade())


def test_totals_count_what_was_won_paid_and_left_naked(
    session: Session, make: Any, key: AccountKey, now: datetime, ending: Exit
) -> None:
    assert trade_totals(session, key) == TradeTotals(0, 0, 0, *[Decimal(0)] * 3, 0)
    won = trades.open_trade(session, make.trade())
    trades.close_trade(session, won.id, ending)
    later = now + timedelta(hours=5)
    still_open = trades.open_trade(session, make.trade(opened_at=later, fees_usdt=Decimal("0.1")))
    assert trade_totals(session, key) == TradeTotals(
        opened=2,
        closed=1,
        won=1,
        pnl_usdt=Decimal("19.414"),
        fees_usdt=Decimal("0.661"),
        funding_usdt=Decimal("-0.02"),
        longest_naked_seconds=0,
    )
    assert [trade.id for trade in recent_trades(session, key)] == [still_open.id, won.id]
    only_closed = recent_trades(session, key, status=TradeStatus.CLOSED)
    assert [trade.id for trade in only_closed] == [won.id]


def test_the_levels_of_an_open_trade_follow_the_exchange(session: Session, make: Any) -> None:
    trade = trades.open_trade(session, make.trade())
    moved = trades.move_levels(
        session, trade.id, stop_loss=Decimal(49500), take_profit=Decimal(53000)
    )
    assert (moved.stop_loss, moved.take_profit) == (Decimal(49500), Decimal(53000))
    assert moved.quantity == trade.quantity


def test_the_newest_closed_trade_is_known_per_symbol(
    session: Session, make: Any, key: AccountKey, ending: Exit
) -> None:
    trade = trades.open_trade(session, make.trade())
    assert trades.newest_closed(session, key, "BTCUSDT") is None
    closed = trades.close_trade(session, trade.id, ending)
    assert trades.newest_closed(session, key, "BTCUSDT") == closed
    assert trades.newest_closed(session, key, "ETHUSDT") is None


def test_of_two_trades_that_ended_in_one_millisecond_the_later_sequence_is_newer(
    session: Session, make: Any, key: AccountKey, ending: Exit
) -> None:
    for sequence in (8, 3):
        trade = trades.open_trade(session, make.trade(last_sequence=sequence))
        trades.close_trade(session, trade.id, ending)
    newest = trades.newest_closed(session, key, "BTCUSDT")
    assert newest is not None
    assert newest.last_sequence == 8
