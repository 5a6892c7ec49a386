"""Options that `backtest` and `sweep` share, and the question they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.options import moment, symbols_of
from config.settings import Settings
from tasks.backtesting.questions import FinerCandles, Question
from trading.candles import Interval

EARLIEST = datetime(2018, 1, 1, tzinfo=UTC)
"""Before the first USDT perpetual of Bybit: all candles there are."""


StrategyName = Annotated[
    str,
    typer.Option(
        "--strategy",
        metavar="NAME",
        help="A shipped rule (--strategies lists them), `decisions`, `prompt:NAME@NUMBER`, or a "
        "rule of yours as FILE.py:FUNCTION.",
    ),
]
Symbols = Annotated[
    str | None, typer.Option(metavar="A,B", help="Symbols, by default those of the settings.")
]
Timeframe = Annotated[
    Interval | None, typer.Option(help="Length of the candles, by default the settings' interval.")
]
Since = Annotated[
    datetime | None,
    typer.Option("--from", parser=moment, metavar="DATE", help="First day, in UTC."),
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--to", parser=moment, metavar="DATE", help="The day before which it ends, in UTC."
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", help="Folder of candle files; by default the database's candles."
    ),
]
Market = Annotated[
    str | None,
    typer.Option(help="Whose candles of the database: paper, testnet, demo or live."),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the strategy; repeatable."),
]
Sizing = Annotated[
    str | None,
    typer.Option(
        metavar="KIND:NUMBER",
        help="Size of an entry, such as equity_fraction:0.05 or risk_fraction:0.01.",
    ),
]
RuleOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        metavar="NAME=VALUE",
        help="A trading rule, such as stop=0.01 or max_open=3; repeatable, --rules lists them.",
    ),
]
Finer = Annotated[
    FinerCandles | None,
    typer.Option(
        help="Finer candles that tell what came first inside a bar; by default the finest there "
        "are for a backtest and none for a sweep."
    ),
]
Funding = Annotated[
    bool, typer.Option("--funding/--no-funding", help="Whether funding is paid and received.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all that is drawn at random.")]
Page = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write the report as one self-contained page."),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were typed."""

    strategy: str
    symbols: str | None
    timeframe: Interval | None
    since: datetime | None
    until: datetime | None
    folder: Path | None
    market: str | None
    parameters: Sequence[str]
    sizing: str | None
    rules: Sequence[str]
    finer: FinerCandles | None
    with_funding: bool
    seed: int


def question_of(asked: Asked, settings: Settings, now: datetime) -> Question:
    """The question that the options ask.

    Raises:
        BadParameter: an option contradicts another or is not written as it must be.
        MisconfiguredError: a trading rule is unknown or not allowed.
    """
    rules: dict[str, str | float | int | bool | None] = dict(pairs("--rule", asked.rules))
    if asked.sizing is not None:
        rules["sizing"] = asked.sizing
    try:
        question = Question(
            strategy=_findable(asked.strategy),
            parameters=pairs("--set", asked.parameters),
            rules=rules,
            symbols=symbols_of(asked.symbols, settings.symbols),
            interval=asked.timeframe or settings.interval,
            since=asked.since or EARLIEST,
            until=asked.until or now,
            folder=None if asked.folder is None else asked.folder.resolve(),
            market=asked.market,
            finer=asked.finer,
            with_funding=asked.with_funding,
            seed=asked.seed,
        )
    except ValidationError as error:
        raise typer.BadParameter(_said(error)) from None
    question.choices()
    return question


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """What was typed as NAME=VALUE, by name; a hyphen in a name may stand for its underscore.

    Raises:
        BadParameter: one is not written so, or a name comes twice.
    """
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not (name and sign and value.strip()):
            message = f"{option} {text}: write NAME=VALUE, such as {option} fast=20"
            raise typer.BadParameter(message)
        if name in found:
            message = f"{option} {name} is given twice; give it once"
            raise typer.BadParameter(message)
        found[name] = value.strip()
    return found


def _findable(strategy: str) -> str:
    """The same name, a file of the user's by its full path: a sweep may go on elsewhere."""
    place, colon, name = strategy.rpartition(":")
    return f"{Path(place).resolve()}:{name}" if colon and place.endswith(".py") else strategy


def _said(error: ValidationError) -> str:
    return "; ".join(
        fault["msg"].removeprefix("Value error, ") for fault in error.errors(include_url=False)
    )
