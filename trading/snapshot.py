"""What is known about one symbol at one moment: the only thing an analyst gets to see.

Built from closed bars (analysis.md §3.1). The same value is stored with the decision, so that any
decision can be replayed.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from trading.analysis import Action
from trading.averages import AverageDistances, measure_distances
from trading.bitcoin import BITCOIN, BitcoinMoves, bitcoin_moves
from trading.candles import Candle, Interval, require_complete
from trading.canonical import Json, canonical, fingerprint_of_json
from trading.checks import require, require_utc
from trading.errors import BadDataError
from trading.instruments import Instrument
from trading.market import AccountRatio, FundingRate, OpenInterest, Ticker
from trading.positioning import Positioning, positioning_of
from trading.positions import Direction, Position
from trading.readings import Readings, read
from trading.reasons import Reason, Refused

SNAPSHOT_VERSION = "snapshot.v1"

FUNDING_RATES = 9
"""Settled rates that are looked at: three days where funding is settled every eight hours."""

LATER_FACTS = ("distances", "positioning", "bitcoin", "bars_held")
"""Fields that the first snapshots did not have. Where one is missing it is left out of the JSON,
so that those snapshots keep their hash."""


@dataclass(frozen=True, slots=True)
class SnapshotRules:
    """How many bars a snapshot holds and which data is not worth a thought.

    A mark price that strays from the last price by `maximum_mark_gap` (fraction), an older
    ticker, or a last bar with a range above `spike_atr` average true ranges stop the symbol for
    this slot. The exchange's clock may be ahead of ours by `maximum_clock_skew`.
    """

    bars: int = 120
    maximum_mark_gap: Decimal = Decimal("0.01")
    maximum_ticker_age: timedelta = timedelta(seconds=5)
    maximum_clock_skew: timedelta = timedelta(seconds=1)
    spike_atr: float = 8.0

    def __post_init__(self) -> None:
        require(self.bars >= 2, f"a snapshot of {self.bars} bars; at least 2")


@dataclass(frozen=True, slots=True)
class PositionFacts:
    """What an analyst may know of an open position: no P&L, it would change the opinion."""

    direction: Direction
    entry_price: Decimal
    stop_loss: Decimal | None
    take_profit: Decimal | None


@dataclass(frozen=True, slots=True)
class MarketInputs:
    """What was collected for one symbol. Candles closed and oldest first.

    Candles and ticker are needed, the rest is told where it is known. `open_interest` is hourly,
    `bitcoin` are BTCUSDT's candles of the same interval. `opened_at` is the first fill of the
    position as the desk booked it: the exchange tells none that can be relied on.
    """

    instrument: Instrument
    interval: Interval
    candles: tuple[Candle, ...]
    ticker: Ticker
    funding: tuple[FundingRate, ...] = ()
    position: Position | None = None
    open_interest: tuple[OpenInterest, ...] = ()
    account_ratio: AccountRatio | None = None
    bitcoin: tuple[Candle, ...] = ()
    opened_at: datetime | None = None


# Without slots: the hash is asked for several times and kept.
@dataclass(frozen=True)
class MarketSnapshot:
    """One symbol at one moment. `as_of` is the close time of the last closed bar.

    `funding` are the rates settled last, oldest first. Of bitcoin's own market `bitcoin` is None.
    `bars_held` are the bars that closed since the position was opened, None where nobody knows.
    """

    symbol: str
    interval: Interval
    as_of: datetime
    taken_at: datetime
    instrument: Instrument
    candles: tuple[Candle, ...]
    ticker: Ticker
    funding: tuple[FundingRate, ...]
    indicators: Readings
    position: PositionFacts | None
    allowed_actions: tuple[Action, ...]
    version: str = field(default=SNAPSHOT_VERSION)
    distances: AverageDistances | None = None
    positioning: Positioning | None = None
    bitcoin: BitcoinMoves | None = None
    bars_held: int | None = None

    def __post_init__(self) -> None:
        require_utc("snapshot taken_at", self.taken_at)
        require(len(self.candles) > 0, f"{self.symbol}: a snapshot without candles")
        closed_at = self.candles[-1].opened_at + self.interval.length
        require(
            closed_at == self.as_of <= self.taken_at,
            f"{self.symbol}: last bar closes {closed_at.isoformat()}, snapshot is as of "
            f"{self.as_of.isoformat()} and taken {self.taken_at.isoformat()}",
        )

    def to_json(self) -> Json:
        """Canonical JSON for storage and replay; decimals are strings. To be read only."""
        return self._spelled

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the contents without the moments of collection; 64 hexadecimal digits.

        Two collections of the same market facts have the same hash.
        """
        ticker = replace(self.ticker, taken_at=self.as_of)
        moments = {"taken_at": canonical(self.as_of), "ticker": canonical(ticker)}
        return fingerprint_of_json(self._spelled | moments)

    @cached_property
    def _spelled(self) -> dict[str, Json]:
        # Kept: spelling 250 candles takes longer than everything else about a snapshot.
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: canonical(value)
            for name, value in values.items()
            if value is not None or name not in LATER_FACTS
        }


