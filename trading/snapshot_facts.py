"""The numbers of a snapshot under the names by which an answer may cite them.

The prompt prints these names and values, the answer's schema allows these names, and grounding
compares what was cited with these values: one list for all three.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from trading.averages import AverageDistances
from trading.bitcoin import BitcoinMoves
from trading.checks import require
from trading.positioning import Positioning
from trading.previous_ranges import PreviousRange, previous_day, previous_week
from trading.snapshot import FUNDING_RATES, MarketSnapshot, PositionFacts

SWINGS = 4

_MINUTE = timedelta(minutes=1)
_Number: TypeAlias = Decimal | float | None
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a fact is read, and its decimals; None of them: a price, on the tick grid."""

    read: Callable[[MarketSnapshot], _Number]
    decimals: int | None = None


def facts_of(snapshot: MarketSnapshot) -> Mapping[str, Decimal]:
    """Every fact the snapshot has, by name, rounded as it is printed.

    Prices, averages, MACD and ATR in USDT on the tick grid; rates, returns, changes and
    volatilities as fractions; `atr_above_ema_20` and its kin count average true ranges.
    `funding_rate` is predicted for the next settlement, `funding_1` was charged at the last one.
    What is not warm yet or does not exist (no position, no swing, no such data) is absent.
    """
    known = {name: source.read(snapshot) for name, source in _SOURCES.items()}
    return MappingProxyType(
        {
            name: _printed(number, fact_step(snapshot, name))
            for name, number in known.items()
            if number is not None
        }
    )


def fact_step(snapshot: MarketSnapshot, name: str) -> Decimal:
    """The smallest difference the printed fact can show: a tick for a price."""
    require(name in _SOURCES, f"{name!r} is no fact of a snapshot; facts are {FACT_NAMES}")
    decimals = _SOURCES[name].decimals
    return snapshot.instrument.tick_size if decimals is None else Decimal(1).scaleb(-decimals)


def _printed(number: Decimal | float, step: Decimal) -> Decimal:
    # The text of a float, not its binary tail; multiples of the step, because ticks may be 0.5.
    return (Decimal(str(number)) / step).to_integral_value() * step


def _basis(snapshot: MarketSnapshot) -> Decimal:
    """How far the mark price lies above the index, in basis points."""
    return (snapshot.ticker.mark / snapshot.ticker.index - 1) * 10_000


def _swing(swings: tuple[float, ...], age: int) -> float | None:
    """The swing that is `age` swings old: 1 is the newest."""
    return swings[-age] if age <= len(swings) else None


def _swing_high(age: int) -> _Source:
    return _Source(lambda snapshot: _swing(snapshot.indicators.swing_highs, age))


def _swing_low(age: int) -> _Source:
    return _Source(lambda snapshot: _swing(snapshot.indicators.swing_lows, age))


def _settled(age: int) -> _Source:
    def read(snapshot: MarketSnapshot) -> Decimal | None:
        return snapshot.funding[-age].rate if age <= len(snapshot.funding) else None

    return _Source(read, 6)


