"""What a question tells in words: named numbers, candles as CSV, the actions allowed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import gcd

ACTIONS = ("LONG", "SHORT", "FLAT")

_FACT = re.compile(r"^[ \t|*-]*([a-z][a-z0-9_]*)[ \t]*[:=][ \t]*(-?\d+(?:\.\d+)?)[ \t|]*$", re.M)
_ALLOWED = re.compile(r"^[ \t|*-]*allowed[^:\n]{0,20}:(.*)$", re.I | re.M)
_ACTION = re.compile(r"\b(?:LONG|SHORT|FLAT)\b", re.I)
# How `answering` puts into words what it sees, which may come back as the words of a question.
_SEEN = re.compile(r"\bvisible (high|low) is (\d+(?:\.\d+)?)")
_EXTREMES = {"high": "highest", "low": "lowest"}
_MANY = 40  # prices that hardly all lie on a coarser grid by chance
_GRID = ("last", "bid", "ask", "mark", "close")
_PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Bar:
    """One candle, prices in USDT."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a market. `bars` are oldest first and may be none."""

    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()
    allowed: tuple[str, ...] = ACTIONS

    def first(self, *names: str) -> Decimal | None:
        """The number of the first of these names that is told."""
        return next((self.numbers[name] for name in names if name in self.numbers), None)

    @property
    def last(self) -> Decimal | None:
        """The newest price that is told."""
        return self.first("last", "mark", "close") or (self.bars[-1].close if self.bars else None)

    @property
    def range(self) -> Decimal | None:
        """The average true range, or the mean range of the last candles."""
        told = self.first("atr_14", "atr")
        if told or not self.bars:
            return told
        recent = self.bars[-14:]
        return sum((bar.high - bar.low for bar in recent), Decimal(0)) / len(recent)

    @property
    def tick(self) -> Decimal:
        """The coarsest grid on which many prices lie, or the last digit of a few; 1 of none."""
        prices = [price for bar in self.bars for price in (bar.open, bar.high, bar.low, bar.close)]
        prices += [self.numbers[name] for name in _GRID if name in self.numbers]
        digits = max((-int(price.as_tuple().exponent) for price in prices), default=0)
        steps = gcd(*(int(price.scaleb(digits)) for price in prices))
        return Decimal(steps if steps and len(prices) >= _MANY else 1).scaleb(-digits)


def read_facts(text: str) -> Facts:
    """The facts in a text: `name: value` lines, the first table of candles, the actions."""
    numbers = {_EXTREMES[name]: Decimal(value) for name, value in _SEEN.findall(text)}
    numbers |= {name: Decimal(value) for name, value in reversed(_FACT.findall(text))}
    # While a position is open there is nothing to decide.
    allowed = ("FLAT",) if "position_entry" in numbers else _allowed(text)
    return Facts(numbers, tuple(_bars(text)), allowed)


def _allowed(text: str) -> tuple[str, ...]:
    for line in _ALLOWED.findall(text):
        named = {word.upper() for word in _ACTION.findall(line)}
        if named:
            return tuple(action for action in ACTIONS if action in named)
    return ACTIONS


def _bars(text: str) -> Iterator[Bar]:
    """The rows under the first line that names open, high, low and close."""
    columns: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip().lower() for cell in line.split(",")]
        if not columns:
            columns = cells if set(_PRICES) <= set(cells) else []
            continue
        prices = [Decimal(cell) for cell in _cells(columns, cells)]
        if not prices:
            return
        yield Bar(*prices)


def _cells(columns: list[str], cells: list[str]) -> list[str]:
    """The four prices of a row; nothing where the row is none."""
    if len(cells) != len(columns):
        return []
    wanted = [cells[columns.index(name)] for name in _PRICES]
    return wanted if all(re.fullmatch(r"\d+(\.\d+)?", cell) for cell in wanted) else []
