"""A made-up market: seeded, endless, and the same at every moment whatever was asked before.

Each UTC day is a block of 1-minute candles. The skeleton fixes where the day starts and ends;
inside, minute returns follow a GARCH(1,1) process (Bollerslev 1986) with occasional jumps, shared
in part by all symbols, and are tilted evenly so that the day ends where the next one starts.
"""

import math
from functools import lru_cache

import numpy as np

from exchange_sim.market.bars import Bars, Candles, FloatArray, add_up, as_candles, join
from exchange_sim.market.catalogue import Listing
from exchange_sim.market.grid import on_grid
from exchange_sim.market.intervals import DAY_MS, HOUR_MS, MINUTE_MS, Interval
from exchange_sim.market.synthetic_days import (
    CORRELATION,
    MARKET,
    Skeleton,
    generator,
    symbol_code,
)

HISTORY_DAYS = 400
_MINUTES = 1440
# GARCH(1,1): weight of the last squared return and of the last variance; typical of minute data.
_ALPHA, _BETA = 0.08, 0.90
_JUMPS_PER_DAY = 0.7
_JUMP_SIZE = 0.4  # standard deviation of a jump, in daily volatilities
_WICK = 0.6  # how far a minute reaches beyond its open and close, in its own volatility
_DAILY_TURNOVER_ORDERS = 120  # typical daily volume, in largest market orders
_KEPT_BLOCKS = 128


class SyntheticSeries:
    """One made-up symbol; the mark price equals the last price."""

    interval_ms = MINUTE_MS
    end_ms: int | None = None

    def __init__(self, seed: int, listing: Listing, start_ms: int) -> None:
        """Start at the listing's typical price on the UTC day of `start_ms`."""
        anchor = start_ms // DAY_MS
        instrument = listing.instrument
        self.first_ms = (anchor - HISTORY_DAYS) * DAY_MS
        self.skeleton = Skeleton(seed, instrument.symbol, anchor, listing.daily_volatility)
        self._seed = seed
        self._code = symbol_code(instrument.symbol)
        self._instrument = instrument
        self._start_price = float(listing.typical_price)
        # 1 / the deviation of a typical minute: volume rises and falls with volatility.
        self._calm = math.sqrt(_MINUTES) / listing.daily_volatility
        self._block = lru_cache(maxsize=_KEPT_BLOCKS)(self._make_block)
        self._hours: dict[int, Candles] = {}

    def bars(self, from_ms: int, until_ms: int) -> Bars:
        """The driving candles that overlap [from, until]."""
        from_ms = max(from_ms, self.first_ms)
        if until_ms < from_ms:
            return self._block(from_ms // DAY_MS).slice(0, 0)
        blocks = [self._block(day) for day in range(from_ms // DAY_MS, until_ms // DAY_MS + 1)]
        first = from_ms % DAY_MS // MINUTE_MS
        beyond = (len(blocks) - 1) * _MINUTES + until_ms % DAY_MS // MINUTE_MS + 1
        return join(blocks).slice(first, beyond)

    def candles(self, interval: Interval, from_ms: int, until_ms: int, *, mark: bool) -> Candles:
        """Candles of `interval` that start in [from, until]."""
        last_ms = interval.shift(interval.start_of(until_ms), 1) - 1
        from_ms = max(from_ms, self.first_ms)
        if interval.longest_ms < HOUR_MS:
            source = as_candles(self.bars(from_ms, last_ms))
        else:
            days = range(from_ms // DAY_MS, last_ms // DAY_MS + 1)
            source = _join_candles([self._hours_of(day) for day in days])
        found = add_up(source, interval).starting_in(interval.start_of(from_ms), until_ms + 1)
        return Candles(found.bars.of_mark(), np.zeros(len(found.bars))) if mark else found

    def _hours_of(self, day: int) -> Candles:
        # Kept for good: 24 rows a day, while a block is 1440 and is forgotten when unused.
        if day not in self._hours:
            self._hours[day] = add_up(as_candles(self._block(day)), Interval.H1)
        return self._hours[day]

    def _make_block(self, day: int) -> Bars:
        rng = generator(self._seed, self._code, day, 1)
        volatility = self.skeleton.volatility(day)
        returns, deviations = self._returns(day, rng, volatility)
        begin, end = self.skeleton.log_price(day), self.skeleton.log_price(day + 1)
        returns += (end - begin - returns.sum()) / _MINUTES
        closes = begin + np.cumsum(returns)
        closes[-1] = end
        opens = np.r_[begin, closes[:-1]]
        reach = np.abs(rng.standard_normal((2, _MINUTES))) * deviations * _WICK
        return Bars(
            day * DAY_MS + np.arange(_MINUTES, dtype=np.int64) * MINUTE_MS,
            self._prices(opens),
            self._prices(np.maximum(opens, closes) + reach[0]),
            self._prices(np.minimum(opens, closes) - reach[1]),
            self._prices(closes),
            self._volumes(rng, deviations * self._calm),
        )

    def _returns(
        self, day: int, rng: np.random.Generator, volatility: float
    ) -> tuple[FloatArray, FloatArray]:
        shared = _market_noise(self._seed, day)
        own = rng.standard_normal(_MINUTES)
        noise = math.sqrt(CORRELATION) * shared + math.sqrt(1 - CORRELATION) * own
        deviations = _garch_deviations(noise, volatility**2 / _MINUTES)
        jumps = rng.standard_normal(_MINUTES) * volatility * _JUMP_SIZE
        jumps *= rng.random(_MINUTES) < _JUMPS_PER_DAY / _MINUTES
        return noise * deviations + jumps, deviations

    def _prices(self, log_prices: FloatArray) -> FloatArray:
        tick = self._instrument.tick_size
        # The grid keeps order (rounding is monotone), so highs stay highs and lows stay lows.
        return np.maximum(on_grid(self._start_price * np.exp(log_prices), tick), float(tick))

    def _volumes(self, rng: np.random.Generator, activity: FloatArray) -> FloatArray:
        per_minute = float(self._instrument.max_market_qty) * _DAILY_TURNOVER_ORDERS / _MINUTES
        volumes = per_minute * activity * rng.lognormal(0.0, 0.6, _MINUTES)
        return on_grid(volumes, self._instrument.qty_step)


@lru_cache(maxsize=_KEPT_BLOCKS)
def _market_noise(seed: int, day: int) -> FloatArray:
    noise: FloatArray = generator(seed, MARKET, day, 1).standard_normal(_MINUTES)
    return noise


def _garch_deviations(noise: FloatArray, long_run: float) -> FloatArray:
    """Standard deviation of each minute's return, given its standardised noise."""
    constant = long_run * (1 - _ALPHA - _BETA)
    variance, variances = long_run, []
    for shock in noise.tolist():
        variances.append(variance)
        variance = constant + (_ALPHA * shock * shock + _BETA) * variance
    deviations: FloatArray = np.sqrt(np.array(variances))
    return deviations


def _join_candles(parts: list[Candles]) -> Candles:
    turnover = np.concatenate([part.turnover for part in parts])
    return Candles(join([part.bars for part in parts]), turnover)
