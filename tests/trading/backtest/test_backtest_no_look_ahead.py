"""Nothing that comes after a bar changes what was done up to it."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading.backtest.test_backtest_kernel_and_twin import (
    all_rules,
    wild_market,
    wild_signals,
)
from trading.backtest.bars import BarSeries
from trading.backtest.market import Market
from trading.backtest.records import Backtest
from trading.backtest.rules import Rules
from trading.backtest.run import run
from trading.backtest.signals import Signals


def hostile(one: BarSeries, after_ms: int) -> BarSeries:
    """The same candles up to a moment, thrice the prices after it."""
    later = np.where(one.opened_ms >= after_ms, 3.0, 1.0)
    columns = {name: getattr(one, name) * later for name in ("open", "high", "low", "close")}
    return replace(one, **columns)


def turned(one: Signals, bars: BarSeries, after_ms: int) -> Signals:
    """The same wishes up to a moment, the opposite ones from the bars after it."""
    return Signals(
        one.symbol, np.where(bars.opened_ms >= after_ms, -one.side, one.side).astype(np.int8),
        one.close, one.stop, one.target, one.limit, one.size,
    )  # fmt: skip


def before(result: Backtest, bar: int) -> list[object]:
    """All that was known at the close of the bar before."""
    trades = result.trades
    ended = trades.exit_bar < bar
    numbers = (trades.net, trades.exit_price, trades.entry_bar, trades.reason)
    return [
        result.equity[:bar].tolist(),
        result.exposure[:bar].tolist(),
        [column[ended].tolist() for column in numbers],
    ]


@settings(max_examples=60)
@given(rules=all_rules, seed=st.integers(0, 2**32 - 1), bar=st.integers(2, 57))
def test_changing_what_comes_after_a_bar_changes_nothing_before(
    rules: Rules, seed: int, bar: int
) -> None:
    market = wild_market(np.random.default_rng(seed), tick=0.25, step=0.0, n_symbols=3)
    wishes = [wild_signals(np.random.default_rng(seed), one) for one in market.series]
    cut_ms = int(market.opened_ms[bar])

    changed = Market(
        tuple(hostile(one, cut_ms) for one in market.series),
        market.filters,
        market.funding,
        {symbol: hostile(one, cut_ms) for symbol, one in market.finer.items()},
    )
    other = [turned(one, bars, cut_ms) for one, bars in zip(wishes, market.series, strict=True)]

    assert before(run(changed, other, rules), bar) == before(run(market, wishes, rules), bar)
