"""Many runs give what each would give alone, in order, whatever the number of threads."""

from collections.abc import Iterator
from dataclasses import fields
from math import sqrt

import numpy as np
import pytest

from tests.trading.backtest.backtest_builders import START_MS, flat, market, rules, series, signals
from tests.trading.backtest.test_backtest_kernel_and_twin import wild_market, wild_signals
from trading.backtest.account_rules import AccountRules
from trading.backtest.exit_rules import ExitRules
from trading.backtest.kernel_curve import STRETCH
from trading.backtest.many import Batch, run_many
from trading.backtest.market import Market
from trading.backtest.rules import Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.backtest.summaries import Summaries, summary_of
from trading.candles import Interval
from trading.errors import InvariantError

WILD = wild_market(np.random.default_rng(7), tick=0.25, step=0.0, n_symbols=3)
SEEDS = range(9)
RULES = [
    Rules(
        sizing=Sizing(equity_fraction=0.3),
        exits=ExitRules(stop_fraction=stop, target=0.03),
        account=AccountRules(max_drawdown_fraction=deepest),
    )
    for stop, deepest in ((0.005, None), (0.01, 0.05), (0.02, None))
]


def wishes(seed: int) -> list[Signals]:
    rng = np.random.default_rng(seed)
    return [wild_signals(rng, one) for one in WILD.series]


def batches() -> Iterator[Batch]:
    for seed in SEEDS:
        yield Batch(lambda seed=seed: wishes(seed), RULES)


def rows(summaries: Summaries) -> list[tuple[float, ...]]:
    columns = [getattr(summaries, one.name) for one in fields(summaries)]
    return [tuple(map(float, row)) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize("threads", [1, 2])
def test_each_row_is_the_summary_of_its_run(threads: int) -> None:
    told: list[int] = []

    many = run_many(WILD, batches(), threads=threads, progress=told.append)

    alone = [summary_of(run(WILD, wishes(seed), one)) for seed in SEEDS for one in RULES]
    assert np.array(rows(many)) == pytest.approx(
        np.array(rows(Summaries.joined(alone))), rel=1e-12, nan_ok=True
    )
    assert told == [3 * (n + 1) for n in range(9)]


def test_a_curve_that_is_measured_and_forgotten_has_the_figures_of_one_that_is_kept() -> None:
    # More bars than are kept at a time, and a day that lacks some.
    rng, n_bars = np.random.default_rng(3), 2 * STRETCH + 77
    closes = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.002, n_bars))), 2)
    times = START_MS + 60_000 * np.delete(np.arange(n_bars + 500), slice(4_000, 4_500))
    prices = [(close, close + 0.1, close - 0.1, close) for close in closes]
    long = Market((series(prices, interval=Interval.M1, opened_ms=times),))
    side = rng.choice([-1, 0, 0, 0, 1], n_bars).astype(np.int8)

    many = run_many(long, [Batch(lambda: [Signals("BTCUSDT", side)], RULES)])

    alone = [summary_of(run(long, [Signals("BTCUSDT", side)], one)) for one in RULES]
    assert max(many.trades) > 1_000
    assert np.array(rows(many)) == pytest.approx(
        np.array(rows(Summaries.joined(alone))), rel=1e-11
    )


def test_batches_are_asked_for_when_their_turn_comes() -> None:
    asked: list[int] = []

    def endless() -> Iterator[Batch]:
        for number in range(10**9):
            asked.append(number)
            yield Batch(lambda number=number: _fails_at_third(number), RULES[:1])

    with pytest.raises(ZeroDivisionError):
        run_many(WILD, endless(), threads=2)
    assert len(asked) < 8


def _fails_at_third(number: int) -> list[Signals]:
    return wishes(1 // (3 - number))


def test_no_batches_give_no_rows() -> None:
    assert len(run_many(WILD, [])) == 0


def test_no_threads_are_refused() -> None:
    with pytest.raises(InvariantError, match="threads is 0; at least 1"):
        run_many(WILD, [], threads=0)


def test_the_figures_of_a_run_by_hand() -> None:
    # Three days: +10 of 1,000, then -20.
    candles = [flat()] * 24 + [flat(110)] * 24 + [flat(90)] * 24
    wish = signals(72, (0, 1), (40, -1))

    found = summary_of(run(market(*candles), [wish], rules()))

    returns = np.array([0, 0.01, 20 / 1010])
    assert (found.trades[0], found.closed[0], found.wins[0], found.days[0]) == (2, 1, 2, 3)
    assert found.final_equity[0] == 1030
    assert found.gross_profit[0] == 30
    assert np.isnan(found.profit_factor[0])
    assert found.win_rate[0] == 1
    assert found.max_drawdown[0] == 0
    assert found.sharpe[0] == pytest.approx(returns.mean() / returns.std(ddof=1) * sqrt(365))


def test_a_fall_is_measured_from_the_highest_equity() -> None:
    candles = [flat(), flat(), flat(150), flat(90), flat(120), flat(80)]

    found = summary_of(run(market(*candles), [signals(6, (0, 1))], rules()))

    assert found.max_drawdown[0] == pytest.approx(70 / 1050)
