"""What everybody together holds: neither follows from candles, so a rule makes both of prices.

Deterministic, whatever was asked before: the price now and a day earlier decide. Positions pile up
while the price runs, whichever way; accounts, mostly small ones, lean against it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import log, tanh

from exchange_sim.market.grid import places, rounded
from exchange_sim.market.intervals import DAY_MS
from exchange_sim.market.series import Series, last_price_at
from exchange_sim.market.values import Instrument

# Open interest of a quiet market, in largest orders: BTCUSDT then has 47,600 BTC, the magnitude of
# the real one.
_OPEN_INTEREST_ORDERS = 40
_MOST_ADDED = 0.25  # to the open interest of a quiet market, as a fraction
_MOST_LEANING = 0.2  # of the accounts, away from one half
_SPEED = 8.0  # a day of 10 % is two thirds of the way to either
_RATIO_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Crowd:
    """Positions at a moment: open interest in the base coin, long accounts as a fraction."""

    ts_ms: int
    open_interest: Decimal
    long_fraction: Decimal


def crowd_at(series: Series, instrument: Instrument, moments: Iterable[int]) -> list[Crowd]:
    """The crowd at each of `moments`; the day before history begins was a quiet one."""
    return [
        crowd_of(
            instrument, ts_ms, last_price_at(series, ts_ms), last_price_at(series, ts_ms - DAY_MS)
        )
        for ts_ms in moments
    ]


def crowd_of(instrument: Instrument, ts_ms: int, price: float, day_before: float) -> Crowd:
    """The crowd where the price is `price` and was `day_before` 24 hours earlier."""
    run = tanh(_SPEED * log(price / day_before))
    quiet = float(instrument.max_qty) * _OPEN_INTEREST_ORDERS
    return Crowd(
        ts_ms,
        rounded(quiet * (1 + _MOST_ADDED * abs(run)), places(instrument.qty_step)),
        rounded(0.5 - _MOST_LEANING * run, _RATIO_DECIMALS),
    )
