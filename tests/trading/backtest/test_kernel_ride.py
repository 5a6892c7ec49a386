"""Bars in which nothing happens are skipped together, and nobody can tell."""

import pytest

from tests.trading.backtest.backtest_builders import flat, market, rules, signals
from trading.backtest.account_rules import AccountRules
from trading.backtest.records import ExitReason
from trading.backtest.run import run

BRAKE = AccountRules(initial_equity_usdt=1_000.0, max_drawdown_fraction=0.005)


def test_an_excursion_ends_where_a_brake_closed_the_trade() -> None:
    # The brake judges at the close of 94; what the market does later, the trade never saw.
    candles = [flat(), flat(), (100, 101, 94, 94), (94, 200, 20, 50), flat(50)]

    result = run(market(*candles), [signals(5, (0, 1))], rules(account=BRAKE))

    assert list(result.trades.reason) == [ExitReason.DRAWDOWN]
    assert result.trades.adverse[0] == pytest.approx(0.06)
    assert result.trades.favourable[0] == pytest.approx(0.01)


def test_what_is_open_at_the_end_was_held_through_the_last_bar() -> None:
    result = run(market(flat(), flat(), (100, 103, 98, 100)), [signals(3, (0, 1))], rules())

    assert list(result.trades.reason) == [ExitReason.OPEN_AT_END]
    assert result.trades.adverse[0] == pytest.approx(0.02)
    assert result.trades.favourable[0] == pytest.approx(0.03)


def test_after_a_daily_loss_the_drawdown_is_still_watched() -> None:
    account = AccountRules(
        initial_equity_usdt=1_000.0,
        max_daily_loss_fraction=0.01,
        max_drawdown_fraction=0.05,
        closes_on_brake=False,
    )
    candles = [flat(), flat(), flat(85), flat(80), flat(40), flat(40)]

    result = run(market(*candles), [signals(6, (0, 1), (4, -1))], rules(account=account))

    assert list(result.equity) == [1000, 1000, 985, 980, 940, 940]
    assert result.refused == {"risk.drawdown": 1}
