"""How far a backtest may be believed: one badge per way of fooling oneself, each one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trading.backtest.bars import BarSeries
from trading.backtest.poison import PoisonResult
from trading.backtest.strategies.decisions import Timing

FEWEST_DAYS, FEWEST_TRADES = 30, 20
"""Below these nothing is said about an edge (specification of the learning system, §4.4)."""
ENOUGH_TRADES = 200

# Our judgement, as shares: of the candles, of the trades, of the net profit that the order inside
# a candle moves; then the probabilities of an edge.
_GAPS_WARN, _GAPS_BAD = 0.0, 0.001
_AMBIGUOUS_WARN, _AMBIGUOUS_BAD = 0.01, 0.05
_MATTERS, _DECIDES = 0.1, 0.5
_CONFIDENT = 0.95
_LIKELY = 0.5
_LATE_SECONDS = 60.0


class Level(StrEnum):
    """How loudly a badge speaks."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Badge:
    """One judgement: what was looked at, how bad it is and what was seen."""

    name: str
    level: Level
    sentence: str


def look_ahead(results: Sequence[PoisonResult], blind: str = "") -> Badge:
    """Whether the strategy knew later candles; `results` has one entry per tested symbol.

    `blind` is the sentence that says why no test is needed, where none is.
    """
    name = "look-ahead"
    if blind:
        return Badge(name, Level.OK, blind)
    if not results:
        return Badge(name, Level.WARN, "The look-ahead test was not run.")
    peek = next((peek for result in results for peek in result.peeks), None)
    if peek is not None:
        return Badge(name, Level.BAD, f"The strategy knows later candles. {peek.sentence}.")
    fickle = [result.symbol for result in results if not result.is_repeatable]
    if fickle:
        sentence = f"Same candles, other signals ({fickle[0]}): the strategy cannot be tested."
        return Badge(name, Level.BAD, sentence)
    trials = sum(result.trials for result in results)
    sentence = f"Later candles were replaced {trials} times; no earlier signal changed."
    return Badge(name, Level.OK, sentence)


def gaps(series: Sequence[BarSeries]) -> Badge:
    """Whether candles are missing, as a share of those there should be over all symbols."""
    name = "gaps"
    missing = sum(bars.missing for bars in series)
    expected = missing + sum(len(bars) for bars in series)
    if not missing:
        return Badge(name, Level.OK, f"No candle of {expected:,} is missing.")
    share = missing / expected
    holed = ", ".join(bars.symbol for bars in series if bars.missing)
    sentence = f"{missing:,} of {expected:,} candles are missing ({share:.2%}: {holed})."
    return Badge(name, _level(share, _GAPS_WARN, _GAPS_BAD), sentence)


def contamination(decisions: int | None, contaminated: int) -> Badge:
    """Whether a model may have known the outcome: decisions made up to 30 days after its cut-off.

    `decisions` is None for rules, which learned nothing (learning system, §4.7).
    """
    name = "contamination"
    if decisions is None:
        return Badge(name, Level.OK, "Does not apply: a rule has no training data.")
    if not decisions:
        return Badge(name, Level.WARN, "No stored decision lies in this range.")
    if not contaminated:
        sentence = f"All {decisions:,} decisions are later than what the model may have read."
        return Badge(name, Level.OK, sentence)
    sentence = (
        f"{contaminated:,} of {decisions:,} decisions ({contaminated / decisions:.1%}) may rest "
        "on what the model read about those days; they prove nothing."
    )
    return Badge(name, Level.BAD, sentence)


def timing(seen: Timing | None) -> tuple[Badge, ...]:
    """Whether replayed decisions acted when the live desk did; no badge for rules."""
    if seen is None:
        return ()
    sentence = (
        f"{seen.traded:,} decisions acted at the next open, {seen.waited_seconds / 60:,.1f} "
        "minutes late on average; the live desk acted at once."
    )
    if seen.untraded:
        sentence += f" {seen.untraded:,} lie outside the candles or in a gap: never traded."
    is_late = seen.waited_seconds > _LATE_SECONDS
    if is_late:
        sentence += " Candles of one minute come closest."
    level = Level.WARN if is_late or seen.untraded else Level.OK
    return (Badge("timing", level, sentence),)


