"""Floats become the exchange's digits once, and every stored row adds up."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from db.states import BacktestExit
from tasks.backtesting.rounding import stored_trades
from trading.backtest.records import Backtest, ExitReason, TradeColumns
from trading.positions import Direction

amounts = st.floats(-1e6, 1e6, allow_nan=False)


def one_trade(**changed: object) -> Backtest:
    columns: dict[str, object] = {
        "symbol": np.array([1], np.int16),
        "side": np.array([-1], np.int8),
        "entry_bar": np.array([0]),
        "exit_bar": np.array([3]),
        "entry_ms": np.array([1_735_689_600_000]),
        "exit_ms": np.array([1_735_700_400_000]),
        "quantity": np.array([0.1]),
        "entry_price": np.array([3000.1]),
        "exit_price": np.array([2990.30000000001]),
        "gross": np.array([0.98]),
        "fees": np.array([0.3294]),
        "funding": np.array([-0.01]),
        "net": np.array([0.6406]),
        "risk": np.array([2.5]),
        "adverse": np.array([0.001]),
        "favourable": np.array([0.004]),
        "reason": np.array([ExitReason.TARGET], np.int8),
        "is_ambiguous": np.array([True]),
    }
    trades = TradeColumns(**{**columns, **changed})  # type: ignore[arg-type]
    flat = np.array([10_000.0])
    return Backtest(
        ("BTCUSDT", "ETHUSDT"), 3_600_000, 10_000.0, np.array([0]), flat, flat * 0, trades, {}
    )


def test_a_trade_is_stored_in_words_and_digits() -> None:
    (trade,) = stored_trades(one_trade())
    assert (trade.symbol, trade.direction) == ("ETHUSDT", Direction.SHORT)
    assert (trade.reason, trade.is_ambiguous) == (BacktestExit.TARGET, True)
    assert (trade.quantity, trade.exit_price) == (Decimal("0.1"), Decimal("2990.3"))
    assert trade.net_usdt == Decimal("0.6406")
    assert trade.r_multiple == Decimal("0.25624")
    assert trade.left_at.isoformat() == "2025-01-01T03:00:00+00:00"


def test_a_trade_without_a_stop_has_no_r() -> None:
    (trade,) = stored_trades(one_trade(risk=np.array([np.nan])))
    assert (trade.risk_usdt, trade.r_multiple) == (None, None)


@given(amounts, amounts, amounts)
def test_every_row_adds_up_to_the_last_digit(gross: float, fees: float, funding: float) -> None:
    given_columns = {"gross": gross, "fees": fees, "funding": funding}
    backtest = one_trade(**{name: np.array([value]) for name, value in given_columns.items()})
    (trade,) = stored_trades(replace(backtest))
    assert trade.net_usdt == trade.gross_usdt - trade.fees_usdt + trade.funding_usdt
    assert abs(float(trade.net_usdt) - (gross - fees + funding)) < 1e-7
    assert trade.gross_usdt == round(trade.gross_usdt, 8)
