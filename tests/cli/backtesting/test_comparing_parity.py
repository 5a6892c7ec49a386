"""Each thing that desk and backtest do not share is one difference."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from cli.backtesting.parity.comparison import Parity, compare
from cli.backtesting.parity.desk import DeskRun
from db.repositories.trades import Trade
from db.states import ExitReason as DeskExit
from db.states import TradeStatus
from tests.fixtures.backtest_runs import START, ran_of
from trading.backtest.records import Backtest, ExitReason
from trading.orders import PositionIndex
from trading.positions import Direction

BACKTEST = ran_of().backtest


def told(row: int) -> Trade:
    """The trade of a row as the desk would have booked it."""
    trades = BACKTEST.trades
    return Trade(
        id=UUID(int=row),
        symbol=BACKTEST.symbols[trades.symbol[row]],
        direction=Direction.LONG if trades.side[row] > 0 else Direction.SHORT,
        position_index=PositionIndex.ONE_WAY,
        status=TradeStatus.CLOSED,
        quantity=Decimal(str(trades.quantity[row])),
        entry_price=Decimal(str(trades.entry_price[row])),
        exit_price=Decimal(str(trades.exit_price[row])),
        stop_loss=None,
        take_profit=None,
        risk_usdt=None,
        fees_usdt=Decimal(str(trades.fees[row])),
        funding_usdt=Decimal(str(trades.funding[row])),
        pnl_usdt=None,
        r_multiple=None,
        naked_seconds=0,
        last_sequence=0,
        exit_reason=DeskExit.STOP_LOSS,
        opened_at=START
        + timedelta(milliseconds=int(trades.entry_ms[row]) - int(START.timestamp() * 1000)),
        closed_at=None,
        decision_id=None,
        entry_intent_id=None,
    )


def parity(*trades: Trade, backtest: Backtest = BACKTEST) -> Parity:
    return compare(DeskRun(trades, Counter(), Decimal(10_000)), backtest)


def kinds_of(row: int, **changes: object) -> set[str]:
    """What differs about one trade that the desk made a little otherwise."""
    trade = replace(told(row), **changes)
    found = parity(trade).differences
    return {one.what for one in found if one.entered_at == trade.opened_at}


def test_a_trade_that_only_the_backtest_made_is_told() -> None:
    nothing = parity()
    assert nothing.kinds == {"trade": len(BACKTEST.trades)}
    assert (nothing.trades, nothing.equal) == (0, 0)
    assert nothing.differences[0].desk == "none"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"quantity": Decimal(1_000)}, "quantity"),
        ({"entry_price": Decimal(1)}, "entry_price"),
        ({"exit_price": Decimal(1)}, "exit_price"),
        ({"fees_usdt": Decimal(77)}, "fees"),
        ({"funding_usdt": Decimal(77)}, "funding"),
    ],
)
def test_every_figure_of_a_trade_is_compared(changes: dict[str, object], kind: str) -> None:
    assert kinds_of(0, **changes) - kinds_of(0) == {kind}


def test_what_the_exchange_rounds_is_no_difference() -> None:
    fees = told(0).fees_usdt + Decimal("0.0000004")
    assert kinds_of(0, fees_usdt=fees) == kinds_of(0)


def test_why_a_trade_ended_is_compared() -> None:
    row = int(np.flatnonzero(BACKTEST.trades.reason == ExitReason.STOP)[0])
    assert "reason" not in kinds_of(row, exit_reason=DeskExit.STOP_LOSS)
    assert "reason" in kinds_of(row, exit_reason=DeskExit.TAKE_PROFIT)
    assert "reason" in kinds_of(row, exit_reason=DeskExit.LIQUIDATION)
