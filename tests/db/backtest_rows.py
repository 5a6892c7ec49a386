"""A stored backtest with sensible contents; a test names only what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from db.repositories import backtests
from db.repositories.backtests import NewBacktest, StoredTrade
from db.states import BacktestExit, BacktestKind
from trading.candles import Interval
from trading.positions import Direction

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


def new_backtest(**changed: Any) -> NewBacktest:
    return replace(
        NewBacktest(
            kind=BacktestKind.SINGLE,
            strategy="sma-cross",
            parameters={"fast": "20"},
            symbols=["BTCUSDT", "ETHUSDT"],
            interval=Interval.H1,
            since=NOW - timedelta(days=60),
            until=NOW - timedelta(days=1),
            rules={"stop": 0.01},
            data_hash="0" * 64,
            code_version="0.1.0",
            seed=7,
        ),
        **changed,
    )


def stored_trade(number: int = 0, **changed: Any) -> StoredTrade:
    return replace(
        StoredTrade(
            number=number,
            symbol="BTCUSDT",
            direction=Direction.SHORT,
            entered_at=NOW - timedelta(days=30),
            left_at=NOW - timedelta(days=29),
            quantity=Decimal("0.012"),
            entry_price=Decimal("60000.5"),
            exit_price=Decimal("59000.1"),
            gross_usdt=Decimal("12.0048"),
            fees_usdt=Decimal("0.78540396"),
            funding_usdt=Decimal("-0.0216"),
            net_usdt=Decimal("11.19779604"),
            risk_usdt=Decimal("7.5"),
            r_multiple=Decimal("1.49303947"),
            adverse_fraction=Decimal("0.004"),
            favourable_fraction=Decimal("0.02"),
            reason=BacktestExit.TARGET,
            is_ambiguous=False,
        ),
        **changed,
    )


def fill(session: Session) -> None:
    """A row in each table of the backtests."""
    run = backtests.begin(session, new_backtest(), now=NOW)
    backtests.add_trades(session, run, [stored_trade()])
    backtests.add_part(session, run, 0, combinations=1, results={})
