"""What was decided and would have been traded, for a backtest that decides nothing anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import Json
from db.keys import AccountKey
from db.models import DecisionRow
from db.repositories.rows import belongs_to
from trading.arms import PLACEBO, ImageArm
from trading.positions import Direction


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A wish that had passed the checks against the market; prices in USDT.

    `analyst` is who had it, without the version.
    """

    symbol: str
    decided_at: datetime
    direction: Direction
    stop_loss: Decimal
    take_profit: Decimal
    analyst: str


def recorded_decisions(
    session: Session,
    key: AccountKey,
    symbols: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    prompt: str | None = None,
) -> Iterator[RecordedDecision]:
    """Decisions made from `since` to before `until`, oldest first; of one `prompt`, or of any.

    Whether the account had room for them does not count: a backtest has an account of its own.
    Wrong pictures (placebo) and pictures that a person gave are left out. `prompt` is a
    reference with its number, such as reader@3.
    """
    version = func.split_part(DecisionRow.analysis["version"].astext, "/", 1)
    statement = select(
        DecisionRow.symbol, DecisionRow.decided_at, DecisionRow.analysis, DecisionRow.verdict
    ).where(
        belongs_to(DecisionRow, key),
        DecisionRow.symbol.in_(symbols),
        DecisionRow.decided_at >= since,
        DecisionRow.decided_at < until,
        func.jsonb_typeof(DecisionRow.verdict["signal"]) == "object",
        ~DecisionRow.arm.contains(PLACEBO),
        ~DecisionRow.arm.contains(ImageArm.UPLOADED.value),
    )
    if prompt is not None:
        statement = statement.where(version == prompt)
    for symbol, decided_at, analysis, verdict in session.execute(
        statement.order_by(DecisionRow.decided_at, DecisionRow.id)
    ):
        signal = cast("Json", (verdict or {})["signal"])  # an object: the query saw to it
        yield _recorded(symbol, decided_at, analysis or {}, signal)


def _recorded(symbol: str, decided_at: datetime, analysis: Json, signal: Json) -> RecordedDecision:
    return RecordedDecision(
        symbol=symbol,
        decided_at=decided_at,
        direction=Direction(str(signal["direction"])),
        stop_loss=Decimal(str(signal["stop_loss"])),
        take_profit=Decimal(str(signal["take_profit"])),
        analyst=str(analysis.get("analyst", "")),
    )
