"""What must survive a fault: transitions, brakes, breakers, buckets, quotes, settled differences.

Revision ID: 2026_11_21_3
Revises: 2026_11_21_2
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_3"
down_revision = "2026_11_21_2"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("intent_transitions", "order_transitions")

REASONS = (
    "order.filled",
    "order.resting",
    "order.refused_by_exchange",
    "order.not_filled",
    "order.not_executed",
    "order.outcome_unknown",
    "analyst.flat",
    "analyst.abstained",
    "analyst.stale",
    "cycle.no_free_slot",
    "cycle.position_open",
    "cycle.halted",
    "cycle.interrupted",
    "data.candles",
    "data.candle_old",
    "data.candle_gap",
    "data.balance_old",
    "data.ticker",
    "data.spike",
    "data.exchange_unreachable",
    "data.instrument_not_tradable",
    "signal.stop_on_wrong_side",
    "signal.stop_distance",
    "signal.target_distance",
    "signal.probabilities",
    "signal.action_not_allowed",
    "confidence.below_minimum",
    "confidence.shadow_mode",
    "risk.max_open_positions",
    "risk.symbol_exposure",
    "risk.total_exposure",
    "risk.leverage",
    "risk.daily_loss",
    "risk.reward_risk",
    "risk.minimum_notional",
    "risk.minimum_quantity",
    "risk.available_balance",
    "risk.position_already_open",
    "risk.spread",
    "risk.drawdown",
    "risk.cooldown_after_stop",
    "risk.stop_loss_guard",
    "risk.losing_symbol",
    "risk.group_exposure",
    "risk.funding_cost",
    "risk.volatility",
    "risk.entries_per_day",
)
NEW_REASONS = (
    "data.candle_old",
    "data.candle_gap",
    "data.balance_old",
    "risk.drawdown",
    "risk.cooldown_after_stop",
    "risk.stop_loss_guard",
    "risk.losing_symbol",
    "risk.group_exposure",
    "risk.funding_cost",
    "risk.volatility",
    "risk.entries_per_day",
)
SKIP_REASONS = ("already_claimed", "late", "clock_skew", "second_instance")
NEW_SKIP_REASONS = ("second_instance",)
KINDS = (
    "unknown_position",
    "missing_position",
    "side_mismatch",
    "quantity_mismatch",
    "leverage_changed",
    "stop_changed",
    "missing_stop",
    "unknown_order",
    "orphan_order",
    "missing_order",
    "order_mismatch",
    "missing_execution",
    "phantom_execution",
    "external_close",
    "external_entry",
    "adl",
    "liquidation",
    "funding_mismatch",
    "mode_switched",
    "transfer_in",
    "transfer_out",
    "unknown_execution",
)
NEW_KINDS = (
    "adl",
    "liquidation",
    "funding_mismatch",
    "mode_switched",
    "transfer_in",
    "transfer_out",
    "unknown_execution",
)

WORDS = (
    ("decisions", "reason", "reason", REASONS, NEW_REASONS),
    ("cycle_runs", "skip_reason", "skipreason", SKIP_REASONS, NEW_SKIP_REASONS),
    ("discrepancies", "kind", "discrepancykind", KINDS, NEW_KINDS),
)
"""Closed sets of words that grew: table, column, name of the check, all words, the new ones."""

# Every halt of before becomes a pulled brake, so that only a human lets go of it.
KEEP_HALTS = """
INSERT INTO halts (id, environment, account, kind, policy, reason, pulled_by, pulled_at,
                   settled_at, resumed_by, resume_reason)
SELECT gen_random_uuid(), environment, account, 'manual', 'keep', halt_reason, changed_by,
       changed_at, changed_at, '', ''
