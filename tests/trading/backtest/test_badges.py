"""Each badge speaks in one sentence, as loudly as what was seen deserves."""

from datetime import UTC, datetime

import numpy as np
import pytest

from tests.fixtures.backtest_runs import bars_of
from trading.backtest.badges import (
    Badge,
    Level,
    ambiguity,
    contamination,
    gaps,
    look_ahead,
    overfitting,
    sample_size,
    timing,
)
from trading.backtest.bars import BarSeries
from trading.backtest.poison import Hostile, Peek, PoisonResult
from trading.backtest.strategies.decisions import Timing

PEEK = Peek("ETHUSDT", 4, datetime(2024, 1, 2, 3, tzinfo=UTC), "side", 9, Hostile.CRASH)


def poisoned(*peeks: Peek, repeatable: bool = True) -> PoisonResult:
    return PoisonResult("ETHUSDT", 100, 15, peeks, repeatable)


def holed(bars: BarSeries, *missing: int) -> BarSeries:
    names = ("opened_ms", "open", "high", "low", "close", "volume")
    kept = {name: np.delete(getattr(bars, name), missing) for name in names}
    return BarSeries(symbol=bars.symbol, interval=bars.interval, **kept)


@pytest.mark.parametrize(
    ("results", "level", "words"),
    [
        ([], Level.WARN, "was not run"),
        ([poisoned(), poisoned()], Level.OK, "replaced 30 times; no earlier signal changed"),
        ([poisoned(), poisoned(PEEK)], Level.BAD, "knows later candles. ETHUSDT: `side`"),
        ([poisoned(repeatable=False)], Level.BAD, "Same candles, other signals (ETHUSDT)"),
    ],
)
def test_look_ahead(results: list[PoisonResult], level: Level, words: str) -> None:
    badge = look_ahead(results)

    assert badge.level is level
    assert words in badge.sentence


def test_what_is_never_shown_a_later_candle_needs_no_test() -> None:
    sentence = "The strategy is asked bar by bar and never shown a later candle."

    assert look_ahead([], sentence) == Badge("look-ahead", Level.OK, sentence)


@pytest.mark.parametrize(
    ("missing", "badge"),
    [
        ((), Badge("gaps", Level.OK, "No candle of 4,000 is missing.")),
        (
            (5, 6),
            Badge("gaps", Level.WARN, "2 of 4,000 candles are missing (0.05%: ETHUSDT)."),
        ),
        (
            tuple(range(5, 45)),
            Badge("gaps", Level.BAD, "40 of 4,000 candles are missing (1.00%: ETHUSDT)."),
        ),
    ],
)
def test_gaps_are_counted_over_all_symbols(missing: tuple[int, ...], badge: Badge) -> None:
    whole = bars_of("BTCUSDT", count=2000)

    assert gaps([whole, holed(bars_of("ETHUSDT", count=2000), *missing)]) == badge


@pytest.mark.parametrize(
    ("decisions", "contaminated", "level", "words"),
    [
        (None, 0, Level.OK, "Does not apply"),
        (0, 0, Level.WARN, "No stored decision"),
        (1200, 0, Level.OK, "All 1,200 decisions are later"),
        (1200, 30, Level.BAD, "30 of 1,200 decisions (2.5%) may rest"),
    ],
)
def test_contamination(decisions: int | None, contaminated: int, level: Level, words: str) -> None:
    badge = contamination(decisions, contaminated)

    assert badge.level is level
    assert words in badge.sentence


@pytest.mark.parametrize(
    ("trades", "days", "needed", "level"),
    [
        (19, 400, 10.0, Level.BAD),
        (500, 29, 10.0, Level.BAD),
        (500, 400, 401.0, Level.WARN),
        (199, 400, 100.0, Level.WARN),
        (200, 400, 100.0, Level.OK),
        (200, 400, None, Level.OK),
    ],
)
def test_sample_size(trades: int, days: int, needed: float | None, level: Level) -> None:
    badge = sample_size(trades, days, needed)

    assert badge.level is level
    assert badge.sentence.startswith(f"{trades} trades on {days} days")


