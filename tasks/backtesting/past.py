"""What a backtest reads: candles, filters, the desk's decisions, and how the desk trades."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tasks.backtesting.case import Case
from tasks.backtesting.live_desk import LiveDesk
from tasks.backtesting.loading import load
from tasks.backtesting.questions import Question
from tasks.backtesting.recorded import Recorded
from tasks.backtesting.strategies import source_of
from tasks.candle_store.source import CandleSource
from tasks.clock import Clock
from trading.backtest.market import Filters


@dataclass(frozen=True, slots=True)
class Past:
    """Where the past is read; nothing is kept of what it answers.

    `candles` chooses between a question's folder and the database, `filters` are what is known of
    its symbols at a moment, `recorded` the decisions it is about. `desk` is how the owner's live
    desk trades.
    """

    candles: Callable[[Question], CandleSource]
    filters: Callable[[Question, datetime], Mapping[str, Filters]]
    recorded: Callable[[Question], Recorded]
    desk: LiveDesk
    code_version: str
    now: Clock

    def read(self, question: Question, *, varied: frozenset[str] = frozenset()) -> Case:
        """A question with its market and its strategy; a sweep says which rules it varies.

        Raises:
            BadDataError: there are no such candles, or impossible ones.
            MisconfiguredError: there is no such strategy, or no decision is stored.
            BrokenRuleError: a file of the user's cannot be imported.
        """
        asked, now = self.desk.completed(question, varied=varied), self.now()
        asked.choices()  # before anything is read: a wrong rule needs no candles to be told
        loaded = load(question, self.candles(question), self.filters(question, now), now=now)
        recorded = self.recorded(question) if question.is_recorded else None
        source = source_of(question.strategy, loaded.market, recorded)
        return Case(asked, loaded, source, self.desk.policy(asked), self.code_version)
