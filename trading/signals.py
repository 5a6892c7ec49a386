"""From an untrusted opinion to a signal whose levels make sense against the market."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.analysis import Action, Analysis
from trading.checks import require, require_not_negative, require_positive, require_utc
from trading.conditions import Conditions
from trading.instruments import Instrument
from trading.market import Ticker
from trading.positions import Direction
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class SignalRules:
    """How far levels may lie from the entry and words from each other (analysis.md §3.5).

    Distances in average true ranges; `maximum_contradiction_points` in percent points that the
    analyst's own `p_up` may speak against the trade.
    """

    minimum_stop_atr: Decimal = Decimal("0.5")
    maximum_stop_atr: Decimal = Decimal(5)
    maximum_target_atr: Decimal = Decimal(15)
    maximum_contradiction_points: int = 20

    def __post_init__(self) -> None:
        require_positive("maximum_target_atr", self.maximum_target_atr)
        require(
            0 < self.minimum_stop_atr <= self.maximum_stop_atr,
            f"stop distance {self.minimum_stop_atr} to {self.maximum_stop_atr} ATR is no range",
        )


@dataclass(frozen=True, slots=True)
class Signal:
    """A trade worth a risk review: made by `validate`, or by hand for a manual trade.

    Prices in USDT; stop and target on the tick grid. `entry_price` is what the book offers now:
    the ask for a long, the bid for a short. `adjustments` tells which levels were rounded,
    `conditions` the market it would be held in.
    """

    symbol: str
    direction: Direction
    entry_price: Decimal
    stop_loss: Decimal
    take_profit: Decimal
    spread_bps: Decimal
    created_at: datetime
    analyst: str
    horizon_bars: int | None = None
    snapshot_hash: str = ""
    adjustments: tuple[str, ...] = ()
    conditions: Conditions | None = None

    def __post_init__(self) -> None:
        for name in ("entry_price", "stop_loss", "take_profit"):
            require_positive(f"signal {name}", getattr(self, name))
        require_not_negative("signal spread_bps", self.spread_bps)
        require_utc("signal created_at", self.created_at)
        sign = self.direction.sign
        require(
            sign * self.stop_loss < sign * self.entry_price < sign * self.take_profit,
            f"{self.direction} from {self.entry_price} with stop {self.stop_loss} and target "
            f"{self.take_profit}: the entry lies between stop and target",
        )

    @property
    def risk_per_unit(self) -> Decimal:
        """Distance from entry to stop in USDT."""
        return abs(self.entry_price - self.stop_loss)

    @property
    def reward_risk(self) -> Decimal:
        """Distance to the target over distance to the stop, before costs."""
        return abs(self.take_profit - self.entry_price) / self.risk_per_unit


def executable_price(direction: Direction, ticker: Ticker) -> Decimal:
    """What a market entry would pay now: the ask for a long, the bid for a short; USDT."""
    return ticker.ask if direction is Direction.LONG else ticker.bid


def validate(analysis: Analysis, snapshot: MarketSnapshot, rules: SignalRules) -> Signal | Refused:
    """The signal in `analysis`, or why it is none.

    Levels are judged after rounding to ticks and against the executable price, so that what was
    checked is what will be sent.
    """
    direction = analysis.action.direction
    if direction is None or analysis.stop_loss is None or analysis.take_profit is None:
        return Refused(Reason.ANALYST_FLAT, f"flat: {analysis.flat_reason}")
    if analysis.action not in snapshot.allowed_actions:
        return _not_allowed(analysis.action, snapshot.allowed_actions)
    levels = _round(direction, analysis.stop_loss, analysis.take_profit, snapshot.instrument)
    refused = (
        _check_sides(direction, levels, snapshot.ticker)
        or _check_distances(direction, levels, snapshot, rules)
        or _check_words(analysis, direction, rules)
    )
    return refused or _signal(analysis, direction, levels, snapshot)


def signal_by_hand(
    direction: Direction,
    stop_loss: Decimal,
    take_profit: Decimal,
    *,
    instrument: Instrument,
    ticker: Ticker,
) -> Signal | Refused:
    """The owner's own trade as a signal, or that the market is not between its stop and target.

    How far the levels lie is the owner's choice; what the trade may lose is the review's.
    """
    levels = _round(direction, stop_loss, take_profit, instrument)
    refused = _check_sides(direction, levels, ticker)
    if refused is not None:
        return refused
    return Signal(
        symbol=instrument.symbol,
        direction=direction,
        entry_price=executable_price(direction, ticker),
        stop_loss=levels.stop_loss,
        take_profit=levels.take_profit,
        spread_bps=ticker.spread_bps,
        created_at=ticker.taken_at,
        analyst="owner",
        adjustments=levels.adjustments,
        conditions=Conditions(
            ticker.funding_rate, ticker.next_funding_at, instrument.funding_interval
        ),
    )


@dataclass(frozen=True, slots=True)
class _Levels:
    stop_loss: Decimal
    take_profit: Decimal
    adjustments: tuple[str, ...]


def _round(
    direction: Direction, stop: Decimal, target: Decimal, instrument: Instrument
) -> _Levels:
    # Away from the entry for the stop, towards it for the target: rounding never flatters.
    to_tick = instrument.price_down if direction is Direction.LONG else instrument.price_up
    rounded = {"stop_loss": (stop, to_tick(stop)), "take_profit": (target, to_tick(target))}
    return _Levels(
        rounded["stop_loss"][1],
        rounded["take_profit"][1],
        tuple(
            f"{name} {stated} rounded to {on_tick}"
            for name, (stated, on_tick) in rounded.items()
            if stated != on_tick
        ),
    )


def _check_sides(direction: Direction, levels: _Levels, ticker: Ticker) -> Refused | None:
    # Bybit compares with the last price, the trigger may be last or mark, we trade at bid or ask:
    # levels must lie outside all of them.
    prices = (ticker.bid, ticker.ask, ticker.last, ticker.mark)
    low, high = min(prices), max(prices)
    below, above = levels.stop_loss, levels.take_profit
    if direction is Direction.SHORT:
        below, above = above, below
    if 0 < below < low and high < above:
        return None
    return Refused(
        Reason.SIGNAL_STOP_SIDE,
        f"{direction} with stop {levels.stop_loss} and target {levels.take_profit} while the "
        f"market is at {low} to {high}; the market must lie between them",
    )


def _check_distances(
    direction: Direction, levels: _Levels, snapshot: MarketSnapshot, rules: SignalRules
) -> Refused | None:
    if not snapshot.indicators.atr:
        return Refused(Reason.SIGNAL_STOP_DISTANCE, "no ATR to measure the stop with")
    atr = Decimal(str(snapshot.indicators.atr))
    entry = executable_price(direction, snapshot.ticker)
    stop = abs(entry - levels.stop_loss) / atr
    if not rules.minimum_stop_atr <= stop <= rules.maximum_stop_atr:
        return Refused(
            Reason.SIGNAL_STOP_DISTANCE,
            f"stop is {stop:.2f} ATR from {entry}, {rules.minimum_stop_atr} to "
            f"{rules.maximum_stop_atr} allowed",
        )
    target = abs(entry - levels.take_profit) / atr
    if target > rules.maximum_target_atr:
        return Refused(
            Reason.SIGNAL_TARGET_DISTANCE,
            f"target is {target:.2f} ATR from {entry}, {rules.maximum_target_atr} allowed",
        )
    return None


def _check_words(analysis: Analysis, direction: Direction, rules: SignalRules) -> Refused | None:
    """Refuse a trade against the analyst's own forecast of the direction."""
    against = direction.sign * (50 - analysis.p_up)
    if against <= rules.maximum_contradiction_points:
        return None
    return Refused(
        Reason.SIGNAL_PROBABILITIES,
        f"{direction} while p_up is {analysis.p_up} %: {against} points against the trade, "
        f"{rules.maximum_contradiction_points} allowed",
    )


