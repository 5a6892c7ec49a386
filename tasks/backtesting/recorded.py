"""Stored decisions of the desk as a strategy: what was said then is traded again, never asked."""

from dataclasses import dataclass
from datetime import timedelta

from trading.backtest.strategies.decisions import Decisions

CLEAN_AFTER = timedelta(days=30)
"""How long after the end of a model's training data its decisions begin to count."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Decisions by symbol, how many there are, and how many of them a model may have foreseen.

    A model may have foreseen what it decided less than `CLEAN_AFTER` after the end of its training
    data, or at any time if nobody knows that end (learning.md §4.7). A rule foresees nothing.
    """

    strategy: Decisions
    count: int
    contaminated: int
