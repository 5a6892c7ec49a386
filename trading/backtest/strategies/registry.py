"""The shipped rules by name, with their parameters, so that they can be listed and typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType

from trading.backtest.strategies.buy_and_hold import BuyAndHold
from trading.backtest.strategies.donchian import Donchian
from trading.backtest.strategies.ema_cross import EmaCross
from trading.backtest.strategies.parameters import Parameter, parameters_of, parse_all
from trading.backtest.strategies.random_entry import RandomEntry
from trading.backtest.strategies.rsi2 import Rsi2
from trading.backtest.strategies.sma_cross import SmaCross
from trading.backtest.strategies.strategy import Strategy
from trading.backtest.strategies.technical import Technical
from trading.errors import MisconfiguredError

TickSizes = Mapping[str, float]
"""The price tick of each symbol in USDT."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A rule that comes with the desk. `needs_ticks`: its levels are rounded to the tick grid."""

    name: str
    summary: str
    kind: Callable[..., Strategy]
    parameters: tuple[Parameter, ...]
    needs_ticks: bool = False

    def build(self, typed: Mapping[str, str], *, tick_sizes: TickSizes | None = None) -> Strategy:
        """The rule with the parameters that were typed, the others at their defaults.

        `tick_sizes` reach the rules that need them; without, those do not round.

        Raises:
            MisconfiguredError: there is no such parameter, or its value is not allowed.
            InvariantError: the values do not fit each other.
        """
        kind = self.kind
        if self.needs_ticks and tick_sizes is not None:
            kind = partial(kind, tick_sizes=tick_sizes)
        return kind(**parse_all(self.parameters, typed))


def shipped(name: str) -> Shipped:
    """The rule of that name.

    Raises:
        MisconfiguredError: there is none; the message tells the names there are.
    """
    if name in SHIPPED:
        return SHIPPED[name]
    near = get_close_matches(name, SHIPPED, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    message = f"there is no strategy {name}.{hint} The strategies are: {', '.join(SHIPPED)}"
    raise MisconfiguredError(message)


def _listed(*rules: tuple[str, str, type[Strategy]]) -> Mapping[str, Shipped]:
    return MappingProxyType(
        {
            name: Shipped(name, summary, kind, parameters_of(kind), kind is Technical)
            for name, summary, kind in rules
        }
    )


SHIPPED: Mapping[str, Shipped] = _listed(
    ("technical", "the built-in analyst of the live desk, in its own window", Technical),
    ("sma-cross", "simple averages of the close cross", SmaCross),
    ("ema-cross", "exponential averages of the close cross", EmaCross),
    ("donchian", "the close leaves the range of the last bars", Donchian),
    ("rsi2", "dips of a rising market and rallies of a falling one", Rsi2),
    ("buy-and-hold", "long from the start to the end", BuyAndHold),
    ("random", "entries by chance, from a seed", RandomEntry),
)
"""All shipped rules; recorded decisions and an owner's own rules are no part of it."""
