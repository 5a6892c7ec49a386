"""The strategy that a name means: a shipped rule, a rule of the user's, or what was decided."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from tasks.backtesting.own_rules import Rule, foreign, is_own, load_rule
from tasks.backtesting.recorded import Recorded
from trading.backtest.bars import BarSeries
from trading.backtest.market import Market
from trading.backtest.on_bar import OnBar, run_on_bar
from trading.backtest.records import Backtest
from trading.backtest.rules import Rules
from trading.backtest.signals import Signals
from trading.backtest.strategies.own import build_own, own_rule
from trading.backtest.strategies.parameters import parse_all
from trading.backtest.strategies.registry import shipped
from trading.backtest.strategies.strategy import Strategy
from trading.errors import MisconfiguredError

Parameters: TypeAlias = Mapping[str, str]
"""Parameters by name, as they were typed."""


@dataclass(frozen=True, slots=True)
class Own:
    """A user's rule with its name, so that what it raises is known to be theirs."""

    name: str
    strategy: Strategy

    @property
    def warm_up_bars(self) -> int:
        """Bars it needs before its first wish."""
        return self.strategy.warm_up_bars

    def signals(self, bars: BarSeries) -> Signals:
        """Its wishes, checked.

        Raises:
            BrokenRuleError: it raised something.
            InvariantError: it answered nonsense.
        """
        with foreign(self.name):
            return self.strategy.signals(bars)


@dataclass(frozen=True, slots=True)
class BarByBar:
    """A user's class that is asked at every bar; it is built anew for each symbol."""

    name: str
    kind: Rule
    parameters: Parameters

    def run(self, market: Market, rules: Rules) -> Backtest:
        """The backtest of a new object for each symbol.

        Raises:
            BrokenRuleError: it raised something.
        """
        with foreign(self.name):
            asked = {
                symbol: cast(OnBar, build_own(self.kind, self.parameters))
                for symbol in market.symbols
            }
            return run_on_bar(market, asked, rules)


@dataclass(frozen=True, slots=True)
class Source:
    """Where strategies come from: by name, with what they need to know of the market.

    `recorded` holds the stored decisions where the name means those. A user's file is read once.
    """

    name: str
    tick_sizes: Mapping[str, float]
    recorded: Recorded | None = None
    own: Rule | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is a rule of the user's, whose honesty is unknown."""
        return self.own is not None

    @property
    def is_bar_by_bar(self) -> bool:
        """Whether it is a class that is asked at every bar."""
        return inspect.isclass(self.own) and hasattr(self.own, "on_bar")

    def build(self, parameters: Parameters) -> Strategy:
        """The strategy with these parameters.

        Raises:
            MisconfiguredError: it has no such parameter, or the value is not allowed.
            InvariantError: the values do not fit each other.
        """
        if self.recorded is not None:
            return self.recorded.strategy
        if self.own is not None:
            return Own(self.name, own_rule(self.own, parameters))
        return shipped(self.name).build(parameters, tick_sizes=self.tick_sizes)

    def require_allowed(self, parameters: Parameters) -> None:
        """Refuse parameters that the strategy does not have, or values it may not have.

        Raises:
            MisconfiguredError: with what is allowed.
        """
        if self.recorded is not None:
            message = f"{self.name} has no parameters; only trading rules (rule.NAME) can vary"
            raise MisconfiguredError(message)
        if self.own is not None:
            own_rule(self.own, parameters)
            return
        parse_all(shipped(self.name).parameters, parameters)

    def bar_by_bar(self, parameters: Parameters) -> BarByBar:
        """The class that is asked at every bar, with these parameters."""
        assert self.own is not None  # `is_bar_by_bar` was asked before
        return BarByBar(self.name, self.own, parameters)


def source_of(name: str, market: Market, recorded: Recorded | None = None) -> Source:
    """Where the strategies of this name come from.

    Raises:
        MisconfiguredError: there is no strategy, file or function of that name.
        BrokenRuleError: the user's file fails while it is imported.
    """
    ticks = {symbol: one.tick_size for symbol, one in market.filters.items() if one.tick_size}
    if recorded is not None:
        return Source(name, ticks, recorded=recorded)
    if is_own(name):
        return Source(name, ticks, own=load_rule(name))
    shipped(name)
    return Source(name, ticks)
