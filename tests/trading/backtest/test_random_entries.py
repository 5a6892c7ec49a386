"""Random entries keep everything of the strategy but its moments."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures.backtest_runs import market_of, ran_of
from trading.backtest.exit_rules import ExitRules
from trading.backtest.ran import Ran
from trading.backtest.random_entries import _drawn, _plans, _starts, enter_at_random
from trading.backtest.rules import CostRules, Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.errors import InvariantError

RULES = Rules(
    sizing=Sizing(equity_fraction=0.1), costs=CostRules.none(), exits=ExitRules(target=0.03)
)


@pytest.fixture(scope="module")
def ran() -> Ran:
    market = market_of(symbols=("BTCUSDT", "ETHUSDT"), count=1200)
    signals = ran_of(market).signals
    return Ran(market, signals, RULES, run(market, signals, RULES))


def test_equal_seeds_give_equal_runs(ran: Ran) -> None:
    first, again, other = (enter_at_random(ran, seed=seed, runs=20) for seed in (1, 1, 2))

    assert first is not None
    assert again is not None
    assert other is not None
    assert first.net_usdt.tolist() == again.net_usdt.tolist()
    assert first.net_usdt.tolist() != other.net_usdt.tolist()


def test_a_random_run_trades_as_often_as_the_strategy(ran: Ran) -> None:
    chance = enter_at_random(ran, seed=1, runs=20)

    assert chance is not None
    assert chance.trades == pytest.approx(len(ran.backtest.trades), rel=0.02)


def test_the_percentile_is_the_share_of_random_runs_beaten(ran: Ran) -> None:
    chance = enter_at_random(ran, seed=1, runs=40)
    own = ran.backtest.equity[-1] - ran.backtest.initial_equity

    assert chance is not None
    assert (np.diff(chance.net_usdt) >= 0).all()
    assert chance.percentile == np.mean(chance.net_usdt < own)


def test_a_strategy_that_knows_the_future_beats_chance() -> None:
    market = market_of(symbols=("BTCUSDT",), count=1200)
    bars = market.series[0]
    side = np.zeros(len(bars), np.int8)
    side[:-25:30] = np.sign(bars.close[25::30] - bars.close[:-25:30])
    close = np.zeros(len(bars), np.bool_)
    close[24::30] = True
    signals = (Signals("BTCUSDT", side, close=close),)
    rules = replace(RULES, exits=ExitRules())

    seer = Ran(market, signals, rules, run(market, signals, rules))
    chance = enter_at_random(seer, seed=1, runs=50)

    assert chance is not None
    assert chance.percentile == 1.0


def test_without_trades_there_is_nothing_to_compare() -> None:
    market = market_of(symbols=("BTCUSDT",), count=100)
    signals = (Signals.none("BTCUSDT", 100),)

    idle = Ran(market, signals, RULES, run(market, signals, RULES))

    assert enter_at_random(idle, seed=1, runs=5) is None


def test_no_runs_are_refused(ran: Ran) -> None:
    with pytest.raises(InvariantError, match="0 random runs"):
        enter_at_random(ran, seed=1, runs=0)


def test_each_wish_keeps_its_side_and_the_distance_of_its_stop(ran: Ran) -> None:
    for signals, bars in zip(_drawn(list(_plans(ran)), 1, 0), ran.market.series, strict=True):
        wished = signals.side != 0
        assert signals.stop is not None
        distance = signals.side[wished] * (1 - signals.stop[wished] / bars.close[wished])
        assert distance == pytest.approx(0.015)


def test_the_mix_of_sides_is_the_strategys(ran: Ran) -> None:
    for place, signals in enumerate(_drawn(list(_plans(ran)), 1, 0)):
        own = ran.backtest.trades.side[ran.backtest.trades.symbol == place]
        assert sorted(signals.side[signals.side != 0]) == sorted(own)


def test_trades_without_recorded_signals_keep_their_length(ran: Ran) -> None:
    bare = replace(ran, signals=())

    plans = list(_plans(bare))

    assert [plan.bars.symbol for plan in plans] == ["BTCUSDT", "ETHUSDT"]
    assert all(plan.is_cut.all() and not plan.prices for plan in plans)
    assert enter_at_random(bare, seed=1, runs=3) is not None


@settings(max_examples=100, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=20),
    spare=st.integers(1, 50),
    seed=st.integers(0, 1000),
)
def test_moved_trades_never_overlap_and_fit_the_candles(
    lengths: list[int], spare: int, seed: int
) -> None:
    length = np.array(lengths)
    bars = int(length.sum()) + spare

    starts = _starts(length, bars, np.random.default_rng(seed))

    assert (starts[1:] >= (starts + length)[:-1]).all()
    assert starts[0] >= 0
    assert (starts + length)[-1] <= bars - 1
