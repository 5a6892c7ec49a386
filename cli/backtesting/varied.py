"""What a sweep varies, as it was typed, and the question it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import typer

from cli.backtesting.options import Asked, question_of
from config.settings import Settings
from tasks.backtesting.questions import Objective, Pick, SweepQuestion


@dataclass(frozen=True, slots=True)
class Varied:
    """The options of a sweep as they were typed; at most one of `random` and `search`."""

    grids: Sequence[str]
    random: int | None
    search: int | None
    objective: Objective
    fewest_trades: int
    walk_forward: str | None


def question_of_many(
    varied: Varied, asked: Asked, settings: Settings, now: datetime
) -> SweepQuestion:
    """The sweep that the options ask for, counted.

    Raises:
        BadParameter: an option contradicts another or is not written as it must be.
        MisconfiguredError: it has no or too many combinations.
    """
    pick, count = _picked(varied)
    question = SweepQuestion(
        base=question_of(asked, settings, now),
        grids=tuple(varied.grids),
        pick=pick,
        count=count,
        objective=varied.objective,
        fewest_trades=varied.fewest_trades,
        stride=varied.walk_forward,
    )
    question.combinations()
    return question


def _picked(varied: Varied) -> tuple[Pick, int]:
    if varied.random is not None and varied.search is not None:
        message = "--random and --search are two ways to pick; take one of them"
        raise typer.BadParameter(message)
    if varied.random is not None:
        return Pick.RANDOM, varied.random
    if varied.search is not None:
        return Pick.SEARCH, varied.search
    return Pick.ALL, 0
