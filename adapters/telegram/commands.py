"""The vocabulary: what can be typed, and how a line of text is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trading.brakes import TripPolicy
from trading.pages import Deed, DeedKind, Subject

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "status": "equity, positions, halts at a glance",
        "positions": "open positions with their stops",
        "balance": "equity, free balance, margin",
        "profit": "result of all closed trades",
        "daily": "results by day",
        "weekly": "results by week",
        "monthly": "results by month",
        "trades": "the last trades",
        "performance": "results by symbol",
        "decisions": "what was decided lately, and why",
        "health": "which parts of the desk live",
        "halt": "stop entries: /halt [keep|reduce|flatten] why",
        "resume": "allow entries again: /resume why",
        "close": "close a position: /close SYMBOL",
        "approve": "orders that wait for your word",
        "reject": "orders that wait for your word",
        "help": "this list",
    }
)
LONGEST_REASON = 200
_SYMBOL = re.compile(r"[A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Typed:
    """A command and the words after it."""

    name: str
    words: tuple[str, ...] = ()

    @property
    def subject(self) -> Subject | None:
        """The page it asks for, if it asks for one."""
        return Subject(self.name) if self.name in set(Subject) else None


def read_command(text: str) -> Typed | None:
    """The command in `text`, None if there is none. `/close@desk_bot btcusdt` is `close`."""
    first, *words = text.split() or [""]
    if not first.startswith("/"):
        return None
    return Typed(first[1:].partition("@")[0].lower(), tuple(words))


def deed_of(typed: Typed) -> Deed | None:
    """What a command wants done; None if words are missing or it wants nothing done."""
    match typed.name:
        case "halt":
            policy, words = _policy(typed.words)
            return Deed(DeedKind.HALT, _reason(words), policy=policy)
        case "resume":
            return Deed(DeedKind.RESUME, _reason(typed.words))
        case "close" if typed.words and _SYMBOL.fullmatch(symbol := typed.words[0].upper()):
            return Deed(DeedKind.CLOSE, "asked for by phone", symbol=symbol)
        case _:
            return None


def _policy(words: tuple[str, ...]) -> tuple[TripPolicy, tuple[str, ...]]:
    if words and words[0].lower() in set(TripPolicy):
        return TripPolicy(words[0].lower()), words[1:]
    return TripPolicy.KEEP, words


def _reason(words: tuple[str, ...]) -> str:
    return " ".join(words)[:LONGEST_REASON].strip() or "asked for by phone"