FROM risk_state WHERE is_halted
"""

# What was paid in or out since the highest equity moves the mark: it has to be known since when.
DATE_HIGH_WATER_MARKS = """
UPDATE risk_state SET high_water_mark_at = (
    SELECT max(taken_at) FROM wallet_snapshots AS wallet
    WHERE wallet.environment = risk_state.environment AND wallet.account = risk_state.account
      AND wallet.equity_usdt = risk_state.high_water_mark_usdt
)
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_brake_readings()
    _create_breakers()
    _create_halts()
    _create_order_transitions()
    _create_quotes()
    _create_position_pushes()
    _create_rate_buckets()
    _create_intent_transitions()
    _settle_discrepancies()
    _weigh_naked_time()
    for table, column, check, words, _ in WORDS:
        _allow(table, column, check, words, validated=True)
    op.execute(KEEP_HALTS)
    op.add_column("risk_state", sa.Column("high_water_mark_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(DATE_HIGH_WATER_MARKS)
    for table in WRITTEN_ONCE:
        _refuse(table, "UPDATE OR DELETE", "ROW", "written_once")
        _refuse(table, "TRUNCATE", "STATEMENT", "never_emptied")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column, check, words, new in WORDS:
        # Rows that use a new word stay; only rows to come are held to the old ones.
        old = tuple(word for word in words if word not in new)
        _allow(table, column, check, old, validated=not _uses(table, column, new))
    for column in ("trailing_distance", "naked_usdt_seconds"):
        op.drop_column("trades", column)
    op.drop_column("risk_state", "high_water_mark_at")
    for column in ("escalated_at", "acknowledged_by", "settled_by", "rule"):
        op.drop_column("discrepancies", column)
    for table in (
        "intent_transitions",
        "order_transitions",
        "rate_buckets",
        "quotes",
        "position_pushes",
        "halts",
        "breakers",
        "brake_readings",
    ):
        op.drop_table(table)


def _create_brake_readings() -> None:
    op.create_table(
        "brake_readings",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "manual",
                "daily_loss",
                "drawdown",
                "exchange",
                "position_mode",
                name="brakekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("equity_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.PrimaryKeyConstraint("environment", "account", "kind", name=op.f("pk_brake_readings")),
    )


def _create_breakers() -> None:
    op.create_table(
        "breakers",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("closed", "open", "half_open", name="breakerstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("host <> '' AND operation <> ''", name=op.f("ck_breakers_has_name")),
        sa.CheckConstraint("state <> 'half_open' OR probe_until IS NOT NULL", name=op.f("ck_breakers_probe_has_end")),
        sa.CheckConstraint("state <> 'open' OR open_until IS NOT NULL", name=op.f("ck_breakers_open_has_end")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_breakers_failures_not_negative")),
        sa.PrimaryKeyConstraint("host", "operation", name=op.f("pk_breakers")),
    )


def _create_halts() -> None:
    op.create_table(
        "halts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "manual",
                "daily_loss",
                "drawdown",
                "exchange",
                "position_mode",
                name="brakekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "policy",
            sa.Enum("keep", "reduce", "flatten", name="trippolicy", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pulled_by", sa.Text(), nullable=False),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("equity_usdt", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.Text(), nullable=False),
        sa.Column("resume_reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "(resumed_at IS NOT NULL) = (resumed_by <> '' AND resume_reason <> '')", name=op.f("ck_halts_resumed_by_somebody_for_a_reason")
        ),
        sa.CheckConstraint("reason <> '' AND pulled_by <> ''", name=op.f("ck_halts_has_author")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halts")),
    )
    op.create_index("ix_halts_pulled_at", "halts", ["environment", "account", "pulled_at"], unique=False)
    op.create_index("uq_halts_one_open", "halts", ["environment", "account", "kind"], unique=True, postgresql_where="resumed_at IS NULL")


def _create_order_transitions() -> None:
    op.create_table(
        "order_transitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum(
                "new",
                "partially_filled",
                "untriggered",
                "triggered",
                "filled",
                "cancelled",
                "rejected",
                "deactivated",
                "unknown",
                name="from_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "new",
                "partially_filled",
                "untriggered",
                "triggered",
                "filled",
                "cancelled",
                "rejected",
                "deactivated",
                "unknown",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("filled_quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "from_status IS NULL OR from_status = to_status OR from_status NOT IN ('filled', 'cancelled', 'rejected', 'deactivated')",
            name=op.f("ck_order_transitions_final_states_are_never_left"),
        ),
        sa.CheckConstraint("order_id <> ''", name=op.f("ck_order_transitions_has_order_id")),
        sa.CheckConstraint("filled_quantity >= 0", name=op.f("ck_order_transitions_filled_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_transitions")),
    )
    op.create_index("ix_order_transitions_order_id", "order_transitions", ["environment", "account", "order_id"], unique=False)


def _create_position_pushes() -> None:
    op.create_table(
        "position_pushes",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("position_index", sa.SmallInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("position_index IN (0, 1, 2)", name=op.f("ck_position_pushes_position_index")),
        sa.PrimaryKeyConstraint("environment", "account", "symbol", "position_index", name=op.f("pk_position_pushes")),
    )


def _create_quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("last_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("mark_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("bid_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("ask_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("quoted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_price > 0 AND mark_price > 0 AND bid_price > 0 AND ask_price > 0", name=op.f("ck_quotes_prices_positive")),
        sa.PrimaryKeyConstraint("environment", "symbol", name=op.f("pk_quotes")),
    )


def _create_rate_buckets() -> None:
    op.create_table(
        "rate_buckets",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("capacity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("per_second", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("refilled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("bucket <> ''", name=op.f("ck_rate_buckets_has_name")),
        sa.CheckConstraint("capacity > 0 AND per_second > 0", name=op.f("ck_rate_buckets_rates_positive")),
        sa.CheckConstraint("tokens <= capacity", name=op.f("ck_rate_buckets_tokens_fit")),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_rate_buckets")),
    )


def _create_intent_transitions() -> None:
    op.create_table(
        "intent_transitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "reserved",
                "sent",
                "acknowledged",
                "unknown",
                "filled",
                "refused",
                "not_executed",
                "cancelled",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "reserved",
                "sent",
                "acknowledged",
                "unknown",
                "filled",
                "refused",
                "not_executed",
                "cancelled",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "from_state IS NULL OR from_state NOT IN ('filled', 'refused', 'not_executed', 'cancelled')",
            name=op.f("ck_intent_transitions_final_states_are_never_left"),
        ),
        sa.ForeignKeyConstraint(["intent_id"], ["intents.id"], name=op.f("fk_intent_transitions_intent_id_intents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent_transitions")),
    )
    op.create_index("ix_intent_transitions_intent_id", "intent_transitions", ["intent_id"], unique=False)


def _settle_discrepancies() -> None:
    empty = sa.text("''")
    for name in ("rule", "acknowledged_by"):
        op.add_column("discrepancies", sa.Column(name, sa.Text(), nullable=False, server_default=empty))
        op.alter_column("discrepancies", name, server_default=None)
    settlement = sa.Enum("rule", "human", name="settlement", native_enum=False, create_constraint=True, length=40)
    op.add_column("discrepancies", sa.Column("settled_by", settlement, nullable=True))
    op.add_column("discrepancies", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE discrepancies SET settled_by = 'rule' WHERE resolved_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_discrepancies_resolved_by_somebody"),
        "discrepancies",
        "(resolved_at IS NOT NULL) = (settled_by IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_discrepancies_human_has_name"),
        "discrepancies",
        "(settled_by = 'human') IS NOT TRUE OR acknowledged_by <> ''",
    )


def _weigh_naked_time() -> None:
    amount = sa.Numeric(precision=38, scale=18)
    op.add_column("trades", sa.Column("naked_usdt_seconds", amount, server_default="0", nullable=False))
    op.add_column("trades", sa.Column("trailing_distance", amount, nullable=True))
    op.create_check_constraint(op.f("ck_trades_naked_usdt_seconds_not_negative"), "trades", "naked_usdt_seconds >= 0")
    op.create_check_constraint(op.f("ck_trades_trailing_distance_positive"), "trades", "trailing_distance > 0")


def _allow(table: str, column: str, check: str, words: tuple[str, ...], *, validated: bool) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    name = f"ck_{table}_{check}"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed}))" + ("" if validated else " NOT VALID"))


def _uses(table: str, column: str, words: tuple[str, ...]) -> bool:
    rows = sa.table(table, sa.column(column))
    used = sa.select(sa.exists().where(rows.c[column].in_(words)))
    return bool(op.get_bind().scalar(used))


def _refuse(table: str, operation: str, level: str, name: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()")
