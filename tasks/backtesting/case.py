"""A question with everything its answer depends on."""

from dataclasses import dataclass, replace
from typing import Self

from tasks.backtesting.loading import Loaded
from tasks.backtesting.questions import Question
from tasks.backtesting.strategies import Source
from trading.backtest.market import Market
from trading.backtest.rules import Rules
from trading.limits import RiskPolicy


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Equal cases have equal answers.

    The question says all that the live desk would have said for it. `policy` are the desk's
    limits, which hold where the question's rules say so.
    """

    question: Question
    loaded: Loaded
    source: Source
    policy: RiskPolicy
    code_version: str

    @property
    def market(self) -> Market:
        """The candles that are traded."""
        return self.loaded.market

    @property
    def rules(self) -> Rules:
        """How they are traded."""
        return self.question.choices().engine_rules(self.policy)

    def asking(self, question: Question) -> Self:
        """The same case with another question about the same candles."""
        return replace(self, question=question)

    def over(self, market: Market) -> Self:
        """The same case over a part of its market."""
        return replace(self, loaded=replace(self.loaded, market=market))
