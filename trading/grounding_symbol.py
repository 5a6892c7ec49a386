"""Is the answer about the market that was asked about?

The schema has no field for a symbol, so that no answer can choose one (analysis.md §3.4). What is
left is an answer that speaks of another market: about a person's chart of another symbol, which
has no code of ours, or meant for another question that a server mixed up with this one.
"""

import re
import unicodedata
from collections.abc import Iterator

from trading.bitcoin import BITCOIN
from trading.chart_masking import MASKED_SYMBOL
from trading.failures import Failure, FailureCode
from trading.grounding_view import GroundingView
from trading.model_answer import ModelAnswer

# BTCUSDT, BTC/USDT, BTC-USDT, 1000PEPEUSDT; but not an amount such as 25KUSDT.
_MARKET = re.compile(r"\b(?!\d+[KM]?[/_-]?USDT)([A-Z0-9]{1,26})[/_-]?USDT\b")

_MULTIPLE = re.compile(r"^10+(?=[A-Z])|(?<=[A-Z])10+$")


def check_symbol(answer: ModelAnswer, view: GroundingView) -> Failure | None:
    """None unless the answer names other markets and never the one it was asked about.

    Bitcoin may be named beside any other, because it is told of. Who was shown a market without a
    name can name none: an answer that does is about one that it remembers.
    """
    asked = view.snapshot.symbol
    named = {name for text in _texts(answer) for name in _markets(text)}
    strangers = sorted(named if asked == MASKED_SYMBOL else named - {BITCOIN})
    if not strangers or _coin(asked) in map(_coin, named):
        return None
    return Failure(
        FailureCode.SYMBOL_MISMATCH,
        f"asked about {asked}, it speaks of {', '.join(strangers)[:200]}",
    )


def _texts(answer: ModelAnswer) -> Iterator[str]:
    yield from (pattern.note for pattern in answer.patterns)
    yield from (item.claim for item in answer.evidence)
    yield from (answer.bull_case, answer.bear_case, answer.invalidation, answer.summary)


def _markets(text: str) -> Iterator[str]:
    for found in _MARKET.finditer(unicodedata.normalize("NFKC", text)):
        yield f"{found.group(1)}USDT"


def _coin(symbol: str) -> str:
    """The coin without how many of it are traded as one: PEPE of 1000PEPEUSDT."""
    return _MULTIPLE.sub("", symbol.removesuffix("USDT"))
