"""What the desk's database knows of a question: filters of its symbols, and decisions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session, sessionmaker

from config.knowledge import knows_until
from db.keys import AccountKey
from db.queries.recorded_decisions import RecordedDecision, recorded_decisions
from db.repositories import instruments
from db.unit_of_work import read_session
from tasks.backtesting.questions import PROMPT, Question
from tasks.backtesting.recorded import CLEAN_AFTER, Recorded
from trading.backtest.market import Filters
from trading.backtest.strategies.decisions import DecisionColumns, Decisions
from trading.errors import MisconfiguredError
from trading.prompts import parse_reference
from trading.technical_analyst import NAME


@dataclass(frozen=True, slots=True)
class DeskRecords:
    """The records of one account."""

    sessions: sessionmaker[Session]
    account: AccountKey

    def filters(self, question: Question, now: datetime) -> dict[str, Filters]:
        """Tick, step and minima of the question's symbols, of the newest version, where known."""
        market = question.market or self.account.environment
        with read_session(self.sessions) as session:
            known = {
                symbol: instruments.in_force(session, market, symbol, at=_soon(now))
                for symbol in question.symbols
            }
        return {symbol: Filters.of(one) for symbol, one in known.items() if one is not None}

    def recorded(self, question: Question) -> Recorded:
        """The decisions of the account; as `read_recorded`."""
        with read_session(self.sessions) as session:
            return read_recorded(session, self.account, question)


def read_recorded(session: Session, key: AccountKey, question: Question) -> Recorded:
    """The account's decisions that the question is about.

    Raises:
        MisconfiguredError: none is stored in that time.
    """
    found = list(
        recorded_decisions(
            session,
            key,
            question.symbols,
            since=question.since,
            until=question.until,
            prompt=_prompt(question.strategy),
        )
    )
    if not found:
        message = (
            f"no decision of {question.strategy} for {', '.join(question.symbols)} is stored from "
            f"{question.since:%Y-%m-%d} to {question.until:%Y-%m-%d}. No model is asked about "
            "the past, where it may know the outcome: let the desk decide first (autotrader up)"
        )
        raise MisconfiguredError(message)
    return Recorded(
        Decisions(_columns(found)),
        len(found),
        sum(map(_may_be_foreseen, found)),
    )


def _soon(now: datetime) -> datetime:
    # Another process, whose clock is a little ahead, may have written what is in force now.
    return now + timedelta(minutes=1)


def _may_be_foreseen(decision: RecordedDecision) -> bool:
    if decision.analyst == NAME:
        return False
    known = knows_until(decision.analyst)
    return known is None or decision.decided_at.date() < known + CLEAN_AFTER


def _prompt(strategy: str) -> str | None:
    if not strategy.startswith(PROMPT):
        return None
    reference = parse_reference(strategy.removeprefix(PROMPT))
    if reference.number is None:
        message = f"{strategy} names no version; write it with its number, {PROMPT}{reference}@1"
        raise MisconfiguredError(message)
    return str(reference)


def _columns(found: Iterable[RecordedDecision]) -> dict[str, DecisionColumns]:
    by_symbol: dict[str, list[RecordedDecision]] = defaultdict(list)
    for decision in found:
        by_symbol[decision.symbol].append(decision)
    return {symbol: _of_symbol(decisions) for symbol, decisions in by_symbol.items()}


def _of_symbol(decisions: Sequence[RecordedDecision]) -> DecisionColumns:
    return DecisionColumns(
        decided_ms=np.array([round(one.decided_at.timestamp() * 1000) for one in decisions]),
        side=np.array([one.direction.sign for one in decisions], np.int8),
        stop=np.array([float(one.stop_loss) for one in decisions]),
        target=np.array([float(one.take_profit) for one in decisions]),
    )
