"""A backtest of the built-in analyst wants what the live desk would have wanted."""

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.trading import builders
from tests.trading.backtest.strategies import bar_builders
from trading import indicators
from trading.analysis import Analysis
from trading.backtest.bars import BarSeries
from trading.backtest.live_twins.codes import REASONS, SPIKE
from trading.backtest.strategies.technical import Technical
from trading.backtest.strategies.technical_bars import TechnicalColumns
from trading.bars import to_bars
from trading.candles import Candle, Interval
from trading.instruments import Instrument
from trading.market import Ticker
from trading.reasons import Refused
from trading.signals import Signal, SignalRules, validate
from trading.snapshot import MarketInputs, MarketSnapshot, SnapshotRules, build_snapshot
from trading.technical_analyst import TechnicalRules, analyse

LOOKBACK = 250

Opinion = tuple[int, object, float | None, float | None]
"""Side, why it was refused, stop, target; levels only where nothing refused it."""


def test_the_defaults_are_those_of_the_desk() -> None:
    assert Technical().rules == TechnicalRules()


@pytest.mark.parametrize(
    ("tick", "move", "seed"), [("0.5", 0.004, 1), ("0.05", 0.0002, 2), ("0.25", 0.03, 3)]
)
def test_it_wants_what_a_desk_with_its_whole_snapshot_wants(
    tick: str, move: float, seed: int
) -> None:
    bars = bar_builders.walk(LOOKBACK + 120, seed=seed, start=500.0, tick=float(tick), move=move)
    _compare(bars, Decimal(tick), Technical(), whole_snapshot=True)


@pytest.mark.parametrize(
    ("changes", "seed"),
    [
        ({"lookback_bars": 60, "stop_atr": 6.0}, 4),
        ({"lookback_bars": 100, "pullback_bars": 60, "minimum_adx": 0.0}, 5),
        ({"lookback_bars": 52, "fast_period": 1, "slow_period": 7, "oscillator_period": 2}, 6),
        (
            {
                "lookback_bars": 30,
                "slow_period": 21,
                "oscillator_period": 4,
                "exhausted_rsi": 95.0,
            },
            6,
        ),
        ({"lookback_bars": 60, "stop_atr": 0.2, "exhausted_rsi": 70.0, "spike_atr": 1.2}, 7),
        ({"lookback_bars": 60, "reward_risk": 12.0, "breakout_period": 2}, 8),
        (
            {
                "lookback_bars": 60,
                "stop_atr": 20.0,
                "checks": SignalRules(maximum_stop_atr=Decimal(30)),
            },
            9,
        ),
    ],
)
def test_other_parameters_are_the_analysts_too(changes: dict[str, object], seed: int) -> None:
    bars = bar_builders.walk(400, seed=seed, start=90.0, tick=0.01, move=0.02)
    _compare(bars, Decimal("0.01"), Technical(**changes))  # type: ignore[arg-type]


_WINDOWS = {"short": 500, "long": 10_000}
"""Which one is meant is said by HYPOTHESIS_PROFILE: a second with every change, or a minute."""


def test_it_wants_the_same_in_many_made_up_windows() -> None:
    bars = bar_builders.walk(_windows() + LOOKBACK, seed=10)
    _compare(bars, Decimal("0.5"), Technical())


@pytest.mark.realdata
def test_it_wants_the_same_in_many_real_windows() -> None:
    folder = os.environ.get("AUTOTRADER_REAL_DATA")
    if not folder:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real candles")
    file = Path(folder) / "candles" / "bybit_linear_mohsenjfar" / "BTCUSDT_1h.parquet"
    table = pq.read_table(file).slice(8_000, _windows() + LOOKBACK)
    columns = [table[name].to_numpy() for name in ("open", "high", "low", "close", "volume")]
    bars = BarSeries("BTCUSDT", Interval.H1, table["ts_ms"].to_numpy(), *columns)
    _compare(bars, Decimal("0.1"), Technical())


