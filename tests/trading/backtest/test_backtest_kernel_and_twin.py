"""The compiled kernel and the plain Python twin trade alike, whatever the rules and the market."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.trading.backtest.backtest_builders import START_MS
from tests.trading.backtest.twin_engine import Twin
from trading.backtest.account_rules import AccountRules, Protections
from trading.backtest.bars import BarSeries
from trading.backtest.exit_rules import (
    ExitRules,
    GainUnit,
    InsideBar,
    Opposite,
    PartialExit,
    TargetGap,
)
from trading.backtest.market import Filters, Funding, Market
from trading.backtest.records import ExitReason, TradeColumns
from trading.backtest.rules import CostRules, Quote, Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.candles import Interval
from trading.limits import CooldownScope

MINUTES = 15
"""Finer candles in a bar of a quarter of an hour."""


def maybe(values: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    return st.none() | values


fractions = st.sampled_from([0.005, 0.01, 0.02, 0.05])
gains = st.sampled_from([0.005, 0.01, 0.03, 1.0, 2.0])


@st.composite
def sizings(draw: st.DrawFn) -> Sizing:
    kind, amount = draw(
        st.sampled_from(
            [
                ("equity_fraction", 0.2),
                ("equity_fraction", 2.0),
                ("risk_fraction", 0.02),
                ("notional_usdt", 300.0),
                ("quantity", 2.5),
            ]
        )
    )
    return Sizing(**{kind: amount}, quoted_at=draw(st.sampled_from(Quote)))


@st.composite
def exit_rules(draw: st.DrawFn) -> ExitRules:
    parts = (PartialExit(0.004, 0.3), PartialExit(0.02, 0.4))
    return ExitRules(
        stop_fraction=draw(maybe(fractions)),
        target=draw(maybe(gains)),
        trailing_distance=draw(maybe(gains)),
        trailing_from=draw(st.sampled_from([0.0, 0.01, 1.0])),
        break_even_at=draw(maybe(gains)),
        partials=draw(st.sampled_from([(), parts[:1], parts])),
        gains_in=draw(st.sampled_from(GainUnit)),
        held_at_most=draw(st.none() | st.just(timedelta(minutes=45))),
        opposite=draw(st.sampled_from(Opposite)),
        inside_bar=draw(st.sampled_from(InsideBar)),
        target_gap=draw(st.sampled_from(TargetGap)),
    )


protections = st.builds(
    Protections,
    cooldown_after_stop=st.sampled_from([timedelta(0), timedelta(minutes=30)]),
    cooldown_scope=st.sampled_from(CooldownScope),
    stop_guard_stops=st.sampled_from([0, 2]),
    losing_symbol_trades=st.sampled_from([0, 2]),
    max_symbol_loss_fraction=maybe(st.just(0.02)),
)
account_rules = st.builds(
    AccountRules,
    initial_equity_usdt=st.just(1_000.0),
    leverage=st.sampled_from([1.0, 10.0, 50.0]),
    max_open_positions=st.none() | st.sampled_from([1, 2]),
    max_symbol_exposure_fraction=maybe(st.just(0.5)),
    max_total_exposure_fraction=maybe(st.just(1.5)),
    max_entries_per_day=st.none() | st.just(12),
    max_daily_loss_fraction=maybe(st.just(0.02)),
    max_drawdown_fraction=maybe(st.just(0.1)),
    closes_on_brake=st.booleans(),
    protections=st.none() | protections,
)
cost_rules = st.builds(
    CostRules,
    entry_slippage_bps=st.sampled_from([0.0, 10.0]),
    exit_slippage_bps=st.sampled_from([0.0, 10.0]),
    target_is_maker=st.booleans(),
    half_spread_ticks=st.sampled_from([0, 1, 3]),
)
all_rules = st.builds(
    Rules,
    sizing=sizings(),
    exits=exit_rules(),
    costs=cost_rules,
    account=account_rules,
    limit_valid_bars=st.sampled_from([1, 3]),
)


def walk(rng: np.random.Generator, n_bars: int, tick: float) -> tuple[np.ndarray, ...]:
    """Candles of a wild market that opens away from where it closed; prices on quarters."""
    closes = 100 * np.exp(np.cumsum(rng.normal(0, 0.012, n_bars)))
    opens = np.roll(closes, 1) * np.exp(rng.normal(0, 0.004, n_bars))
    opens[0] = 100.0
    grid = tick or 2.0**-20
    opens, closes = np.round(opens / grid) * grid, np.round(closes / grid) * grid
    highs = np.maximum(opens, closes) + grid * rng.integers(0, int(1.5 / grid), n_bars)
    lows = np.minimum(opens, closes) - grid * rng.integers(0, int(1.5 / grid), n_bars)
    return opens, highs, lows, closes


def wild_market(rng: np.random.Generator, *, tick: float, step: float, n_symbols: int) -> Market:
    """Symbols that lack candles here and there, one of them with finer candles and funding."""
    n_bars, length = 60, 900_000
    times = START_MS + length * np.arange(n_bars, dtype=np.int64)
    all_series, finer, funding = [], {}, {}
    for index in range(n_symbols):
        symbol = f"S{index}USDT"
        fine = walk(rng, n_bars * MINUTES, tick)
        opens, highs, lows, closes = (column.reshape(n_bars, MINUTES) for column in fine)
        columns = (opens[:, 0], highs.max(axis=1), lows.min(axis=1), closes[:, -1])
        kept = np.flatnonzero(rng.random(n_bars) > 0.08 * index)
        rows = (np.ascontiguousarray(column[kept]) for column in columns)
        all_series.append(BarSeries(symbol, Interval.M15, times[kept], *rows, np.ones(len(kept))))
        if rng.random() < 0.5:
            fine_times = START_MS + 60_000 * np.arange(n_bars * MINUTES, dtype=np.int64)
            there = np.flatnonzero(rng.random(len(fine_times)) > 0.01)
            minutes = (np.ascontiguousarray(column[there]) for column in fine)
            finer[symbol] = BarSeries(
                symbol, Interval.M1, fine_times[there], *minutes, np.ones(len(there))
            )
        at_ms = START_MS + 1_800_000 * np.arange(-1, 40, dtype=np.int64) + 60_000 * index
        funding[symbol] = Funding(at_ms, rng.normal(0, 0.001, len(at_ms)))
    filters = {
        "S0USDT": Filters(tick, step, minimum_quantity=4 * step, minimum_notional_usdt=20.0)
    }
    return Market(tuple(all_series), filters, funding, finer)


def wild_signals(rng: np.random.Generator, one: BarSeries) -> Signals:
    """Wishes of every kind, some of them impossible."""
    n_bars = len(one)

    def some(values: np.ndarray, share: float) -> np.ndarray:
        return np.where(rng.random(n_bars) < share, values, np.nan)

    side = rng.choice([-1, 0, 0, 0, 1], n_bars).astype(np.int8)
    distance = rng.choice([-0.25, 0.5, 1.0, 2.0], n_bars)
    return Signals(
        one.symbol,
        side,
        close=rng.random(n_bars) < 0.05,
        stop=some(one.close - side * distance, 0.4),
        target=some(one.close + side * rng.choice([-0.25, 1.0, 3.0], n_bars), 0.3),
        limit=some(one.close - side * rng.choice([-0.5, 0.25, 1.0], n_bars), 0.3),
        size=some(np.full(n_bars, 0.5), 0.1),
    )


def furthest(market: Market, trades: TradeColumns) -> list[tuple[float, float]]:
    """Against and for each trade, looked up bar by bar; of the exit's bar only the exit counts."""
    found = []
    for row in range(len(trades)):
        entered, symbol = float(trades.entry_price[row]), trades.symbol[row]
        # What is open at the end was held through the last bar.
        end = trades.exit_bar[row] + (trades.reason[row] == ExitReason.OPEN_AT_END)
        bars = slice(trades.entry_bar[row], end)
        prices = [entered, float(trades.exit_price[row])]
        prices += [*market.grid.low[bars, symbol], *market.grid.high[bars, symbol]]
        known = [price for price in prices if not np.isnan(price)]
        down, up = (entered - min(known)) / entered, (max(known) - entered) / entered
        found.append((down, up) if trades.side[row] > 0 else (up, down))
    return found


