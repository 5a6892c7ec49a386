"""One run with everything that made it."""

from collections.abc import Sequence
from dataclasses import dataclass

from trading.backtest.market import Market
from trading.backtest.records import Backtest
from trading.backtest.rules import Rules
from trading.backtest.signals import Signals


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """A backtest beside its market, signals and rules.

    `target_first` is the same run with the target before the stop inside a candle, None where it
    was not made.
    """

    market: Market
    signals: Sequence[Signals]
    rules: Rules
    backtest: Backtest
    target_first: Backtest | None = None