@pytest.mark.parametrize(
    ("ambiguous", "nets", "level", "words"),
    [
        (0, None, Level.OK, "never lay in one candle"),
        (1, None, Level.WARN, "the other order was not tried"),
        (60, None, Level.BAD, "the other order was not tried"),
        (5, (100.0, 100.0), Level.OK, "either order gives the same"),
        (5, (240.0, 250.0), Level.OK, "between +240 and +250 USDT"),
        (20, (240.0, 250.0), Level.WARN, "in 20 of 1,000 trades"),
        (60, (240.0, 250.0), Level.BAD, "between +240 and +250 USDT"),
        (1, (200.0, 250.0), Level.WARN, "between +200 and +250 USDT"),
        (1, (-5787.0, -2267.0), Level.BAD, "between -5,787 and -2,267 USDT"),
        (5, (-10.0, 20.0), Level.BAD, "even its sign is unknown"),
        (5, (20.0, -10.0), Level.BAD, "between -10 and +20 USDT"),
    ],
)
def test_ambiguity(
    ambiguous: int, nets: tuple[float, float] | None, level: Level, words: str
) -> None:
    badge = ambiguity(ambiguous, 1000, nets)

    assert badge.level is level
    assert words in badge.sentence


@pytest.mark.parametrize(
    ("ambiguous", "words"), [(0, "one candle of 1m."), (3, "one candle of 1m in 3 of")]
)
def test_ambiguity_names_the_candles_that_were_looked_into(ambiguous: int, words: str) -> None:
    assert words in ambiguity(ambiguous, 1000, (5.0, 6.0), looked_into="1m").sentence


@pytest.mark.parametrize(
    ("trials", "psr", "dsr", "level", "words"),
    [
        (1, 0.97, None, Level.OK, "probability of 97% if nothing else was tried before."),
        (1, 0.60, None, Level.WARN, "(95% is the bar)"),
        (1, 0.10, None, Level.WARN, "One combination was tried"),
        (1, None, None, Level.WARN, "cannot be said"),
        (1000, 0.99, 0.96, Level.OK, "1,000 combinations were tried"),
        (1000, 0.99, 0.70, Level.WARN, "probability of 70%"),
        (1000, 0.99, 0.30, Level.BAD, "probability of 30%"),
        (1000, 0.99, None, Level.WARN, "cannot be said"),
    ],
)
def test_overfitting_is_judged_after_all_trials(
    trials: int, psr: float | None, dsr: float | None, level: Level, words: str
) -> None:
    badge = overfitting(trials, psr, dsr)

    assert badge.level is level
    assert words in badge.sentence


def test_the_sample_ends_where_a_brake_held_for_good() -> None:
    badge = sample_size(81, 48, None, stopped=datetime(2024, 1, 16, tzinfo=UTC))

    assert badge.sentence.startswith("81 trades on 48 days (after 2024-01-16 the drawdown brake")


@pytest.mark.parametrize(
    ("seen", "level", "words"),
    [
        (Timing(40, 0, 20.0), Level.OK, "40 decisions acted at the next open, 0.3 minutes late"),
        (Timing(40, 0, 3540.0), Level.WARN, "59.0 minutes late on average; the live desk acted"),
        (Timing(40, 0, 3540.0), Level.WARN, "Candles of one minute come closest."),
        (Timing(40, 3, 20.0), Level.WARN, "3 lie outside the candles or in a gap: never traded."),
    ],
)
def test_replayed_decisions_say_how_late_they_acted(
    seen: Timing, level: Level, words: str
) -> None:
    (badge,) = timing(seen)

    assert (badge.name, badge.level) == ("timing", level)
    assert words in badge.sentence


def test_a_rule_needs_no_judgement_of_its_timing() -> None:
    assert timing(None) == ()
