"""Options of the `data` commands and what they mean: symbols, times, markets."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from config.environments import Environment
from trading.candles import Interval
from trading.errors import MisconfiguredError

Symbols = Annotated[
    str | None, typer.Option(metavar="A,B", help="Symbols; without it those of the settings.")
]
Timeframe = Annotated[Interval, typer.Option(help="Length of a candle.")]
Market = Annotated[
    Environment | None,
    typer.Option(
        help="Whose prices: paper are those of the simulator, live those of Bybit, read without a "
        "key. Without it the environment of the settings."
    ),
]


def symbols_of(words: str | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """The symbols of a list with commas, in upper case and once each.

    Raises:
        MisconfiguredError: the list is empty, or a word is no symbol.
    """
    if words is None:
        return otherwise
    symbols = tuple(dict.fromkeys(word.strip().upper() for word in words.split(",")))
    wrong = [symbol for symbol in symbols if not (symbol.isascii() and symbol.isalnum())]
    if wrong:
        message = f"--symbols {words}: {wrong[0]!r} is no symbol; write them like BTCUSDT,ETHUSDT"
        raise MisconfiguredError(message)
    return symbols


def moment_of(words: str, option: str) -> datetime:
    """A date or time of an option, in UTC; a time without a zone is UTC.

    Raises:
        MisconfiguredError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        message = f"{option} {words!r} is no date; write it like 2024-01-31 or 2024-01-31T12:00"
        raise MisconfiguredError(message) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def optional_moment(words: str | None, option: str) -> datetime | None:
    """Like `moment_of`; None where the option is not given."""
    return None if words is None else moment_of(words, option)
