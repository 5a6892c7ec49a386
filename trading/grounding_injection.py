"""Does an answer speak to a machine instead of its reader?

Nothing in an answer is ever executed. Text that looks like a tool call, an order or a link is a
sign that the model followed somebody else (a headline, a text in the picture), so the rest of the
answer is worth nothing either.
"""

import re
import unicodedata
from collections.abc import Iterator

from trading.failures import Failure, FailureCode
from trading.grounding_view import GroundingView
from trading.model_answer import ModelAnswer

# Cyrillic and Greek letters that look like Latin ones, which Unicode's own folding leaves.
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("аеорсухіјѕԁһӏктм", "aeopcyxijsdhlktm", strict=True)),
        **dict(zip("οανιρτυκɡı", "oaviptukgi", strict=True)),
    }
)

_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "a link",
        re.compile(
            r"[a-z]{2,10}://|\bh(?:xx|tt)ps?\b|\bwww\.|javascript:|data:[a-z]+/|\]\("
            r"|\b[a-z0-9-]+(?:\.|\[\.\])(?:com|net|org|io|xyz|ru|app)\b"
        ),
    ),
    (
        "a tool call",
        re.compile(
            r"\b(?:tool|function)_?calls?\b|\btool_use\b|\bfunctions\.[a-z]|\bto=[a-z]"
            r"|<\s*/?\s*(?:tool|function|invoke|parameter|system|assistant|user|script|img|iframe"
            r"|svg|a\s+href)\b|<\||\|>|\[/?inst\]"
            r"|[\"'](?:arguments|parameters|recipient_name|tool)[\"']\s*:"
        ),
    ),
    (
        "an order command",
        re.compile(
            r"\b(?:place|create|submit|send|cancel|amend|modify|close|open|market|set)_?"
            r"(?:order|orders|position|positions|leverage|buy|sell|trade|margin|stop)\s*\("
            r"|\b(?:place|create|submit|cancel|amend)_orders?\b|/v5/|\border_?link_?id\b"
            r"|[\"'](?:side|symbol|order_?type|qty|quantity|leverage|reduce_?only)[\"']\s*:"
            r"|\b(?:withdraw|transfer)\b.{0,30}\b(?:funds|usdt|usdc|btc|eth|balance|wallet)\b"
            r"|\b\d{1,3}\s*x\s+leverage\b|\bleverage\s+(?:of|to|at)\s+\d"
        ),
    ),
    (
        "an instruction",
        re.compile(
            r"\b(?:ignore|disregard|forget|override|bypass|disable)\b.{0,30}"
            r"\b(?:instructions?|prompts?|rules|limits?|guardrails?|safety|validators?|checks)\b"
            r"|\bsystem\s+prompt\b|\byou\s+are\s+now\b|\bnew\s+instructions?\b"
        ),
    ),
    (
        "code",
        re.compile(
            r"\b(?:curl|wget|powershell|bash|sudo|rm)\s+-|\bos\.system\b|\bsubprocess\b"
            r"|\b__import__\b|\beval\s*\(|\bexec\s*\(|\{\{|\{%"
            r"|\b(?:drop|delete|truncate|alter)\s+(?:table|from)\b|\bunion\s+select\b"
        ),
    ),
    ("a command of the desk", re.compile(r"(?:^|\s)/(?:approve|resume|close|halt|reject)\b")),
)


def check_injection(answer: ModelAnswer, _: GroundingView) -> Failure | None:
    """None if every text of the answer reads as an analysis."""
    for place, text in _texts(answer):
        plain = _folded(text)
        for kind, sign in _SIGNS:
            found = sign.search(plain)
            if found is not None:
                return Failure(
                    FailureCode.INJECTION, f"{place} contains {kind}: {found.group()[:60]!a}"
                )
    return None


def _texts(answer: ModelAnswer) -> Iterator[tuple[str, str]]:
    yield "chart_code", answer.chart_code
    for number, pattern in enumerate(answer.patterns):
        yield f"patterns/{number}/note", pattern.note
    for number, item in enumerate(answer.evidence):
        yield f"evidence/{number}/claim", item.claim
        yield f"evidence/{number}/field", item.field
    for name in ("bull_case", "bear_case", "invalidation", "summary"):
        yield name, getattr(answer, name)


def _folded(text: str) -> str:
    """`text` as a reader sees it: one width, no marks on letters, nothing unseen, lower case."""
    wide = unicodedata.normalize("NFKD", text)
    seen = "".join(c for c in wide if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return " ".join(seen.casefold().translate(_LOOKALIKES).split())
