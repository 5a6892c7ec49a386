"""The numbers of a snapshot under the names by which an answer may cite them.

The prompt prints these names and values, the answer's schema allows these names, and grounding
compares what was cited with these values: one list for all three.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from trading.checks import require
from trading.previous_day import PreviousDay, previous_day
from trading.snapshot import MarketSnapshot, PositionFacts

SWINGS = 4

_Number: TypeAlias = Decimal | float | None


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a fact is read, and its decimals; None of them: a price, on the tick grid."""

    read: Callable[[MarketSnapshot], _Number]
    decimals: int | None = None


def facts_of(snapshot: MarketSnapshot) -> Mapping[str, Decimal]:
    """Every fact the snapshot has, by name, rounded as it is printed.

    Prices, averages and ATR in USDT on the tick grid, rates and volatilities as fractions. What is
    not warm yet or does not exist (no position, no swing) is absent.
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


def _yesterday(price: Callable[[PreviousDay], Decimal]) -> _Source:
    def read(snapshot: MarketSnapshot) -> Decimal | None:
        day = previous_day(snapshot)
        return None if day is None else price(day)

    return _Source(read)


def _position(price: Callable[[PositionFacts], Decimal | None]) -> _Source:
    def read(snapshot: MarketSnapshot) -> Decimal | None:
        return None if snapshot.position is None else price(snapshot.position)

    return _Source(read)


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
        "turnover_24h_usdt": _Source(lambda snapshot: snapshot.ticker.turnover_24h_usdt, 0),
        "open_interest": _Source(lambda snapshot: snapshot.ticker.open_interest, 2),
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
        "volatility_24_bars": _Source(lambda snapshot: snapshot.indicators.volatility_day, 5),
        "volatility_168_bars": _Source(lambda snapshot: snapshot.indicators.volatility_week, 5),
        "volume_z": _Source(lambda snapshot: snapshot.indicators.volume_z, 2),
        **{f"swing_high_{age}": _swing_high(age) for age in range(1, SWINGS + 1)},
        **{f"swing_low_{age}": _swing_low(age) for age in range(1, SWINGS + 1)},
        "previous_day_high": _yesterday(lambda day: day.high),
        "previous_day_low": _yesterday(lambda day: day.low),
        "previous_day_close": _yesterday(lambda day: day.close),
        "position_entry": _position(lambda position: position.entry_price),
        "position_stop": _position(lambda position: position.stop_loss),
        "position_target": _position(lambda position: position.take_profit),
    }
)

FACT_NAMES: tuple[str, ...] = tuple(_SOURCES)
"""Every name a fact can have, in the order they are printed."""
