"""Options that more than one command has, and what the words typed for them mean."""

from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from trading.instruments import is_perpetual

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object, the last line of stdout.")
]
Live = Annotated[
    bool, typer.Option("--live", help="Ask the exchange instead of the database's mirror.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before sending the order.")]

Otherwise = TypeVar("Otherwise")


def moment(text: str) -> datetime:
    """A day or a time of an option, in UTC; one without a zone is UTC.

    Raises:
        BadParameter: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no time; write 2026-01-31 or 2026-01-31T03:00, in UTC"
        raise typer.BadParameter(message) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def symbols_of(words: str | None, otherwise: Otherwise) -> tuple[str, ...] | Otherwise:
    """The symbols of a list with commas, in upper case and once each; without one `otherwise`.

    Raises:
        BadParameter: a word is not spelled like a USDT perpetual.
    """
    if words is None:
        return otherwise
    symbols = tuple(dict.fromkeys(word.strip().upper() for word in words.split(",")))
    wrong = [symbol or "an empty word" for symbol in symbols if not is_perpetual(symbol)]
    if wrong:
        message = f"{', '.join(wrong)} is no USDT perpetual; write them like BTCUSDT,ETHUSDT"
        raise typer.BadParameter(message)
    return symbols
