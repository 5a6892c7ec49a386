"""`backtests`: what was asked of the past, and what it answered; `backtest_parts` of a sweep."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Json, Recorded
from db.states import BacktestKind, BacktestState
from trading.candles import Interval


class BacktestRow(Base, Identified, Recorded):
    """One backtest, sweep or walk-forward, with all that is needed to run it again.

    `parameters` and `rules` are in the owner's words, `data_hash` is SHA-256 over the candles and
    funding that were read. `combinations` counts what was to be tried: a Sharpe ratio is judged by
    it. `metrics` and `badges` are filled in when it has finished; `detail` says why it has not.
    """

    __tablename__ = "backtests"

    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("backtests.id", ondelete="CASCADE"))
    kind: Mapped[BacktestKind]
    state: Mapped[BacktestState]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    strategy: Mapped[str]
    parameters: Mapped[Json]
    symbols: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    interval: Mapped[Interval]
    since: Mapped[datetime]
    until: Mapped[datetime]
    rules: Mapped[Json]
    data_hash: Mapped[str]
    code_version: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger())
    combinations: Mapped[int] = mapped_column(BigInteger())
    metrics: Mapped[Json | None]
    badges: Mapped[Json | None]
    detail: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        CheckConstraint("strategy <> ''", name="has_strategy"),
        CheckConstraint("cardinality(symbols) > 0", name="has_symbols"),
        CheckConstraint("since < until", name="until_after_since"),
        CheckConstraint("data_hash ~ '^[0-9a-f]{64}$'", name="data_hash_is_sha256"),
        CheckConstraint("seed >= 0", name="seed_not_negative"),
        CheckConstraint("combinations > 0", name="has_combinations"),
        CheckConstraint("parent_id IS NULL OR kind = 'single'", name="only_single_has_parent"),
        CheckConstraint("ended_at >= created_at", name="ended_after_created"),
        CheckConstraint("(ended_at IS NULL) = (state = 'running')", name="running_has_not_ended"),
        CheckConstraint(
            "num_nonnulls(metrics, badges) = CASE state WHEN 'finished' THEN 2 ELSE 0 END",
            name="finished_is_judged",
        ),
        Index("ix_backtests_created_at", "created_at"),
        Index("ix_backtests_parent_id", "parent_id"),
    )


class BacktestPartRow(Base, Recorded):
    """A finished part of a sweep, kept so that an interrupted sweep goes on where it stopped.

    `results` holds one line per combination worth keeping and the sums over all of them.
    """

    __tablename__ = "backtest_parts"

    backtest_id: Mapped[UUID] = mapped_column(
        ForeignKey("backtests.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    combinations: Mapped[int]
    results: Mapped[Json]

    __table_args__ = (CheckConstraint("number >= 0 AND combinations > 0", name="part_is_counted"),)
