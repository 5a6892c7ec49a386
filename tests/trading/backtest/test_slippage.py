"""Slippage is what trades fill worse than the prices that made them; never more, never less."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests.fixtures.backtest_runs import market_of
from trading.backtest.exit_rules import ExitRules, PartialExit
from trading.backtest.market import Filters, Market
from trading.backtest.ran import Ran
from trading.backtest.records import ExitReason
from trading.backtest.rules import CostRules, Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.backtest.slippage import slippage_figures, slippage_usdt
from trading.backtest.strategies.sma_cross import SmaCross

WALKS = market_of(symbols=("BTCUSDT", "ETHUSDT"), count=600)
FINE = Market(WALKS.series, {"BTCUSDT": Filters(tick_size=0.1)}, WALKS.funding)
EXITS = ExitRules(stop_fraction=0.015, target=0.02, held_at_most=timedelta(hours=60))
SMALL = Sizing(quantity=0.01)
DEAR = CostRules(0.0, 0.0, entry_slippage_bps=20, exit_slippage_bps=50)


def traded(market: Market, rules: Rules) -> Ran:
    signals = tuple(SmaCross(5, 20).signals(series) for series in market.series)
    return Ran(market, signals, rules, run(market, signals, rules))


def one_trade(rules: Rules, **signal: np.ndarray) -> Ran:
    """Long at the third open of BTCUSDT, left by what the rules say."""
    market = Market(WALKS.series[:1])
    side = np.zeros(len(market), np.int8)
    side[1] = 1
    signals = (Signals("BTCUSDT", side, **signal),)
    return Ran(market, signals, rules, run(market, signals, rules))


def test_a_market_order_that_is_left_at_an_open_pays_both_ways() -> None:
    exits = ExitRules(held_at_most=timedelta(hours=5))
    ran = one_trade(Rules(SMALL, exits, DEAR))
    opens = ran.market.series[0].open
    assert ran.backtest.trades.reason.tolist() == [ExitReason.TIME]
    assert slippage_usdt(ran) == pytest.approx([0.01 * (opens[2] * 0.002 + opens[7] * 0.005)])


def test_what_is_still_held_has_only_paid_its_entry() -> None:
    ran = one_trade(Rules(SMALL, ExitRules(), DEAR))
    assert ran.backtest.trades.reason.tolist() == [ExitReason.OPEN_AT_END]
    assert slippage_usdt(ran) == pytest.approx([0.01 * ran.market.series[0].open[2] * 0.002])


def test_a_limit_entry_does_not_slip() -> None:
    low = WALKS.series[0].low
    limit = np.full(len(low), np.nan)
    limit[1] = low[2] + 1.0
    ran = one_trade(Rules(SMALL, ExitRules(), DEAR), limit=limit)
    assert len(ran.backtest.trades) == 1
    assert slippage_usdt(ran).tolist() == [0.0]


@pytest.mark.parametrize(("rests", "pays"), [(True, False), (False, True)])
def test_a_target_slips_unless_it_rests_in_the_book(rests: bool, pays: bool) -> None:
    costs = replace(DEAR, entry_slippage_bps=0.0, target_is_maker=rests)
    ran = one_trade(Rules(SMALL, ExitRules(target=0.005), costs))
    assert ran.backtest.trades.reason.tolist() == [ExitReason.TARGET]
    assert bool(slippage_usdt(ran)[0] > 0) is pays


def test_half_the_spread_counts_as_slippage() -> None:
    costs = CostRules(0.0, 0.0, 0.0, 0.0, half_spread_ticks=3)
    held = ExitRules(held_at_most=timedelta(hours=5))
    market = Market(WALKS.series[:1], {"BTCUSDT": Filters(tick_size=0.1)})
    rules = Rules(SMALL, held, costs)
    signals = one_trade(rules).signals
    ran = Ran(market, signals, rules, run(market, signals, rules))
    # Twice three ticks, and up to a tick each way because an open need not lie on the grid.
    assert 0.6 - 0.2 <= 100 * slippage_usdt(ran)[0] <= 0.6 + 0.2


@pytest.mark.parametrize(("entry", "leave"), [(0.0, 0.0), (3.0, 0.0), (0.0, 8.0), (25.0, 50.0)])
def test_gross_and_slippage_make_the_gross_of_a_market_without_it(
    entry: float, leave: float
) -> None:
    """Trades that time ends are the same trades at any slippage, so what it took is known."""
    exits, market = ExitRules(held_at_most=timedelta(hours=7)), Market(WALKS.series)
    slipped = traded(market, Rules(SMALL, exits, CostRules(0.0, 0.0, entry, leave)))
    free = traded(market, Rules(SMALL, exits, CostRules.none()))
    assert slipped.backtest.trades.reason.tolist() == free.backtest.trades.reason.tolist()
    gross = slipped.backtest.trades.gross + slippage_usdt(slipped)
    assert gross == pytest.approx(free.backtest.trades.gross, abs=1e-9)


def test_all_trades_together_stand_beside_fees_and_funding() -> None:
    ran = traded(FINE, Rules(SMALL, EXITS, DEAR))
    figures = slippage_figures(ran)
    total, gross = float(slippage_usdt(ran).sum()), float(ran.backtest.trades.gross.sum())
    assert figures["slippage"].value == pytest.approx(total)
    share = figures["slippage_share"]
    if gross + total > 0:
        assert share.value == pytest.approx(total / (gross + total))
    else:
        assert (share.value, share.note) == (None, "nothing was earned before costs")


def test_parts_count_as_the_last_of_them() -> None:
    exits = ExitRules(target=0.02, partials=(PartialExit(0.005, 0.5),))
    ran = traded(Market(WALKS.series), Rules(SMALL, exits, replace(DEAR, entry_slippage_bps=0.0)))
    trades, paid = ran.backtest.trades, slippage_usdt(ran)
    by_target = trades.reason == ExitReason.TARGET
    # Both parts slipped by 50 basis points, and the price of the exit is their mean.
    quoted = trades.exit_price / (1 - 0.005 * trades.side)
    assert by_target.sum() > 3
    assert paid[by_target] == pytest.approx((0.01 * 0.005 * quoted)[by_target])
