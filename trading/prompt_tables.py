"""The market as a prompt tells it: named facts, candles as CSV, foreign text marked as foreign."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from itertools import groupby

from trading.analysis import Action
from trading.candles import Candle
from trading.canonical import plain
from trading.checks import require
from trading.snapshot import PositionFacts

CANDLES_LOW = 60
"""Bars of the decision's own timeframe that are written out."""
CANDLES_HIGH = 30
"""Bars of the higher timeframe that are written out."""

EXTERNAL_TAG = "external_text"
"""The delimiter of text that others wrote; no such text can close it."""
MOST_EXTERNAL_ITEMS = 8
LONGEST_EXTERNAL_ITEM = 300

_COLUMNS = "open,high,low,close,volume"
CSV_HEAD = f"time,{_COLUMNS}"
_UNDATED_HEAD = f"bar,{_COLUMNS}"
_VOLUME = Context(prec=4)
_ANGLES = str.maketrans({"<": "(", ">": ")", "‹": "(", "›": ")", "〈": "(", "〉": ")"})
_UNSEEN = ("Cc", "Cf", "Co", "Cn", "Cs")
_TAG_WORD = re.compile(EXTERNAL_TAG, re.IGNORECASE)
_MOST_LOOKED_AT = 10 * LONGEST_EXTERNAL_ITEM
_LEVELS = ("swing_", "previous_", "ema_", "highest", "lowest")
_DERIVATIVES = (
    "mark",
    "index",
    "basis_",
    "funding_",
    "minutes_to_funding",
    "open_interest",
    "long_short_",
    "turnover_",
)
_SETTLED = re.compile(r"funding_\d")
_POSITION = "position_"
_READ_OFF_THE_PICTURE = ("highest", "lowest")


@dataclass(frozen=True, slots=True)
class FactTables:
    """Every fact of a market once, in three tables of `name: value` lines."""

    market: str
    levels: str
    derivatives: str


def fact_tables(facts: Mapping[str, Decimal]) -> FactTables:
    """The facts apart: prices to lean on, what the perpetual adds to the coin, all the rest.

    The order within a table is the one given. What is known of a position is no fact of the market
    and is in `position_lines`.
    """
    levels = {name: facts[name] for name in facts if name.startswith(_LEVELS)}
    derivatives = {name: facts[name] for name in facts if name.startswith(_DERIVATIVES)}
    rest = {
        name: facts[name]
        for name in facts
        if name not in levels | derivatives and not name.startswith(_POSITION)
    }
    return FactTables(facts_table(rest), facts_table(levels), facts_table(derivatives))


def without_extremes(facts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The facts that may stand beside a picture.

    The extremes of the drawn candles are to be read off it: told in words, the reading back would
    prove nothing.
    """
    return {name: facts[name] for name in facts if name not in _READ_OFF_THE_PICTURE}


def facts_table(facts: Mapping[str, Decimal]) -> str:
    """One `name: value` line for each fact, in the order given; settled funding in one row.

    Nine rates in a row are read as one movement, and cost half of nine lines.
    """
    lines: list[str] = []
    for is_settled, group in groupby(
        facts.items(), lambda fact: bool(_SETTLED.fullmatch(fact[0]))
    ):
        told = list(group)
        lines += (
            [_row(told)] if is_settled else [f"{name}: {plain(value)}" for name, value in told]
        )
    return "\n".join(lines)


def candles_csv(
    candles: Sequence[Candle], tick_size: Decimal, *, rows: int, is_dated: bool = True
) -> str:
    """The newest `rows` candles, oldest first, under a head line; empty without candles.

    Times are opening times in UTC without the year, the day only where it changes. Undated candles
    are counted backwards from the newest, which is 0, as on a masked picture. Prices are at tick
    precision, volume in the base coin with four digits.
    """
    require(rows > 0, f"a table of {rows} candles was asked for; at least 1")
    if not candles:
        return ""
    told = candles[-rows:]
    whens = (
        _times(told) if is_dated else [str(place + 1 - len(told)) for place in range(len(told))]
    )
    lines = [_candle_row(*one, tick_size) for one in zip(whens, told, strict=True)]
    return "\n".join([CSV_HEAD if is_dated else _UNDATED_HEAD, *lines])


def position_lines(
    position: PositionFacts | None, facts: Mapping[str, Decimal], bars_held: int | None = None
) -> str:
    """Side, age and facts of the open position, one `name: value` line each; empty when flat.

    Age is left out where nobody knows it. Like the side it is no evidence to cite: it says
    nothing of the market.
    """
    if position is None:
        return ""
    own = {name: facts[name] for name in facts if name.startswith(_POSITION)}
    age = () if bars_held is None else (f"bars_held: {bars_held}",)
    return "\n".join((f"side: {position.direction}", *age, facts_table(own)))


def action_words(actions: Iterable[Action]) -> tuple[str, ...]:
    """The actions that are allowed now, as the answer spells them."""
    return tuple(action.name for action in actions)


def moment(when: datetime) -> str:
    """A moment as the prompt writes it: `2024-01-10 12:00 UTC`."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def external_block(items: Sequence[str]) -> str:
    """Text that others wrote, one line each, between delimiters that it cannot close.

    At most 8 items of 300 characters. Angle brackets of any script become round ones, unseen
    characters and line breaks go; empty without items.
    """
    lines = [line for line in map(_tamed, items[:MOST_EXTERNAL_ITEMS]) if line]
    if not lines:
        return ""
    return "\n".join([f"<{EXTERNAL_TAG}>", *(f"- {line}" for line in lines), f"</{EXTERNAL_TAG}>"])


def _row(told: Sequence[tuple[str, Decimal]]) -> str:
    """Numbered facts on one line: `funding_1 to funding_9: …`."""
    names, values = [name for name, _ in told], [plain(value) for _, value in told]
    head = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    return f"{head}: {', '.join(values)}"


def _times(candles: Sequence[Candle]) -> list[str]:
    opened = [candle.opened_at for candle in candles]
    days = [None, *(moment.date() for moment in opened)]
    return [
        f"{moment:%H:%M}" if moment.date() == before else f"{moment:%m-%d %H:%M}"
        for before, moment in zip(days, opened, strict=False)
    ]


def _candle_row(when: str, candle: Candle, tick: Decimal) -> str:
    prices = (candle.open, candle.high, candle.low, candle.close)
    cells = [when, *(plain(price.quantize(tick)) for price in prices)]
    return ",".join([*cells, plain(_VOLUME.plus(candle.volume))])


def _tamed(text: str) -> str:
    # The wide and small forms of < and > become plain ones first, then all of them go.
    normal = unicodedata.normalize("NFKC", text[:_MOST_LOOKED_AT]).translate(_ANGLES)
    seen = "".join(
        " " if character.isspace() or unicodedata.category(character) in _UNSEEN else character
        for character in normal
    )
    told = _TAG_WORD.sub("external text", re.sub(r" +", " ", seen)).strip()
    return told[:LONGEST_EXTERNAL_ITEM].rstrip()
