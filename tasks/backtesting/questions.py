"""What is asked of the past, in words that can be typed, scheduled, stored and asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tasks.backtesting.rule_choices import RuleChoices
from trading.backtest.grids import Grid, parse_axis, require_affordable
from trading.backtest.walk_forward import Stride, parse_stride
from trading.candles import Interval
from trading.errors import MisconfiguredError
from trading.instruments import is_perpetual

TECHNICAL = "technical"
"""The live desk's own analyst."""

DECISIONS = "decisions"
PROMPT = "prompt:"
"""Strategies that are no rule: what the desk's analyst decided, and what one prompt said."""


class FinerCandles(StrEnum):
    """Which shorter candles look inside a bar: the finest there are, none, or those of a length.

    The finest are the shortest that fill the bars.
    """

    FINEST = "finest"
    NONE = "none"
    M1 = Interval.M1.value
    M5 = Interval.M5.value
    M15 = Interval.M15.value
    H1 = Interval.H1.value
    H4 = Interval.H4.value

    @property
    def interval(self) -> Interval | None:
        """The length that is named; None where none is."""
        return Interval(self.value) if self.value in set(Interval) else None


class Question(BaseModel):
    """One backtest. Times are UTC, `since` belongs to it and `until` does not.

    `folder` holds candles as files; without it they come from the database, of the environment
    `market` (None: the desk's own). `finer` candles say what came first inside a bar (None: what
    is usual, the finest there are for a backtest and none for a sweep). `rules` that are not given
    are those of the live desk where the wishes are its own (`LiveDesk.completed`), else they keep
    their defaults (`RuleChoices`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    strategy: str = Field(TECHNICAL, min_length=1)
    parameters: dict[str, str] = {}
    rules: dict[str, str | float | int | bool | None] = {}
    symbols: tuple[str, ...] = Field(("BTCUSDT",), min_length=1)
    interval: Interval = Interval.H1
    since: datetime
    until: datetime
    folder: Path | None = None
    market: str | None = None
    finer: FinerCandles | None = None
    with_funding: bool = True
    seed: int = Field(1, ge=0, lt=2**63)

    @model_validator(mode="after")
    def _refuse_impossible(self) -> Self:
        odd = [symbol for symbol in self.symbols if not is_perpetual(symbol)]
        if odd:
            raise ValueError(f"{', '.join(odd)} is no USDT perpetual; write BTCUSDT,ETHUSDT")
        if len(set(self.symbols)) < len(self.symbols):
            raise ValueError(f"{', '.join(self.symbols)} names a symbol twice; name each once")
        if self.since.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("since and until need a time zone; write 2025-01-01T00:00Z")
        if not self.since < self.until:
            raise ValueError(f"since {self.since:%Y-%m-%d} is not before {self.until:%Y-%m-%d}")
        named = None if self.finer is None else self.finer.interval
        if named is not None and named.length >= self.interval.length:
            raise ValueError(f"finer is {named}; it must be shorter than {self.interval}")
        return self

    @property
    def is_of_the_desk(self) -> bool:
        """Whether its wishes are the live desk's, so that it trades as live unless told."""
        return self.strategy == TECHNICAL or self.is_recorded

    @property
    def is_recorded(self) -> bool:
        """Whether it is no rule but what was decided and stored."""
        return self.strategy == DECISIONS or self.strategy.startswith(PROMPT)

    @property
    def needs_database(self) -> bool:
        """Whether candles or decisions come from the database."""
        return self.folder is None or self.is_recorded

    def choices(self, more: Mapping[str, str] | None = None) -> RuleChoices:
        """The trading rules it names, the others at their defaults; `more` wins over its own.

        Raises:
            MisconfiguredError: a rule is unknown or not allowed.
        """
        return RuleChoices.read({**self.rules, **(more or {})})

    def between(self, since: datetime, until: datetime) -> "Question":
        """The same question about another stretch of time."""
        return self.model_copy(update={"since": since.astimezone(UTC), "until": until})


class Pick(StrEnum):
    """Which combinations of a grid are tried."""

    ALL = "all"
    RANDOM = "random"
    SEARCH = "search"
    """Optuna's tree-structured Parzen estimator looks where it was good before."""


class Objective(StrEnum):
    """What the best combination is best at."""

    SHARPE = "sharpe"
    NET = "net"
    CALMAR = "calmar"
    PROFIT_FACTOR = "profit_factor"


MOST_SEARCHED = 10_000
"""A search learns from every score before each round: its work grows with their square."""


class SweepQuestion(BaseModel):
    """One question asked with many parameters. A grid named `rule.NAME` varies a trading rule.

    `count` is how many combinations a random draw or a search tries. With `stride` the best are
    chosen anew in every window and traded in the next (walk-forward).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: Question
    grids: tuple[str, ...]
    pick: Pick = Pick.ALL
    count: int = Field(0, ge=0)
    objective: Objective = Objective.SHARPE
    fewest_trades: int = Field(20, ge=0)
    stride: str | None = None

    def grid(self) -> Grid:
        """All combinations there are.

        Raises:
            MisconfiguredError: there are none, or a grid is written wrongly.
        """
        return Grid(tuple(parse_axis(text) for text in self.grids))

    def combinations(self) -> int:
        """How many of them are tried (in each window of a walk-forward).

        Raises:
            MisconfiguredError: none, or more than a sweep may try.
        """
        size = self.grid().size
        count = size if self.pick is Pick.ALL else min(self.count, size)
        require_affordable(count)
        if self.pick is Pick.SEARCH and count > MOST_SEARCHED:
            message = (
                f"a search of {count:,} combinations would think longer than it runs; search at "
                f"most {MOST_SEARCHED:,}, or draw them at random (--random {count})"
            )
            raise MisconfiguredError(message)
        return count

    def varied_rules(self) -> frozenset[str]:
        """The trading rules that its grids vary, by name."""
        axes = (axis.name for axis in self.grid().axes)
        return frozenset(name.removeprefix(RULE) for name in axes if name.startswith(RULE))

    def walk(self) -> Stride | None:
        """The stride of a walk-forward; None for one sweep over the whole time."""
        return None if self.stride is None else parse_stride(self.stride)


RULE = "rule."
"""Before the name of a grid that varies a trading rule."""


def split(combination: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The parameters of the strategy and the trading rules of a combination, by name."""
    rules = {
        name.removeprefix(RULE): value
        for name, value in combination.items()
        if name.startswith(RULE)
    }
    ours = {name: value for name, value in combination.items() if not name.startswith(RULE)}
    return ours, rules