def test_a_window_with_a_missing_candle_wants_nothing() -> None:
    bars = bar_builders.walk(600, seed=11)
    whole, gappy = Technical().columns(bars), Technical().columns(bar_builders.without(bars, 300))
    assert (gappy.side[300 : 300 + LOOKBACK - 1] == 0).all()
    assert (whole.side[550:] == gappy.side[549:]).all()
    assert gappy.side[549:].any()


def _windows() -> int:
    return _WINDOWS[os.environ.get("HYPOTHESIS_PROFILE", "short")]


def _compare(
    bars: BarSeries, tick: Decimal, technical: Technical, *, whole_snapshot: bool = False
) -> Counter[tuple[int, object]]:
    """How often each opinion came; every one must be the desk's."""
    technical = replace(technical, tick_sizes={bars.symbol: float(tick)})
    columns, lookback = technical.columns(bars), technical.lookback_bars
    candles, seen = bar_builders.to_candles(bars), Counter[tuple[int, object]]()
    look = _whole_snapshot if whole_snapshot else _snapshot
    for bar in range(lookback - 1, len(bars)):
        snapshot = look(candles[bar + 1 - lookback : bar + 1], tick)
        expected = _desk_opinion(snapshot, technical)
        assert _twin_opinion(columns, bar) == expected, f"bar {bar}"
        seen[expected[:2]] += 1
    assert {side for side, _ in seen} > {0}, f"too quiet a market: {seen}"
    return seen


def _twin_opinion(columns: TechnicalColumns, bar: int) -> Opinion:
    code = int(columns.code[bar])
    if code or not columns.side[bar]:
        return int(columns.side[bar]), REASONS[code], None, None
    return int(columns.side[bar]), None, float(columns.stop[bar]), float(columns.target[bar])


def _desk_opinion(snapshot: MarketSnapshot, technical: Technical) -> Opinion:
    answer = analyse(snapshot, technical.rules)
    assert isinstance(answer, Analysis), answer
    direction = answer.action.direction
    if direction is None:
        return 0, None, None, None
    if _is_spike(snapshot, technical):
        return direction.sign, REASONS[SPIKE], None, None
    said: Signal | Refused = validate(answer, snapshot, technical.checks)
    if isinstance(said, Refused):
        return direction.sign, said.reason, None, None
    return direction.sign, None, float(said.stop_loss), float(said.take_profit)


def _is_spike(snapshot: MarketSnapshot, technical: Technical) -> bool:
    last, before = snapshot.candles[-1], snapshot.indicators.atr_before
    assert before is not None
    return float(last.high - last.low) > technical.spike_atr * before


def _instrument(tick: Decimal) -> Instrument:
    return builders.instrument(tick_size=tick)


def _ticker(candles: tuple[Candle, ...], tick: Decimal) -> Ticker:
    last, now = candles[-1].close, candles[-1].opened_at + timedelta(hours=1, seconds=3)
    return builders.ticker(last, bid=last - tick, ask=last + tick, taken_at=now)


def _whole_snapshot(candles: tuple[Candle, ...], tick: Decimal) -> MarketSnapshot:
    ticker = _ticker(candles, tick)
    inputs = MarketInputs(_instrument(tick), Interval.H1, candles, ticker)
    # A spike is judged apart, because the desk does not ask the analyst about one.
    rules = SnapshotRules(bars=len(candles), spike_atr=1e9)
    built = build_snapshot(inputs, now=ticker.taken_at, rules=rules)
    assert isinstance(built, MarketSnapshot), built
    return built


_ANY = builders.snapshot()


def _snapshot(candles: tuple[Candle, ...], tick: Decimal) -> MarketSnapshot:
    """What analyst and checks ask of a snapshot; the rest of it takes most of its time."""
    bars, ticker = to_bars(candles), _ticker(candles, tick)
    ranges = indicators.atr(bars.high, bars.low, bars.close)
    return replace(
        _ANY,
        as_of=candles[-1].opened_at + timedelta(hours=1),
        taken_at=ticker.taken_at,
        candles=candles,
        ticker=ticker,
        instrument=_instrument(tick),
        indicators=replace(_ANY.indicators, atr=float(ranges[-1]), atr_before=float(ranges[-2])),
    )
