"""Stored decisions of the desk as a strategy: what was said then is traded again, never asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.recorded_decisions import RecordedDecision, recorded_decisions
from tasks.backtesting.questions import PROMPT, Question
from trading.backtest.strategies.decisions import DecisionColumns, Decisions
from trading.errors import MisconfiguredError
from trading.prompts import parse_reference
from trading.technical_analyst import NAME


@dataclass(frozen=True, slots=True)
class Recorded:
    """Decisions by symbol, how many there are, and how many of them a model may have foreseen.

    What a model has read of the days it decided about is not known, so each of its decisions
    counts as contaminated (learning.md §4.7: an unknown cut-off is contaminated). A rule's are
    not.
    """

    strategy: Decisions
    count: int
    contaminated: int


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
        sum(decision.analyst != NAME for decision in found),
    )


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