def sample_size(
    trades: int, days: int, needed_days: float | None, *, stopped: datetime | None = None
) -> Badge:
    """Whether there is enough to judge by; `needed_days` is the minimum track record length.

    `days` are those on which entries were possible: after `stopped` a brake held for good.
    """
    name = "sample size"
    have = f"{trades:,} trades on {days:,} days"
    if stopped is not None:
        have += f" (after {stopped:%Y-%m-%d} the drawdown brake let nothing in)"
    if trades < FEWEST_TRADES or days < FEWEST_DAYS:
        sentence = f"{have}: too few to say anything ({FEWEST_TRADES} and {FEWEST_DAYS} needed)."
        return Badge(name, Level.BAD, sentence)
    if needed_days is not None and days < needed_days:
        sentence = f"{have}; a Sharpe ratio this small needs {needed_days:,.0f} days to be proven."
        return Badge(name, Level.WARN, sentence)
    if trades < ENOUGH_TRADES:
        sentence = f"{have}; below {ENOUGH_TRADES} trades luck weighs as much as skill."
        return Badge(name, Level.WARN, sentence)
    return Badge(name, Level.OK, f"{have}.")


def ambiguity(
    ambiguous: int, trades: int, nets_usdt: tuple[float, float] | None, *, looked_into: str = ""
) -> Badge:
    """Whether the unknown order of stop and target inside a candle decides the result.

    `nets_usdt` is the net profit with the stop first and with the target first, `looked_into` the
    length of the finer candles that were asked first; empty without any.
    """
    name = "ambiguity"
    finer = f" of {looked_into}" if looked_into else ""
    if not ambiguous:
        return Badge(name, Level.OK, f"Stop and target never lay in one candle{finer}.")
    share = ambiguous / trades
    sentence = f"Stop and target lay in one candle{finer} in {ambiguous:,} of {trades:,} trades"
    if nets_usdt is None:
        level = max(Level.WARN, _level(share, _AMBIGUOUS_WARN, _AMBIGUOUS_BAD), key=_severity)
        return Badge(name, level, f"{sentence}; the other order was not tried.")
    worse, better = min(nets_usdt), max(nets_usdt)
    if worse == better:
        return Badge(name, Level.OK, f"{sentence}; either order gives the same net profit.")
    bounds = f"the net profit lies between {worse:+,.0f} and {better:+,.0f} USDT"
    if worse < 0 < better:
        return Badge(name, Level.BAD, f"{sentence}: {bounds}, so even its sign is unknown.")
    # A single trade may decide everything: what counts is its effect as much as its number.
    effect = (better - worse) / max(abs(worse), abs(better))
    levels = _level(share, _AMBIGUOUS_WARN, _AMBIGUOUS_BAD), _level(effect, _MATTERS, _DECIDES)
    return Badge(name, max(levels, key=_severity), f"{sentence}: {bounds}.")


def overfitting(trials: int, psr: float | None, dsr: float | None) -> Badge:
    """Whether the best of `trials` combinations may be luck.

    `psr` is the probability that the Sharpe ratio is above 0, `dsr` the same after the best of
    `trials` was picked (Bailey and López de Prado 2014); None where it cannot be said.
    """
    name = "overfitting"
    chance = psr if trials <= 1 else dsr
    tried = "One combination was tried" if trials <= 1 else f"{trials:,} combinations were tried"
    if chance is None:
        return Badge(name, Level.WARN, f"{tried}; whether the result is luck cannot be said.")
    sentence = f"{tried}; a true Sharpe ratio above 0 has a probability of {chance:.0%}"
    if trials <= 1:
        sentence += " if nothing else was tried before"
    if chance >= _CONFIDENT:
        return Badge(name, Level.OK, f"{sentence}.")
    level = Level.WARN if trials <= 1 or chance >= _LIKELY else Level.BAD
    return Badge(name, level, f"{sentence} ({_CONFIDENT:.0%} is the bar).")


def _level(share: float, warn_above: float, bad_above: float) -> Level:
    if share > bad_above:
        return Level.BAD
    return Level.WARN if share > warn_above else Level.OK


def _severity(level: Level) -> int:
    return list(Level).index(level)