def _not_allowed(action: Action, allowed: tuple[Action, ...]) -> Refused:
    return Refused(Reason.SIGNAL_NOT_ALLOWED, f"{action} is not one of {', '.join(allowed)}")


def _signal(
    analysis: Analysis, direction: Direction, levels: _Levels, snapshot: MarketSnapshot
) -> Signal:
    return Signal(
        symbol=snapshot.symbol,
        direction=direction,
        entry_price=executable_price(direction, snapshot.ticker),
        stop_loss=levels.stop_loss,
        take_profit=levels.take_profit,
        spread_bps=snapshot.ticker.spread_bps,
        created_at=snapshot.taken_at,
        analyst=f"{analysis.analyst} {analysis.version}",
        horizon_bars=analysis.horizon_bars,
        snapshot_hash=snapshot.hash,
        adjustments=levels.adjustments,
        conditions=_conditions(analysis, direction, snapshot),
    )


def _conditions(analysis: Analysis, direction: Direction, snapshot: MarketSnapshot) -> Conditions:
    ticker, atr, bars = snapshot.ticker, snapshot.indicators.atr, analysis.horizon_bars
    return Conditions(
        ticker.funding_rate,
        ticker.next_funding_at,
        snapshot.instrument.funding_interval,
        horizon=None if bars is None else bars * snapshot.interval.length,
        atr_fraction=None if atr is None else Decimal(str(atr)) / ticker.last,
        swing=_covering_swing(direction, snapshot),
    )


def _covering_swing(direction: Direction, snapshot: MarketSnapshot) -> Decimal | None:
    """The newest swing between the market and a stop: a low below a long, a high above a short."""
    readings, entry = snapshot.indicators, executable_price(direction, snapshot.ticker)
    swings = readings.swing_lows if direction is Direction.LONG else readings.swing_highs
    prices = (Decimal(str(swing)) for swing in reversed(swings))
    return next((price for price in prices if direction.sign * (entry - price) > 0), None)
