"""What a strategy must beat to be worth anything: holding, doing nothing, and chance."""

from dataclasses import dataclass

from trading.backtest.held import Held, at_volatility_of, hold_all, hold_each
from trading.backtest.ran import Ran
from trading.backtest.random_entries import RandomEntries

BEATS_CHANCE_FROM = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """The comparisons of one run; doing nothing earns 0 and needs no field.

    `each` holds one symbol, `equal` all of them in equal parts, `at_volatility` the latter
    with as much money as makes it as volatile as the strategy; `chance` is None where nothing
    was traded.
    """

    each: tuple[Held, ...]
    equal: Held
    at_volatility: Held | None
    chance: RandomEntries | None

    def held(self) -> tuple[Held, ...]:
        """All ways of holding, without saying the same twice for a single symbol."""
        alike = (self.at_volatility,) if self.at_volatility else ()
        return (*self.each, *alike) if len(self.each) == 1 else (*self.each, self.equal, *alike)


def compare(ran: Ran, chance: RandomEntries | None) -> Baselines:
    """The baselines over the same candles, fees and funding as `ran`."""
    each = hold_each(ran.market, ran.rules)
    equal = each[0] if len(each) == 1 else hold_all(each)
    return Baselines(each, equal, at_volatility_of(ran.backtest.equity, equal), chance)
