"""The trades of a walk-forward: each window trades what was best in the time before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.backtesting.part_results import Line, PartResult
from tasks.backtesting.running import run_signals
from tasks.backtesting.sweeps import Sweep
from tasks.backtesting.trying import Ground
from trading.backtest.bars import BarSeries
from trading.backtest.ran import Ran
from trading.backtest.signals import Signals
from trading.backtest.stretches import Stretch, bars_of, cut, joined, market_of
from trading.backtest.walk_forward import Window


@dataclass(frozen=True, slots=True)
class Step:
    """A window and what it chose to trade; None where nothing was good enough."""

    window: Window
    chosen: Line | None


def steps_of(sweep: Sweep, results: Sequence[PartResult]) -> tuple[Step, ...]:
    """What every window chose by its training alone."""
    return tuple(
        Step(window, next(iter(result.best), None))
        for window, result in zip(sweep.windows, results, strict=True)
    )


def walk(ground: Ground, steps: Sequence[Step]) -> Ran:
    """One account through the tests of all windows, its positions carried from one to the next.

    The wishes of each window are those of its own choice, made of candles from the start of its
    training on. Days that no test covers are traded by nobody.
    """
    whole = Stretch(steps[0].window.test_from, steps[-1].window.until)
    market = market_of(ground.market, whole)
    series = {one.symbol: one for one in ground.market.series}
    signals = tuple(_wishes(ground, steps, series[symbol]) for symbol in market.symbols)
    return run_signals(market, signals, ground.rules({}))


def _wishes(ground: Ground, steps: Sequence[Step], series: BarSeries) -> Signals:
    """The wishes of one symbol from the first test to the last."""
    ends = [step.window.test_from for step in steps[1:]] + [steps[-1].window.until]
    return joined(
        [
            _window_wishes(ground, step, series, Stretch(step.window.test_from, until))
            for step, until in zip(steps, ends, strict=True)
        ]
    )


def _window_wishes(ground: Ground, step: Step, series: BarSeries, shown: Stretch) -> Signals:
    """Wishes from the test's first candle to the next test's; none after the test has ended."""
    known = bars_of(series, Stretch(step.window.train_from, shown.until))
    place = shown.of(known)
    if step.chosen is None:
        return Signals.none(series.symbol, place.stop - place.start)
    wished = ground.strategy(step.chosen.combination).signals(known)
    tested = Stretch(shown.since, step.window.until).of(known)
    idle = Signals.none(series.symbol, place.stop - tested.stop)
    return joined([cut(wished, tested), idle])
