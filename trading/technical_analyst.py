"""The built-in analyst: a plain trend-following rule set. A baseline, not an edge.

It needs no key, no network and no model, gives the same answer to the same snapshot, and is what
every other analyst has to beat. In words: trade with the trend (fast over slow average, enough
ADX, directional indicators in agreement), when price breaks out of its recent range or resumes
after touching the fast average; stop and target at fixed multiples of ATR. The parameters are
textbook values, not fitted to any history.
"""

from dataclasses import dataclass
from decimal import Decimal

from trading import indicators
from trading.analysis import (
    LONGEST_HORIZON_BARS,
    SHORTEST_HORIZON_BARS,
    Abstention,
    AbstentionCode,
    Action,
    Analysis,
    FlatReason,
    Probabilities,
    Regime,
)
from trading.bars import Bars, Series, to_bars
from trading.checks import require
from trading.positions import Direction
from trading.snapshot import MarketSnapshot

NAME = "technical-baseline"
VERSION = "1"
DISCLAIMER = "built-in baseline: fixed textbook rules, no measured edge"


@dataclass(frozen=True, slots=True)
class TechnicalRules:
    """The parameters. Periods in bars; RSI and ADX 0..100; stop in ATR, target in stops.

    `no_touch_percent` is the share of trades said to meet neither level within the horizon;
    `lean_points` how far `p_up` leaves 50 in the direction of the trade. Neither is measured.
    """

    fast_period: int = 20
    slow_period: int = 50
    oscillator_period: int = 14
    breakout_period: int = 20
    pullback_bars: int = 3
    minimum_adx: float = 15.0
    exhausted_rsi: float = 80.0
    stop_atr: Decimal = Decimal("1.5")
    reward_risk: Decimal = Decimal("1.8")
    horizon_bars: int = 24
    no_touch_percent: int = 10
    lean_points: int = 3

    def __post_init__(self) -> None:
        require(
            1 <= self.fast_period < self.slow_period,
            f"fast period {self.fast_period} must be 1 or more and below slow {self.slow_period}",
        )
        require(
            min(self.oscillator_period, self.breakout_period, self.pullback_bars) >= 1,
            "oscillator, breakout and pullback periods are at least 1 bar",
        )
        require(
            self.stop_atr > 0 and self.reward_risk > 0,
            f"stop {self.stop_atr} ATR and reward/risk {self.reward_risk} must be above 0",
        )
        require(
            0 <= self.no_touch_percent <= 100 and 0 <= self.lean_points <= 49,
            f"no_touch_percent {self.no_touch_percent} is 0-100, lean_points {self.lean_points} "
            "0-49",
        )
        require(
            SHORTEST_HORIZON_BARS <= self.horizon_bars <= LONGEST_HORIZON_BARS,
            f"horizon {self.horizon_bars} is not {SHORTEST_HORIZON_BARS}-{LONGEST_HORIZON_BARS}",
        )

    @property
    def warm_up_bars(self) -> int:
        """Bars needed before every indicator has a value."""
        return max(self.slow_period, 2 * self.oscillator_period, self.breakout_period + 1)


@dataclass(frozen=True, slots=True)
class _View:
    """The bars and what the indicators say at the last one; `fast` is the whole average."""

    bars: Bars
    fast: Series
    slow: float
    atr: float
    rsi: float
    adx: float
    plus_di: float
    minus_di: float


def analyse(snapshot: MarketSnapshot, rules: TechnicalRules) -> Analysis | Abstention:
    """The baseline's opinion of `snapshot`; an abstention when it has too few bars."""
    if len(snapshot.candles) < rules.warm_up_bars:
        return Abstention(
            AbstentionCode.DATA_TOO_SHORT,
            f"{len(snapshot.candles)} bars, {rules.warm_up_bars} needed",
        )
    view = _look(to_bars(snapshot.candles), rules)
    regime = _regime(view, rules)
    direction = _trend(view, rules)
    if direction is None:
        return _flat(regime, FlatReason.NO_SETUP, "no trend: averages, ADX and DI disagree")
    if _is_stretched(view, direction, rules):
        return _flat(regime, FlatReason.CONFLICT, f"trend is stretched: RSI {view.rsi:.1f}")
    setup = _setup(view, direction, rules)
    if setup is None:
        return _flat(regime, FlatReason.NO_SETUP, "trend without breakout or pullback")
    return _trade(snapshot.ticker.last, view, direction, rules, setup=setup)


