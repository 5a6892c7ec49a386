"""A stored decision once more, through the code and the settings of today, asking nobody.

From the stored snapshot on everything is done again: the picture is drawn, the answer read,
grounded and judged. The risk limits are not: they looked at an account that is not the same now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from db.queries.replay import StoredDecision, replies_before
from db.repositories.decisions import pictures_of
from tasks.analysis import Judgement, judge
from tasks.charts import drawn
from tasks.comparing import Difference, differences
from tasks.entries import outcome_of
from tasks.model_analyst.desk import ARM
from tasks.replayed_answers import Reader, answer_again
from tasks.resources import Desk, Renderer
from tasks.uploaded_charts import stored_chart
from trading.analysis import Abstention, Analysis
from trading.arms import UPLOADED, Arm, ImageArm, arm_of_label
from trading.canonical import Json, canonical
from trading.chart import ChartImage
from trading.errors import BadDataError
from trading.reasons import Reason
from trading.snapshot import MarketSnapshot
from trading.snapshot_json import snapshot_from_json

_PASSED = "passes on to the limits"
_JUDGED = (Reason.ANALYST_FLAT, Reason.ANALYST_ABSTAINED)
_JUDGED_STAGES = ("signal.", "confidence.")


class Status(StrEnum):
    """What came of a replay. UNSEEN: the market was not looked at, so there is nothing to do."""

    SAME = "same"
    DIFFERS = "differs"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision and where it would be another one today.

    `is_same_code` and `is_same_settings` say whether it was made by what runs now.
    """

    decision_id: UUID
    slot: datetime
    symbol: str
    arm: str
    status: Status
    is_same_code: bool
    is_same_settings: bool
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """The code and the settings that decide again: rules, the drawing and the reading."""

    desk: Desk
    render: Renderer
    read: Reader


def replay(session: Session, today: Today, stored: StoredDecision) -> Replayed:
    """What `stored` would be today. Reads the database and nothing else."""
    if stored.snapshot is None:
        return _replayed(today, stored, Status.UNSEEN, ())
    try:
        snapshot = snapshot_from_json(cast("Json", stored.snapshot))
    except BadDataError as error:
        found = [Difference("snapshot", str(stored.snapshot.get("version")), str(error))]
    else:
        found = _differences(session, today, stored, snapshot)
    status = Status.DIFFERS if found else Status.SAME
    return _replayed(today, stored, status, found)


def _replayed(
    today: Today, stored: StoredDecision, status: Status, found: Sequence[Difference]
) -> Replayed:
    return Replayed(
        decision_id=stored.id,
        slot=stored.slot,
        symbol=stored.symbol,
        arm=stored.arm,
        status=status,
        is_same_code=stored.code_version == today.desk.code_version,
        is_same_settings=stored.config_hash == today.desk.config_hash,
        differences=tuple(found),
    )


def _differences(
    session: Session, today: Today, stored: StoredDecision, snapshot: MarketSnapshot
) -> list[Difference]:
    shown = pictures_of(session, stored.id)
    chart = _chart(session, today, stored, snapshot, shown)
    if chart is None:
        return [Difference("picture", str(stored.chart_sha256), "it is not stored")]
    second = None if chart.second is None else chart.second.sha256
    seen = [
        *differences("snapshot", stored.snapshot_hash, snapshot.hash),
        *differences("picture", stored.chart_sha256, chart.sha256),
        *differences("second picture", next(iter(shown[1:]), None), second),
    ]
    replies = replies_before(
        session, today.desk.account, stored, as_of=snapshot.as_of, arm=chart.arm.label(ARM)
    )
    answer = answer_again(today.read, stored.analysis, replies, snapshot, chart)
    if answer is None:
        return [*seen, Difference("answer", _said(stored.analysis), "no reply is stored")]
    judged = judge(today.desk, snapshot, answer)
    return [*seen, *_of_answer(stored, answer), *_of_judgement(stored, judged)]


def _chart(
    session: Session,
    today: Today,
    stored: StoredDecision,
    snapshot: MarketSnapshot,
    shown: Sequence[str],
) -> ChartImage | None:
    """The picture of the decision's arm, drawn anew; that of a person cannot be, None if gone."""
    # Whoever was shown nothing decided beside the picture that is for people.
    arm = arm_of_label(stored.arm) if shown else Arm(ImageArm.NONE)
    if arm != UPLOADED:
        return drawn(today.render, snapshot, arm)
    return stored_chart(session, shown[0])


def _of_answer(stored: StoredDecision, answer: Analysis | Abstention) -> list[Difference]:
    before, after = stored.analysis or {}, cast("dict[str, object]", canonical(answer))
    if ("action" in before) != ("action" in after):
        return [Difference("answer", _said(before), _said(after))]
    return list(differences("answer", before, after))


def _of_judgement(stored: StoredDecision, judged: Judgement) -> list[Difference]:
    verdict = stored.verdict or {}
    before = _judged_reason(stored.reason)
    after = None if judged.refused is None else judged.refused.reason
    found = [
        *differences("signal", verdict.get("signal"), canonical(judged.signal)),
        *differences("confidence", verdict.get("confidence"), canonical(judged.confidence)),
        *differences("reason", before or _PASSED, after or _PASSED),
    ]
    if before is not after:
        outcome = _PASSED if after is None else outcome_of(after)
        found += differences("outcome", stored.outcome or "pending", outcome)
    return found


def _judged_reason(reason: Reason | None) -> Reason | None:
    """The reason if it was given before any limit was asked, None if the signal had passed."""
    if reason is None or reason in _JUDGED or reason.startswith(_JUDGED_STAGES):
        return reason
    return None


def _said(answer: Mapping[str, object] | None) -> str:
    """An answer in a word or two."""
    if not answer:
        return "nothing"
    return str(answer.get("action") or f"abstained: {answer.get('code')}")
