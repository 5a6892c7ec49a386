"""What a backtest reads from and is kept in: candles, filters, decisions, and the tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import instruments
from db.unit_of_work import read_session
from tasks.backtesting.case import Case
from tasks.backtesting.loading import load
from tasks.backtesting.questions import Question
from tasks.backtesting.recorded import Recorded, read_recorded
from tasks.backtesting.strategies import source_of
from tasks.candle_store.source import CandleSource
from tasks.clock import Clock
from trading.backtest.market import Filters
from trading.errors import MisconfiguredError
from trading.limits import RiskPolicy


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the past is read and answers are kept. Without `sessions` nothing is kept.

    `candles` chooses between a question's folder and the database; `policy` are the limits of the
    live desk.
    """

    candles: Callable[[Question], CandleSource]
    sessions: sessionmaker[Session] | None
    account: AccountKey
    policy: RiskPolicy
    code_version: str
    now: Clock

    def read(self, question: Question) -> Case:
        """A question with its market and its strategy.

        Raises:
            BadDataError: there are no such candles, or impossible ones.
            MisconfiguredError: there is no such strategy, or no decision is stored.
            BrokenRuleError: a file of the user's cannot be imported.
        """
        loaded = load(question, self.candles(question), self._filters(question), now=self.now())
        source = source_of(question.strategy, loaded.market, self._recorded(question))
        return Case(question, loaded, source, self.policy, self.code_version)

    def _filters(self, question: Question) -> dict[str, Filters]:
        """Tick, step and minima, as far as the database knows them: of the newest version."""
        if self.sessions is None:
            return {}
        market = question.market or self.account.environment
        with read_session(self.sessions) as session:
            known = {
                symbol: instruments.in_force(session, market, symbol, at=_soon(self.now()))
                for symbol in question.symbols
            }
        return {symbol: Filters.of(one) for symbol, one in known.items() if one is not None}

    def _recorded(self, question: Question) -> Recorded | None:
        if not question.is_recorded:
            return None
        with read_session(self.kept_in) as session:
            return read_recorded(session, self.account, question)

    @property
    def kept_in(self) -> sessionmaker[Session]:
        """The database.

        Raises:
            MisconfiguredError: this backtest runs without one.
        """
        if self.sessions is None:
            message = "stored decisions and sweeps need the database; leave --no-store away"
            raise MisconfiguredError(message)
        return self.sessions


def _soon(now: datetime) -> datetime:
    # Another process, whose clock is a little ahead, may have written what is in force now.
    return now + timedelta(minutes=1)
