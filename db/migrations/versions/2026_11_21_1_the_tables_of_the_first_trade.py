"""The tables of the first trade.

Revision ID: 2026_11_21_1
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_21_1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Better to fail and be repeated than to make a trading desk wait behind us.
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_candles()
    _create_capacity()
    _create_charts()
    _create_cycle_runs()
    _create_discrepancies()
    _create_executions()
    _create_funding_rates()
    _create_heartbeats()
    _create_instruments()
    _create_ledger()
    _create_orders()
    _create_positions()
    _create_risk_state()
    _create_wallet_snapshots()
    _create_decisions()
    _create_intents()
    _create_trades()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("trades")
    op.drop_table("intents")
    op.drop_table("decisions")
    op.drop_table("wallet_snapshots")
    op.drop_table("risk_state")
    op.drop_table("positions")
    op.drop_table("orders")
    op.drop_table("ledger")
    op.drop_table("instruments")
    op.drop_table("heartbeats")
    op.drop_table("funding_rates")
    op.drop_table("executions")
    op.drop_table("discrepancies")
    op.drop_table("cycle_runs")
    op.drop_table("charts")
    op.drop_table("capacity")
    op.drop_table("candles")


def _create_candles() -> None:
    op.create_table(
        "candles",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column(
            "interval",
            sa.Enum("1m", "5m", "15m", "1h", "4h", "1d", name="interval", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("high", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("low", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("close", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("volume", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.CheckConstraint(
            "0 < low AND low <= LEAST(open, close) AND GREATEST(open, close) <= high", name=op.f("ck_candles_prices_possible")
        ),
        sa.CheckConstraint("volume >= 0", name=op.f("ck_candles_volume_not_negative")),
        sa.PrimaryKeyConstraint("environment", "symbol", "interval", "opened_at", name=op.f("pk_candles")),
    )


def _create_capacity() -> None:
    op.create_table(
        "capacity",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("mirrored_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("environment", "account", name=op.f("pk_capacity")),
    )


def _create_charts() -> None:
    op.create_table(
        "charts",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(png), 'hex')", name=op.f("ck_charts_sha256_is_of_png")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_charts_has_size")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_charts")),
    )


def _create_cycle_runs() -> None:
    op.create_table(
        "cycle_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("claimed", "finished", "skipped", "failed", name="runstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("lease_owner", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "skip_reason",
            sa.Enum(
                "already_claimed",
                "late",
                "clock_skew",
                name="skipreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("(state = 'claimed') = (ended_at IS NULL)", name=op.f("ck_cycle_runs_ended_unless_claimed")),
        sa.CheckConstraint("(state = 'skipped') = (skip_reason IS NOT NULL)", name=op.f("ck_cycle_runs_skipped_has_reason")),
        sa.CheckConstraint("lease_owner <> ''", name=op.f("ck_cycle_runs_lease_has_owner")),
        sa.CheckConstraint("state <> 'failed' OR detail <> ''", name=op.f("ck_cycle_runs_failed_has_detail")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_cycle_runs_attempt_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_runs")),
        sa.UniqueConstraint("environment", "account", "flow", "slot", name=op.f("uq_cycle_runs_environment_account_flow_slot")),
    )
    op.create_index(
        op.f("ix_cycle_runs_environment_account_claimed_at"), "cycle_runs", ["environment", "account", "claimed_at"], unique=False
    )


def _create_discrepancies() -> None:
    op.create_table(
        "discrepancies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
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
                name="discrepancykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("times_seen", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("(resolved_at IS NOT NULL) = (resolution <> '')", name=op.f("ck_discrepancies_resolved_has_resolution")),
        sa.CheckConstraint("subject <> ''", name=op.f("ck_discrepancies_has_subject")),
        sa.CheckConstraint("last_seen_at >= first_seen_at", name=op.f("ck_discrepancies_seen_in_order")),
        sa.CheckConstraint("times_seen >= 1", name=op.f("ck_discrepancies_was_seen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancies")),
    )
    op.create_index("ix_discrepancies_first_seen_at", "discrepancies", ["environment", "account", "first_seen_at"], unique=False)
    op.create_index(
        "uq_discrepancies_one_open",
        "discrepancies",
        ["environment", "account", "kind", "subject"],
        unique=True,
        postgresql_where="resolved_at IS NULL",
    )


def _create_executions() -> None:
    op.create_table(
        "executions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("side", sa.Enum("buy", "sell", name="side", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "trade",
                "funding",
                "adl",
                "liquidation",
                "settlement",
                "other",
                name="executionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("value_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("fee_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("fee_rate", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("is_maker", sa.Boolean(), nullable=False),
        sa.Column("closed_quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("execution_id <> ''", name=op.f("ck_executions_has_execution_id")),
        sa.CheckConstraint("price > 0", name=op.f("ck_executions_price_positive")),
        sa.CheckConstraint("quantity >= 0 AND closed_quantity >= 0", name=op.f("ck_executions_quantities_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executions")),
        sa.UniqueConstraint("environment", "account", "execution_id", name=op.f("uq_executions_environment_account_execution_id")),
    )
    op.create_index("ix_executions_executed_at", "executions", ["environment", "account", "executed_at"], unique=False)
    op.create_index("ix_executions_link_id", "executions", ["environment", "account", "link_id"], unique=False)
    op.create_index("ix_executions_order_id", "executions", ["environment", "account", "order_id"], unique=False)


def _create_funding_rates() -> None:
    op.create_table(
        "funding_rates",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rate", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.PrimaryKeyConstraint("environment", "symbol", "settled_at", name=op.f("pk_funding_rates")),
    )


def _create_heartbeats() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("component <> ''", name=op.f("ck_heartbeats_has_component")),
        sa.PrimaryKeyConstraint("environment", "account", "component", name=op.f("pk_heartbeats")),
    )


def _create_instruments() -> None:
    op.create_table(
        "instruments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("base_coin", sa.Text(), nullable=False),
        sa.Column("tick_size", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("quantity_step", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("minimum_quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("maximum_quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("maximum_market_quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("minimum_notional_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("maximum_leverage", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("funding_interval", postgresql.INTERVAL(), nullable=False),
        sa.Column("is_trading", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("minimum_quantity <= maximum_quantity", name=op.f("ck_instruments_quantities_in_order")),
        sa.CheckConstraint(
            "tick_size > 0 AND quantity_step > 0 AND minimum_quantity > 0 AND minimum_notional_usdt > 0 AND maximum_leverage > 0",
            name=op.f("ck_instruments_filters_positive"),
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_instruments_validity_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
        sa.UniqueConstraint("environment", "symbol", "valid_from", name=op.f("uq_instruments_environment_symbol_valid_from")),
    )
    op.create_index("uq_instruments_current", "instruments", ["environment", "symbol"], unique=True, postgresql_where="valid_to IS NULL")


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "trade",
                "funding",
                "liquidation",
                "adl",
                "transfer_in",
                "transfer_out",
                "bonus",
                "fee_refund",
                "other",
                name="transactionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("cash_flow_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("funding_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("fee_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("change_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("balance_after_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("transaction_id <> ''", name=op.f("ck_ledger_has_transaction_id")),
        sa.CheckConstraint("change_usdt = cash_flow_usdt + funding_usdt - fee_usdt", name=op.f("ck_ledger_change_adds_up")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("environment", "account", "transaction_id", name=op.f("uq_ledger_environment_account_transaction_id")),
    )
    op.create_index("ix_ledger_happened_at", "ledger", ["environment", "account", "happened_at"], unique=False)


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("side", sa.Enum("buy", "sell", name="side", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column(
            "order_type", sa.Enum("market", "limit", name="ordertype", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column(
            "status",
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
                name="orderstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("filled_quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("average_price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("trigger_price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("stop_loss", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("take_profit", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column(
            "stop_kind",
            sa.Enum(
                "take_profit",
                "stop_loss",
                "trailing_stop",
                "stop",
                "other",
                name="stopkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("parent_link_id", sa.Text(), nullable=False),
        sa.Column("reduce_only", sa.Boolean(), nullable=False),
        sa.Column("position_index", sa.SmallInteger(), nullable=False),
        sa.Column("reject_reason", sa.Text(), nullable=False),
        sa.Column("cancel_type", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("order_id <> ''", name=op.f("ck_orders_has_order_id")),
        sa.CheckConstraint("position_index IN (0, 1, 2)", name=op.f("ck_orders_position_index")),
        sa.CheckConstraint(
            "price > 0 AND average_price > 0 AND trigger_price > 0 AND stop_loss > 0 AND take_profit > 0",
            name=op.f("ck_orders_prices_positive"),
        ),
        sa.CheckConstraint("quantity >= 0 AND filled_quantity >= 0", name=op.f("ck_orders_quantities_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("environment", "account", "order_id", name=op.f("uq_orders_environment_account_order_id")),
    )
    op.create_index("ix_orders_created_at", "orders", ["environment", "account", "created_at"], unique=False)
    op.create_index("ix_orders_link_id", "orders", ["environment", "account", "link_id"], unique=False)
    op.create_index(
        "ix_orders_open",
        "orders",
        ["environment", "account"],
        unique=False,
        postgresql_where="status NOT IN ('filled', 'cancelled', 'rejected', 'deactivated')",
    )


def _create_positions() -> None:
    op.create_table(
        "positions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("position_index", sa.SmallInteger(), nullable=False),
        sa.Column(
            "direction", sa.Enum("long", "short", name="direction", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("entry_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("mark_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("leverage", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("unrealised_pnl_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("stop_loss", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("take_profit", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("liquidation_price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "position_index = 0 OR (position_index = 1) = (direction = 'long')", name=op.f("ck_positions_hedge_leg_has_direction")
        ),
        sa.CheckConstraint("leverage >= 0", name=op.f("ck_positions_leverage_not_negative")),
        sa.CheckConstraint("position_index IN (0, 1, 2)", name=op.f("ck_positions_position_index")),
        sa.CheckConstraint("quantity > 0 AND entry_price > 0 AND mark_price > 0", name=op.f("ck_positions_numbers_positive")),
        sa.CheckConstraint("stop_loss > 0 AND take_profit > 0", name=op.f("ck_positions_protection_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.UniqueConstraint(
            "environment", "account", "symbol", "position_index", name=op.f("uq_positions_environment_account_symbol_position_index")
        ),
    )


def _create_risk_state() -> None:
    op.create_table(
        "risk_state",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("is_halted", sa.Boolean(), nullable=False),
        sa.Column("halt_reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("high_water_mark_usdt", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.CheckConstraint("NOT is_halted OR (changed_by <> '' AND changed_at IS NOT NULL)", name=op.f("ck_risk_state_halt_has_author")),
        sa.CheckConstraint("is_halted = (halt_reason <> '')", name=op.f("ck_risk_state_halt_has_reason")),
        sa.PrimaryKeyConstraint("environment", "account", name=op.f("pk_risk_state")),
    )


def _create_wallet_snapshots() -> None:
    op.create_table(
        "wallet_snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("equity_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("wallet_balance_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("available_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("unrealised_pnl_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("initial_margin_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("maintenance_margin_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_snapshots")),
        sa.UniqueConstraint("environment", "account", "taken_at", name=op.f("uq_wallet_snapshots_environment_account_taken_at")),
    )


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("cycle_run_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "traded",
                "flat",
                "skipped",
                "abstained",
                "refused",
                "failed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
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
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("analyst", sa.Text(), nullable=False),
        sa.Column(
            "action", sa.Enum("long", "short", "flat", name="action", native_enum=False, create_constraint=True, length=40), nullable=True
        ),
        sa.Column("confidence", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("analyst_confidence", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("snapshot_hash", sa.Text(), nullable=True),
        sa.Column("chart_sha256", sa.Text(), nullable=True),
        sa.Column("analysis", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("config_hash", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("symbol <> '' AND arm <> ''", name=op.f("ck_decisions_names_symbol_and_arm")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (reason IS NULL) AND (outcome IS NULL) = (concluded_at IS NULL)",
            name=op.f("ck_decisions_outcome_has_reason"),
        ),
        sa.CheckConstraint("(snapshot IS NULL) = (snapshot_hash IS NULL)", name=op.f("ck_decisions_snapshot_has_hash")),
        sa.CheckConstraint("analyst_confidence BETWEEN 0 AND 1", name=op.f("ck_decisions_analyst_confidence_is_fraction")),
        sa.CheckConstraint("concluded_at >= decided_at", name=op.f("ck_decisions_concluded_after_decided")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_decisions_confidence_is_fraction")),
        sa.ForeignKeyConstraint(["chart_sha256"], ["charts.sha256"], name=op.f("fk_decisions_chart_sha256_charts")),
        sa.ForeignKeyConstraint(["cycle_run_id"], ["cycle_runs.id"], name=op.f("fk_decisions_cycle_run_id_cycle_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("cycle_run_id", "symbol", "arm", name=op.f("uq_decisions_cycle_run_id_symbol_arm")),
    )
    op.create_index(op.f("ix_decisions_environment_account_reason"), "decisions", ["environment", "account", "reason"], unique=False)
    op.create_index(op.f("ix_decisions_environment_account_slot"), "decisions", ["environment", "account", "slot"], unique=False)
    op.create_index("ix_decisions_pending", "decisions", ["environment", "account"], unique=False, postgresql_where="outcome IS NULL")


def _create_intents() -> None:
    op.create_table(
        "intents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("side", sa.Enum("buy", "sell", name="side", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column(
            "order_type", sa.Enum("market", "limit", name="ordertype", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column(
            "time_in_force",
            sa.Enum(
                "good_till_cancelled",
                "immediate_or_cancel",
                "fill_or_kill",
                "post_only",
                name="timeinforce",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position_index", sa.SmallInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("stop_loss", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("take_profit", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("reduce_only", sa.Boolean(), nullable=False),
        sa.Column("notional_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("risk_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("leverage", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reserved",
                "sent",
                "acknowledged",
                "unknown",
                "filled",
                "refused",
                "not_executed",
                "cancelled",
                name="intentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("(order_type = 'limit') = (price IS NOT NULL)", name=op.f("ck_intents_limit_has_price")),
        sa.CheckConstraint(
            "(state IN ('filled', 'refused', 'not_executed', 'cancelled')) = (resolved_at IS NOT NULL)",
            name=op.f("ck_intents_final_states_have_time"),
        ),
        sa.CheckConstraint("link_id ~ '^[A-Za-z0-9_-]{1,36}$'", name=op.f("ck_intents_link_id_is_allowed")),
        sa.CheckConstraint("state <> 'refused' OR error_message <> ''", name=op.f("ck_intents_refused_has_message")),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'acknowledged', 'unknown') OR attempts > 0", name=op.f("ck_intents_sent_states_were_sent")
        ),
        sa.CheckConstraint(
            "take_profit IS NULL OR (stop_loss < take_profit) = (side = 'buy')", name=op.f("ck_intents_stop_and_target_sides")
        ),
        sa.CheckConstraint("(attempts = 0) = (sent_at IS NULL)", name=op.f("ck_intents_sent_has_time")),
        sa.CheckConstraint("NOT reduce_only OR (stop_loss IS NULL AND take_profit IS NULL)", name=op.f("ck_intents_reducing_has_no_stop")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_intents_attempts_not_negative")),
        sa.CheckConstraint("position_index IN (0, 1, 2)", name=op.f("ck_intents_position_index")),
        sa.CheckConstraint("quantity > 0 AND price > 0 AND stop_loss > 0 AND take_profit > 0", name=op.f("ck_intents_numbers_positive")),
        sa.CheckConstraint("reduce_only OR stop_loss IS NOT NULL", name=op.f("ck_intents_opening_has_stop")),
        sa.CheckConstraint("risk_usdt >= 0 AND notional_usdt > 0 AND leverage >= 1", name=op.f("ck_intents_risk_is_stated")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_intents_decision_id_decisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intents")),
        sa.UniqueConstraint("link_id", name=op.f("uq_intents_link_id")),
    )
    op.create_index("ix_intents_account_reserved_at", "intents", ["environment", "account", "reserved_at"], unique=False)
    op.create_index("ix_intents_decision_id", "intents", ["decision_id"], unique=False)
    op.create_index(
        "ix_intents_unresolved",
        "intents",
        ["environment", "account"],
        unique=False,
        postgresql_where="state IN ('reserved', 'sent', 'acknowledged', 'unknown')",
    )


def _create_trades() -> None:
    op.create_table(
        "trades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("entry_intent_id", sa.Uuid(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column(
            "direction", sa.Enum("long", "short", name="direction", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("position_index", sa.SmallInteger(), nullable=False),
        sa.Column(
            "status", sa.Enum("open", "closed", name="tradestatus", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("entry_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("exit_price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("stop_loss", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("take_profit", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("risk_usdt", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("fees_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("funding_usdt", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("pnl_usdt", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("r_multiple", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("naked_seconds", sa.Integer(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.Column(
            "exit_reason",
            sa.Enum(
                "stop_loss",
                "take_profit",
                "closed_by_desk",
                "closed_by_hand",
                "liquidation",
                "adl",
                "other",
                name="exitreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(exit_price, pnl_usdt, exit_reason, closed_at) = CASE status WHEN 'closed' THEN 4 ELSE 0 END",
            name=op.f("ck_trades_closed_is_complete"),
        ),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("ck_trades_closed_after_opened")),
        sa.CheckConstraint("exit_price > 0 AND stop_loss > 0", name=op.f("ck_trades_exit_positive")),
        sa.CheckConstraint("naked_seconds >= 0", name=op.f("ck_trades_naked_seconds_not_negative")),
        sa.CheckConstraint("position_index IN (0, 1, 2)", name=op.f("ck_trades_position_index")),
        sa.CheckConstraint("quantity > 0 AND entry_price > 0", name=op.f("ck_trades_entry_positive")),
        sa.CheckConstraint("take_profit > 0 AND risk_usdt > 0", name=op.f("ck_trades_plan_positive")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_trades_decision_id_decisions")),
        sa.ForeignKeyConstraint(["entry_intent_id"], ["intents.id"], name=op.f("fk_trades_entry_intent_id_intents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trades")),
        sa.UniqueConstraint("entry_intent_id", name=op.f("uq_trades_entry_intent_id")),
    )
    op.create_index("ix_trades_decision_id", "trades", ["decision_id"], unique=False)
    op.create_index("ix_trades_opened_at", "trades", ["environment", "account", "opened_at"], unique=False)
    op.create_index(
        "uq_trades_one_open",
        "trades",
        ["environment", "account", "symbol", "position_index"],
        unique=True,
        postgresql_where="status = 'open'",
    )