def build_snapshot(
    inputs: MarketInputs, *, now: datetime, rules: SnapshotRules | None = None
) -> MarketSnapshot | Refused:
    """The snapshot of `inputs` at `now`, or why this market is not worth a thought this slot.

    `now` is the moment after collection, not the start of the cycle. Candles beyond `rules.bars`
    warm up the slow indicators and are not kept; the whole history must be complete.

    Raises:
        BadDataError: candles with a gap or an unfinished bar, facts of another symbol, or anything
            newer than `now`; the caller skips the symbol and reports it.
    """
    rules = rules or SnapshotRules()
    _require_one_symbol(inputs)
    _require_no_future(inputs, now, rules.maximum_clock_skew)
    symbol, history = inputs.instrument.symbol, inputs.candles
    require_complete(symbol, history, interval=inputs.interval, count=rules.bars, now=now)
    readings = read(history, inputs.interval)
    refused = _check_ticker(inputs, now, rules) or _check_spike(history[-1], readings, rules)
    if refused is not None:
        return refused
    return MarketSnapshot(
        symbol=symbol,
        interval=inputs.interval,
        as_of=history[-1].opened_at + inputs.interval.length,
        taken_at=now,
        instrument=inputs.instrument,
        candles=history[-rules.bars :],
        ticker=inputs.ticker,
        funding=inputs.funding,
        indicators=readings,
        position=_facts(inputs.position),
        # One position per symbol: while it is open there is nothing to decide but to wait.
        allowed_actions=(Action.FLAT,) if inputs.position else tuple(Action),
        distances=measure_distances(history, readings),
        positioning=positioning_of(inputs.open_interest, inputs.account_ratio, now=now),
        bitcoin=_bitcoin(inputs),
        bars_held=_bars_held(inputs),
    )


def _require_one_symbol(inputs: MarketInputs) -> None:
    given = (inputs.ticker, inputs.position, inputs.account_ratio)
    each = (*given, *inputs.funding, *inputs.open_interest)
    named = {one.symbol for one in each if one is not None}
    strangers = sorted(named - {inputs.instrument.symbol})
    if strangers:
        message = f"snapshot of {inputs.instrument.symbol} was given facts of {strangers}"
        raise BadDataError(message)


def _require_no_future(inputs: MarketInputs, now: datetime, skew: timedelta) -> None:
    moments = [("ticker", inputs.ticker.taken_at - skew)]
    moments += [("funding rate", rate.settled_at) for rate in inputs.funding]
    moments += [("open interest", one.recorded_at) for one in inputs.open_interest]
    if inputs.opened_at is not None:
        moments.append(("position opening", inputs.opened_at - skew))
    if inputs.account_ratio is not None:
        moments.append(("account ratio", inputs.account_ratio.recorded_at))
    moments += [("candle close", c.opened_at + inputs.interval.length) for c in inputs.candles]
    for name, moment in moments:
        if moment > now:
            message = (
                f"{inputs.instrument.symbol}: {name} of {moment.isoformat()} lies after "
                f"{now.isoformat()}; a decision may only use the past"
            )
            raise BadDataError(message)


def _check_ticker(inputs: MarketInputs, now: datetime, rules: SnapshotRules) -> Refused | None:
    ticker = inputs.ticker
    if not inputs.instrument.is_trading:
        return Refused(Reason.DATA_INSTRUMENT, f"{ticker.symbol} is not trading")
    age = now - ticker.taken_at
    if age > rules.maximum_ticker_age:
        return Refused(
            Reason.DATA_TICKER, f"ticker is {age} old, {rules.maximum_ticker_age} allowed"
        )
    if ticker.bid >= ticker.ask:
        return Refused(Reason.DATA_TICKER, f"bid {ticker.bid} is not below ask {ticker.ask}")
    gap = abs(ticker.last - ticker.mark) / ticker.mark
    if gap >= rules.maximum_mark_gap:
        return Refused(
            Reason.DATA_TICKER,
            f"last {ticker.last} and mark {ticker.mark} differ by {gap:.4f} of the mark, "
            f"below {rules.maximum_mark_gap} allowed",
        )
    return None


def _check_spike(last: Candle, readings: Readings, rules: SnapshotRules) -> Refused | None:
    if readings.atr_before is None:
        return None
    bar_range = float(last.high - last.low)
    if bar_range <= rules.spike_atr * readings.atr_before:
        return None
    return Refused(
        Reason.DATA_SPIKE,
        f"last bar ranges {bar_range:g} USDT, over {rules.spike_atr:g} x ATR "
        f"{readings.atr_before:g}",
    )


def _bitcoin(inputs: MarketInputs) -> BitcoinMoves | None:
    if inputs.instrument.symbol == BITCOIN:
        return None
    return bitcoin_moves(inputs.candles, inputs.bitcoin, inputs.interval)


def _bars_held(inputs: MarketInputs) -> int | None:
    """The closes after the opening; 0 in the bar of the opening itself."""
    if inputs.position is None or inputs.opened_at is None:
        return None
    interval, last = inputs.interval, inputs.candles[-1].opened_at
    return max((last - interval.floor(inputs.opened_at)) // interval.length + 1, 0)


def _facts(position: Position | None) -> PositionFacts | None:
    if position is None:
        return None
    return PositionFacts(
        position.direction, position.entry_price, position.stop_loss, position.take_profit
    )
