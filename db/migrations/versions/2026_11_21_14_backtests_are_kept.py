"""Backtests are kept: what was asked of the past, its trades, and the parts of a sweep.

Revision ID: 2026_11_21_14
Revises: 2026_11_21_13
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_21_14"
down_revision = "2026_11_21_13"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(38, 18)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_backtests()
    _create_parts()
    _create_trades()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("backtest_trades", "backtest_parts", "backtests"):
        op.drop_table(table)


def _create_backtests() -> None:
    op.create_table(
        "backtests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", _words("backtestkind", "single", "sweep", "walk_forward"), nullable=False),
        sa.Column(
            "state",
            _words("backteststate", "running", "finished", "interrupted", "failed"),
            nullable=False,
        ),
        _time("created_at"),
        _time("ended_at", nullable=True),
        sa.Column("strategy", sa.Text(), nullable=False),
        _json("parameters"),
        sa.Column("symbols", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("interval", _words("interval", "1m", "5m", "15m", "1h", "4h", "1d"), nullable=False),
        _time("since"),
        _time("until"),
        _json("rules"),
        sa.Column("data_hash", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("combinations", sa.BigInteger(), nullable=False),
        _json("metrics", nullable=True),
        _json("badges", nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        _recorded_at(),
        sa.CheckConstraint("strategy <> ''", name=op.f("ck_backtests_has_strategy")),
        sa.CheckConstraint("cardinality(symbols) > 0", name=op.f("ck_backtests_has_symbols")),
        sa.CheckConstraint("since < until", name=op.f("ck_backtests_until_after_since")),
        sa.CheckConstraint("data_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_backtests_data_hash_is_sha256")),
        sa.CheckConstraint("seed >= 0", name=op.f("ck_backtests_seed_not_negative")),
        sa.CheckConstraint("combinations > 0", name=op.f("ck_backtests_has_combinations")),
        sa.CheckConstraint("parent_id IS NULL OR kind = 'single'", name=op.f("ck_backtests_only_single_has_parent")),
        sa.CheckConstraint("ended_at >= created_at", name=op.f("ck_backtests_ended_after_created")),
        sa.CheckConstraint("(ended_at IS NULL) = (state = 'running')", name=op.f("ck_backtests_running_has_not_ended")),
        sa.CheckConstraint(
            "num_nonnulls(metrics, badges) = CASE state WHEN 'finished' THEN 2 ELSE 0 END",
            name=op.f("ck_backtests_finished_is_judged"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["backtests.id"], name=op.f("fk_backtests_parent_id_backtests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backtests")),
    )
    op.create_index("ix_backtests_created_at", "backtests", ["created_at"])
    op.create_index("ix_backtests_parent_id", "backtests", ["parent_id"])


def _create_parts() -> None:
    op.create_table(
        "backtest_parts",
        sa.Column("backtest_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("combinations", sa.Integer(), nullable=False),
        _json("results"),
        _recorded_at(),
        sa.CheckConstraint("number >= 0 AND combinations > 0", name=op.f("ck_backtest_parts_part_is_counted")),
        _of_backtest("backtest_parts"),
        sa.PrimaryKeyConstraint("backtest_id", "number", name=op.f("pk_backtest_parts")),
    )


def _create_trades() -> None:
    reasons = (
        "open_at_end",
        "signal",
        "stop",
        "target",
        "trailing",
        "break_even",
        "time",
        "liquidation",
        "reversed",
        "daily_loss",
        "drawdown",
    )
    op.create_table(
        "backtest_trades",
        sa.Column("backtest_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("direction", _words("direction", "long", "short"), nullable=False),
        _time("entered_at"),
        _time("left_at"),
        *(sa.Column(name, MONEY, nullable=False) for name in ("quantity", "entry_price", "exit_price")),
        *(sa.Column(f"{name}_usdt", MONEY, nullable=False) for name in ("gross", "fees", "funding", "net")),
        sa.Column("risk_usdt", MONEY, nullable=True),
        sa.Column("r_multiple", MONEY, nullable=True),
        sa.Column("adverse_fraction", MONEY, nullable=False),
        sa.Column("favourable_fraction", MONEY, nullable=False),
        sa.Column("reason", _words("backtestexit", *reasons), nullable=False),
        sa.Column("is_ambiguous", sa.Boolean(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_backtest_trades_number_from_zero")),
        sa.CheckConstraint(
            "quantity > 0 AND entry_price > 0 AND exit_price > 0", name=op.f("ck_backtest_trades_fills_positive")
        ),
        sa.CheckConstraint("entered_at <= left_at", name=op.f("ck_backtest_trades_left_after_entered")),
        sa.CheckConstraint(
            "net_usdt = gross_usdt - fees_usdt + funding_usdt", name=op.f("ck_backtest_trades_net_adds_up")
        ),
        sa.CheckConstraint("risk_usdt > 0", name=op.f("ck_backtest_trades_risk_positive")),
        sa.CheckConstraint("num_nonnulls(risk_usdt, r_multiple) <> 1", name=op.f("ck_backtest_trades_r_needs_risk")),
        sa.CheckConstraint(
            "adverse_fraction >= 0 AND favourable_fraction >= 0",
            name=op.f("ck_backtest_trades_excursions_not_negative"),
        ),
        _of_backtest("backtest_trades"),
        sa.PrimaryKeyConstraint("backtest_id", "number", name=op.f("pk_backtest_trades")),
    )


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=nullable)


def _recorded_at() -> sa.Column[object]:
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
    )


def _of_backtest(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["backtest_id"], ["backtests.id"], name=op.f(f"fk_{table}_backtest_id_backtests"), ondelete="CASCADE"
    )