FILLED_BEYOND_ITS_CANDLE = Rules(
    exits=ExitRules(trailing_distance=0.005),
    costs=CostRules(entry_slippage_bps=10.0, half_spread_ticks=3),
    account=AccountRules(initial_equity_usdt=1000.0),
)
"""A stop that trails from the fill on, which slippage puts where no candle comes."""


@example(rules=FILLED_BEYOND_ITS_CANDLE, seed=8, tick=0.25, step=0.0, n_symbols=1)
@settings(max_examples=150)
@given(
    rules=all_rules,
    seed=st.integers(0, 2**32 - 1),
    tick=st.sampled_from([0.0, 0.25]),
    step=st.sampled_from([0.0, 0.125]),
    n_symbols=st.sampled_from([1, 3]),
)
def test_the_kernel_trades_as_the_plain_twin_does(
    rules: Rules, seed: int, tick: float, step: float, n_symbols: int
) -> None:
    rng = np.random.default_rng(seed)
    market = wild_market(rng, tick=tick, step=step, n_symbols=n_symbols)
    wishes = [wild_signals(rng, one) for one in market.series]

    twin, result = Twin(market, wishes, rules).run(), run(market, wishes, rules)

    trades = result.trades
    assert [t.reason for t in twin.trades] == list(trades.reason)
    assert [(t.symbol, t.side, t.entry_bar, t.exit_bar, t.exit_ms) for t in twin.trades] == list(
        zip(
            trades.symbol, trades.side, trades.entry_bar, trades.exit_bar, trades.exit_ms,
            strict=True,
        )
    )  # fmt: skip
    for name in ("quantity", "entry_price", "gross", "fees", "funding", "net", "risk"):
        expected = [getattr(t, name) for t in twin.trades]
        assert getattr(trades, name) == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)
    assert [t.is_ambiguous for t in twin.trades] == list(trades.is_ambiguous)
    against, in_favour = zip(*furthest(market, trades), strict=True) if len(trades) else ((), ())
    assert trades.adverse == pytest.approx(against, abs=1e-12)
    assert trades.favourable == pytest.approx(in_favour, abs=1e-12)
    assert result.equity == pytest.approx(twin.equity, rel=1e-9)
    assert result.exposure == pytest.approx(twin.exposure, rel=1e-9)
    late = sum(bool(one.side[-1]) for one in wishes)
    known = twin.refused | ({"backtest.no_next_bar": late} if late else {})
    assert result.refused == known
    assert 1_000 + trades.net.sum() == pytest.approx(result.equity[-1])
