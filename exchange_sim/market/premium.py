"""The funding rate of the synthetic market: it follows a made-up premium over the index.

The premium leans with the last day's trend (a rising market pays to be long) plus noise drawn per
settlement. Rate = premium + clamp(interest - premium, -0.05 %, +0.05 %), within the instrument's
bounds: Bybit's formula (spec section 4.3) with the premium of one moment instead of an average.
"""

from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.market.intervals import DAY_MS
from exchange_sim.market.synthetic_days import Skeleton, generator, symbol_code
from exchange_sim.market.values import Instrument

_INTEREST_PER_DAY = 0.0003
_CLAMP = 0.0005
_LEAN = 0.02  # premium per unit of the last day's log return
_NOISE = 0.0002
_PURPOSE = 2


@dataclass(frozen=True, slots=True)
class SyntheticRates:
    """The funding rate of one synthetic symbol at any settlement; a fraction, six decimals."""

    seed: int
    instrument: Instrument
    skeleton: Skeleton

    def __call__(self, ts_ms: int) -> Decimal:
        """The rate settled at `ts_ms`."""
        premium = self._premium(ts_ms)
        interest = _INTEREST_PER_DAY * self.instrument.funding_interval_min / 1440
        rate = premium + min(max(interest - premium, -_CLAMP), _CLAMP)
        exact = Decimal(f"{rate:.6f}")
        upper, lower = self.instrument.upper_funding_rate, self.instrument.lower_funding_rate
        return min(max(exact, lower), upper)

    def _premium(self, ts_ms: int) -> float:
        day, part = ts_ms // DAY_MS, ts_ms % DAY_MS / DAY_MS
        # The past only: the rate is published before it is due and must not tell the future.
        yesterday, today = self.skeleton.log_price(day - 1), self.skeleton.log_price(day)
        before = self.skeleton.log_price(day - 2)
        trend = (1 - part) * (yesterday - before) + part * (today - yesterday)
        rng = generator(self.seed, symbol_code(self.instrument.symbol), ts_ms // 60_000, _PURPOSE)
        return _LEAN * trend + _NOISE * float(rng.standard_normal())