def _minutes_to_funding(snapshot: MarketSnapshot) -> int:
    """From the close that is judged, so that equal snapshots are told alike; 0 at the least."""
    return max((snapshot.ticker.next_funding_at - snapshot.as_of) // _MINUTE, 0)


def _of(
    part: Callable[[MarketSnapshot], _Part | None],
    number: Callable[[_Part], _Number],
    decimals: int | None = None,
) -> _Source:
    """A number of a part that a snapshot need not have."""

    def read(snapshot: MarketSnapshot) -> _Number:
        found = part(snapshot)
        return None if found is None else number(found)

    return _Source(read, decimals)


def _distance(number: Callable[[AverageDistances], _Number], decimals: int | None) -> _Source:
    return _of(lambda snapshot: snapshot.distances, number, decimals)


def _crowd(number: Callable[[Positioning], _Number], decimals: int) -> _Source:
    return _of(lambda snapshot: snapshot.positioning, number, decimals)


def _bitcoin(number: Callable[[BitcoinMoves], _Number], decimals: int) -> _Source:
    return _of(lambda snapshot: snapshot.bitcoin, number, decimals)


def _yesterday(price: Callable[[PreviousRange], Decimal]) -> _Source:
    return _of(previous_day, price)


def _last_week(price: Callable[[PreviousRange], Decimal]) -> _Source:
    return _of(previous_week, price)


def _position(price: Callable[[PositionFacts], Decimal | None]) -> _Source:
    return _of(lambda snapshot: snapshot.position, price)


_SOURCES: Mapping[str, _Source] = MappingProxyType(
    {
        "last": _Source(lambda snapshot: snapshot.ticker.last),
        "mark": _Source(lambda snapshot: snapshot.ticker.mark),
        "index": _Source(lambda snapshot: snapshot.ticker.index),
        "bid": _Source(lambda snapshot: snapshot.ticker.bid),
        "ask": _Source(lambda snapshot: snapshot.ticker.ask),
        "spread_bps": _Source(lambda snapshot: snapshot.ticker.spread_bps, 2),
        "basis_bps": _Source(_basis, 2),
        "funding_rate": _Source(lambda snapshot: snapshot.ticker.funding_rate, 6),
        **{f"funding_{age}": _settled(age) for age in range(1, FUNDING_RATES + 1)},
        "minutes_to_funding": _Source(_minutes_to_funding, 0),
        "turnover_24h_usdt": _Source(lambda snapshot: snapshot.ticker.turnover_24h_usdt, 0),
        "open_interest": _Source(lambda snapshot: snapshot.ticker.open_interest, 2),
        "open_interest_change_1h": _crowd(lambda crowd: crowd.open_interest_change_1h, 5),
        "open_interest_change_4h": _crowd(lambda crowd: crowd.open_interest_change_4h, 5),
        "open_interest_change_24h": _crowd(lambda crowd: crowd.open_interest_change_24h, 5),
        "long_short_ratio": _crowd(lambda crowd: crowd.long_short_ratio, 3),
        "open": _Source(lambda snapshot: snapshot.candles[-1].open),
        "high": _Source(lambda snapshot: snapshot.candles[-1].high),
        "low": _Source(lambda snapshot: snapshot.candles[-1].low),
        "close": _Source(lambda snapshot: snapshot.candles[-1].close),
        "volume": _Source(lambda snapshot: snapshot.candles[-1].volume, 3),
        "highest": _Source(lambda snapshot: max(candle.high for candle in snapshot.candles)),
        "lowest": _Source(lambda snapshot: min(candle.low for candle in snapshot.candles)),
        "ema_20": _Source(lambda snapshot: snapshot.indicators.ema_20),
        "ema_50": _Source(lambda snapshot: snapshot.indicators.ema_50),
        "ema_200": _Source(lambda snapshot: snapshot.indicators.ema_200),
        "atr_14": _Source(lambda snapshot: snapshot.indicators.atr),
        "rsi_14": _Source(lambda snapshot: snapshot.indicators.rsi, 2),
        "adx_14": _Source(lambda snapshot: snapshot.indicators.adx, 2),
        "plus_di_14": _Source(lambda snapshot: snapshot.indicators.plus_di, 2),
        "minus_di_14": _Source(lambda snapshot: snapshot.indicators.minus_di, 2),
        "macd": _distance(lambda averages: averages.macd, None),
        "macd_signal": _distance(lambda averages: averages.macd_signal, None),
        "macd_histogram": _distance(lambda averages: averages.macd_histogram, None),
        "bollinger_b": _distance(lambda averages: averages.bollinger_b, 2),
        "bollinger_width": _distance(lambda averages: averages.bollinger_width, 5),
        "atr_above_ema_20": _distance(lambda averages: averages.ema_20_atr, 2),
        "atr_above_ema_50": _distance(lambda averages: averages.ema_50_atr, 2),
        "atr_above_ema_200": _distance(lambda averages: averages.ema_200_atr, 2),
        "volatility_24h": _Source(lambda snapshot: snapshot.indicators.volatility_day, 5),
        "volatility_7d": _Source(lambda snapshot: snapshot.indicators.volatility_week, 5),
        "volume_z": _Source(lambda snapshot: snapshot.indicators.volume_z, 2),
        "btc_return_1h": _bitcoin(lambda moves: moves.return_1h, 5),
        "btc_return_4h": _bitcoin(lambda moves: moves.return_4h, 5),
        "btc_return_24h": _bitcoin(lambda moves: moves.return_24h, 5),
        "btc_correlation_7d": _bitcoin(lambda moves: moves.correlation_7d, 2),
        **{f"swing_high_{age}": _swing_high(age) for age in range(1, SWINGS + 1)},
        **{f"swing_low_{age}": _swing_low(age) for age in range(1, SWINGS + 1)},
        "previous_day_high": _yesterday(lambda day: day.high),
        "previous_day_low": _yesterday(lambda day: day.low),
        "previous_day_close": _yesterday(lambda day: day.close),
        "previous_week_high": _last_week(lambda week: week.high),
        "previous_week_low": _last_week(lambda week: week.low),
        "previous_week_close": _last_week(lambda week: week.close),
        "position_entry": _position(lambda position: position.entry_price),
        "position_stop": _position(lambda position: position.stop_loss),
        "position_target": _position(lambda position: position.take_profit),
    }
)

FACT_NAMES: tuple[str, ...] = tuple(_SOURCES)
"""Every name a fact can have, in the order they are printed."""
