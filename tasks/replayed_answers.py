"""What an analyst would answer today to a stored question, from what it said then."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from db.queries.replay import StoredReply
from tasks.model_analyst.believing import Told, believe, doubted
from tasks.model_analyst.opinion import abstention_of
from trading import technical_analyst
from trading.analysis import Abstention, AbstentionCode, Analysis
from trading.chart import ChartImage
from trading.failures import Failure, FailureCode
from trading.grounding import Grounded, GroundingRules
from trading.model_answer import ModelAnswer
from trading.snapshot import MarketSnapshot
from trading.technical_analyst import TechnicalRules

Reader: TypeAlias = Callable[[StoredReply], ModelAnswer | Failure]
"""Reads a reply as strictly as its model's server promised to keep to the schema."""

_OF_ANSWERS = frozenset(code.value for code in FailureCode)


def answer_again(
    read: Reader,
    said: Mapping[str, object] | None,
    replies: Sequence[StoredReply],
    snapshot: MarketSnapshot,
    chart: ChartImage,
) -> Analysis | Abstention | None:
    """The answer of today, None if what the analyst said then is not stored.

    `said` is the answer as it was stored and `replies` the model's own words, one per attempt.
    `chart` says how the model was shown the market. The technical analyst thinks again. A silence
    (no money, no server) stays what it was.
    """
    if replies:
        return _of_model(read, said, replies, snapshot, chart)
    if _is_technical(said or {}):
        return technical_analyst.analyse(snapshot, TechnicalRules())
    return _silence(said or {})


def _of_model(
    read: Reader,
    said: Mapping[str, object] | None,
    replies: Sequence[StoredReply],
    snapshot: MarketSnapshot,
    chart: ChartImage,
) -> Analysis | Abstention:
    """The first reply, or the second if the first has to be asked about again; never a third."""
    version = str((said or {}).get("version") or "")
    found = _believed(read, replies[0], snapshot, chart, version)
    if isinstance(found, Failure) and found.remedy.asks_again:
        if len(replies) == 1:
            # It was not asked again for want of time, or nobody answered when it was.
            return _silence(said or {}) or abstention_of(found)
        found = _believed(read, replies[1], snapshot, chart, version)
    return abstention_of(found) if isinstance(found, Failure) else doubted(found, chart.arm)


def _believed(
    read: Reader, told: StoredReply, snapshot: MarketSnapshot, chart: ChartImage, version: str
) -> Grounded | Failure:
    then = Told(
        model=told.model,
        version=version,
        answered_at=told.answered_at,
        saw_picture=bool(told.images),
        rules=GroundingRules(),
    )
    return believe(read(told), then, snapshot, chart)


def _is_technical(said: Mapping[str, object]) -> bool:
    return (
        said.get("analyst") == technical_analyst.NAME
        or said.get("code") == AbstentionCode.DATA_TOO_SHORT
    )


def _silence(said: Mapping[str, object]) -> Abstention | None:
    """The stored abstention if it was one because there was no answer at all."""
    code = said.get("code")
    if code in _OF_ANSWERS or code not in list(AbstentionCode):
        return None
    return Abstention(AbstentionCode(str(code)), str(said.get("detail")))