def _look(bars: Bars, rules: TechnicalRules) -> _View:
    period = rules.oscillator_period
    movement = indicators.adx(bars.high, bars.low, bars.close, period)
    return _View(
        bars=bars,
        fast=indicators.ema(bars.close, rules.fast_period),
        slow=float(indicators.ema(bars.close, rules.slow_period)[-1]),
        atr=float(indicators.atr(bars.high, bars.low, bars.close, period)[-1]),
        rsi=float(indicators.rsi(bars.close, period)[-1]),
        adx=float(movement.adx[-1]),
        plus_di=float(movement.plus_di[-1]),
        minus_di=float(movement.minus_di[-1]),
    )


def _trend(view: _View, rules: TechnicalRules) -> Direction | None:
    if view.adx < rules.minimum_adx:
        return None
    if view.fast[-1] > view.slow and view.plus_di > view.minus_di:
        return Direction.LONG
    if view.fast[-1] < view.slow and view.minus_di > view.plus_di:
        return Direction.SHORT
    return None


def _regime(view: _View, rules: TechnicalRules) -> Regime:
    if view.adx < rules.minimum_adx:
        return Regime.RANGE
    return Regime.TREND_UP if view.plus_di > view.minus_di else Regime.TREND_DOWN


def _is_stretched(view: _View, direction: Direction, rules: TechnicalRules) -> bool:
    strength = view.rsi if direction is Direction.LONG else 100 - view.rsi
    return strength > rules.exhausted_rsi


def _setup(view: _View, direction: Direction, rules: TechnicalRules) -> str | None:
    """The name of the entry setup, None without one; a short is a long in the mirror."""
    bars = view.bars if direction is Direction.LONG else _mirrored(view.bars)
    fast = direction.sign * view.fast
    close = bars.close[-1]
    if close > indicators.highest_before(bars.high, rules.breakout_period)[-1]:
        return f"breakout of the range of {rules.breakout_period} bars"
    recent = slice(-rules.pullback_bars, None)
    has_touched = bool((bars.low[recent] <= fast[recent]).any())
    if has_touched and close > fast[-1] and close > bars.open[-1]:
        return f"pullback to the average of {rules.fast_period} bars has resumed"
    return None


def _mirrored(bars: Bars) -> Bars:
    return Bars(-bars.open, -bars.low, -bars.high, -bars.close, bars.volume)


def _trade(
    reference: Decimal, view: _View, direction: Direction, rules: TechnicalRules, *, setup: str
) -> Analysis:
    distance = direction.sign * rules.stop_atr * Decimal(str(view.atr))
    stop, target = reference - distance, reference + distance * rules.reward_risk
    regime = _regime(view, rules)
    if min(stop, target) <= 0:
        return _flat(regime, FlatReason.DATA_DOUBT, f"ATR {view.atr:g} exceeds the price's reach")
    return Analysis(
        analyst=NAME,
        version=VERSION,
        action=Action.LONG if direction is Direction.LONG else Action.SHORT,
        p_up=50 + direction.sign * rules.lean_points,
        regime=regime,
        reasons=(setup, _describe(view), DISCLAIMER),
        stop_loss=stop,
        take_profit=target,
        horizon_bars=rules.horizon_bars,
        probabilities=_market_neutral(rules),
    )


def _market_neutral(rules: TechnicalRules) -> Probabilities:
    """The chances a driftless price would have: the baseline claims no edge of its own."""
    touched = 100 - rules.no_touch_percent
    win = round(touched / (1 + rules.reward_risk))
    return Probabilities(win, touched - win, rules.no_touch_percent)


def _describe(view: _View) -> str:
    return (
        f"fast average {view.fast[-1]:g}, slow {view.slow:g}, ADX {view.adx:.1f}, "
        f"+DI {view.plus_di:.1f}, -DI {view.minus_di:.1f}, RSI {view.rsi:.1f}, ATR {view.atr:g}"
    )


def _flat(regime: Regime, why: FlatReason, detail: str) -> Analysis:
    return Analysis(
        analyst=NAME,
        version=VERSION,
        action=Action.FLAT,
        p_up=50,
        regime=regime,
        reasons=(detail, DISCLAIMER),
        flat_reason=why,
    )
