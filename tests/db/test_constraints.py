"""Each constraint refuses the row it was written against, and each has such a row here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import NotNullViolation
from sqlalchemy import (
    CheckConstraint,
    Column,
    Enum,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    insert,
    literal_column,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import metadata
from db.states import (
    BacktestKind,
    BacktestState,
    CallState,
    ExitReason,
    LetterState,
    RunState,
    Settlement,
    TradeStatus,
)
from trading.failures import FailureCode
from trading.intent_states import IntentState
from trading.orders import OrderStatus, OrderType, PositionIndex, Side
from trading.positions import Direction
from trading.proposal_answers import Ruling
from trading.proposal_states import ProposalState
from trading.reasons import Outcome, SkipReason
from trading.traffic import BreakerState

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)
LATER = NOW + timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=1000)
SHA_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ZERO = Decimal(0)

OTHER: dict[str, dict[str, Any]] = {
    "api_requests": {"key": "second"},
    "api_tokens": {"name": "second", "token_sha256": "1" * 64},
    "approval_answers": {"ruling": Ruling.ALREADY_ANSWERED},
    "approvals": {"link_id": "link-2"},
    "notifications": {"dedupe_key": "second", "place": -1},
    "prompts": {"name": "second"},
    "active_prompts": {},
    "backtest_parts": {"number": 1},
    "backtest_trades": {"number": 1},
    "backtests": {},
    "brake_readings": {"account": "second"},
    "breakers": {"operation": "second"},
    "halts": {"account": "second"},
    "intent_transitions": {},
    "order_transitions": {},
    "position_pushes": {"symbol": "ETHUSDT"},
    "quotes": {"symbol": "ETHUSDT"},
    "rate_buckets": {"bucket": "second"},
    "candles": {"opened_at": LATER},
    "capacity": {"account": "second"},
    "charts": {"sha256": SHA_OF_NOTHING, "png": b""},
    "decision_charts": {"place": 2},
    "cycle_runs": {"slot": LATER},
    "decisions": {"arm": "second"},
    "discrepancies": {"subject": "ETHUSDT"},
    "executions": {"execution_id": "e2"},
    "funding_rates": {"settled_at": LATER},
    "heartbeats": {"component": "second"},
    "instruments": {"symbol": "ETHUSDT"},
    "intents": {"link_id": "link-2"},
    "ledger": {"transaction_id": "t2"},
    "llm_answers": {},
    "llm_calls": {},
    "orders": {"order_id": "o2"},
    "positions": {"symbol": "ETHUSDT"},
    "risk_state": {"account": "second"},
    "trades": {"symbol": "ETHUSDT", "entry_intent_id": None},
    "wallet_snapshots": {"taken_at": LATER},
}
"""What makes a copy of the stored row an acceptable second row."""


@dataclass(frozen=True)
class Case:
    """A second row that breaks exactly this constraint."""

    constraint: str
    changes: dict[str, Any] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    """Columns that stay as in the first row although they would differ."""

    @property
    def table(self) -> Table:
        names = sorted(metadata.tables, key=len, reverse=True)
        bare = self.constraint.split("_", 1)[1]
        return metadata.tables[next(name for name in names if bare.startswith(name))]


CLOSED = {
    "status": TradeStatus.CLOSED,
    "exit_price": Decimal(51000),
    "pnl_usdt": Decimal(9),
    "exit_reason": ExitReason.TAKE_PROFIT,
    "closed_at": LATER,
}
RESUMED = {"resumed_at": LATER, "resumed_by": "owner", "resume_reason": "seen"}
TOKENS = {"input_tokens": 2, "cached_tokens": 0, "output_tokens": 1, "reasoning_tokens": 0}
SETTLED = {"resolved_at": LATER, "resolution": "stored", "settled_by": Settlement.RULE}
ANSWERED = {"status": 200, "media_type": "application/json", "body": b"{}"}
ENDED = BacktestState.INTERRUPTED
UNDECIDED = {"outcome": None, "reason": None, "concluded_at": None}
CHECKS = [
    Case("ck_api_requests_answer_is_whole", {"status": 200}),
    Case("ck_api_requests_answer_is_whole", {"media_type": "text/plain", "body": b""}),
    Case("ck_api_requests_failures_are_not_kept", {**ANSWERED, "status": 500}),
    Case("ck_api_requests_has_key", {"key": ""}),
    Case("ck_api_requests_request_is_hashed", {"request_sha256": "0" * 63}),
    Case("ck_api_tokens_has_name", {"name": ""}),
    Case("ck_api_tokens_token_is_hashed", {"token_sha256": "a token itself"}),
    Case("ck_approval_answers_has_author", {"given_by": ""}),
    Case("ck_approvals_ended_has_time", {"state": ProposalState.PROPOSED}),
    Case("ck_approvals_entry_between_levels", {"entry_price": Decimal(58000)}),
    Case("ck_approvals_entry_between_levels", {"direction": Direction.SHORT}),
    Case("ck_approvals_expires_later", {"expires_at": BEFORE}),
    Case("ck_approvals_intent_hash_is_sha256", {"intent_hash": "0" * 63}),
    Case("ck_approvals_names_order", {"symbol": ""}),
    Case("ck_approvals_numbers_positive", {"quantity": ZERO}),
    Case("ck_approvals_numbers_positive", {"leverage": Decimal("0.5")}),
    Case(
        "ck_approvals_only_approved_is_carried_out",
        {"state": ProposalState.REJECTED, "carried_out_at": LATER},
    ),
    Case("ck_approvals_round_is_counted", {"round": 2}),
    Case("ck_backtest_parts_part_is_counted", {"combinations": 0}),
    Case("ck_backtest_trades_excursions_not_negative", {"adverse_fraction": Decimal(-1)}),
    Case("ck_backtest_trades_fills_positive", {"quantity": ZERO}),
    Case("ck_backtest_trades_left_after_entered", {"left_at": LONG_AGO}),
    Case("ck_backtest_trades_net_adds_up", {"net_usdt": ZERO}),
    Case("ck_backtest_trades_number_from_zero", {"number": -1}),
    Case("ck_backtest_trades_r_needs_risk", {"risk_usdt": None}),
    Case("ck_backtest_trades_risk_positive", {"risk_usdt": ZERO}),
    Case("ck_backtests_data_hash_is_sha256", {"data_hash": "0" * 63}),
    Case("ck_backtests_ended_after_created", {"state": ENDED, "ended_at": LONG_AGO}),
    Case("ck_backtests_finished_is_judged", {"metrics": {}}),
    Case("ck_backtests_has_combinations", {"combinations": 0}),
    Case("ck_backtests_has_strategy", {"strategy": ""}),
    Case("ck_backtests_has_symbols", {"symbols": []}),
    Case(
        "ck_backtests_only_single_has_parent",
        {"kind": BacktestKind.SWEEP, "parent_id": uuid4()},
    ),
    Case("ck_backtests_running_has_not_ended", {"ended_at": LATER}),
    Case("ck_backtests_seed_not_negative", {"seed": -1}),
    Case("ck_backtests_until_after_since", {"until": LONG_AGO}),
    Case("ck_notifications_attempts_not_negative", {"attempts": -1}),
    Case("ck_notifications_ended_has_time", {"ended_at": None}),
    Case(
        "ck_notifications_given_up_for_a_reason",
        {"state": LetterState.GIVEN_UP, "message_id": None},
    ),
    Case("ck_notifications_says_something", {"text": ""}),
    Case("ck_notifications_sent_has_message", {"message_id": None}),
    Case("ck_active_prompts_has_author", {"activated_by": ""}),
    Case("ck_prompts_edit_has_parent", {"number": 2}),
    Case("ck_prompts_fingerprint_is_sha256", {"fingerprint": "ab"}),
    Case("ck_prompts_has_author_and_note", {"author": ""}),
    Case("ck_prompts_has_author_and_note", {"note": ""}),
    Case("ck_prompts_has_texts", {"user_template": ""}),
    Case("ck_prompts_is_not_its_own_parent", {"id": UUID(int=1), "parent_id": UUID(int=1)}),
    Case("ck_prompts_name_is_allowed", {"name": "With space"}),
    Case("ck_prompts_number_counts_from_one", {"number": 0, "parent_id": uuid4()}),
    Case("ck_breakers_failures_not_negative", {"failures": -1}),
    Case("ck_breakers_has_name", {"host": ""}),
    Case("ck_breakers_open_has_end", {"state": BreakerState.OPEN}),
    Case("ck_breakers_probe_has_end", {"state": BreakerState.HALF_OPEN}),
    Case("ck_discrepancies_human_has_name", {**SETTLED, "settled_by": Settlement.HUMAN}),
    Case("ck_discrepancies_resolved_by_somebody", {**SETTLED, "settled_by": None}),
    Case("ck_halts_has_author", {"reason": ""}),
    Case("ck_halts_has_author", {"pulled_by": ""}),
    Case("ck_halts_resumed_by_somebody_for_a_reason", {**RESUMED, "resume_reason": ""}),
    Case("ck_halts_resumed_by_somebody_for_a_reason", {**RESUMED, "resumed_at": None}),
    Case("ck_intent_transitions_final_states_are_never_left", {"from_state": IntentState.FILLED}),
    Case("ck_order_transitions_final_states_are_never_left", {"from_status": OrderStatus.FILLED}),
    Case("ck_order_transitions_filled_not_negative", {"filled_quantity": Decimal(-1)}),
    Case("ck_order_transitions_has_order_id", {"order_id": ""}),
    Case("ck_position_pushes_position_index", {"position_index": literal_column("3")}),
    Case("ck_quotes_prices_positive", {"mark_price": ZERO}),
    Case("ck_rate_buckets_has_name", {"bucket": ""}),
    Case("ck_rate_buckets_rates_positive", {"per_second": ZERO}),
    Case("ck_rate_buckets_tokens_fit", {"tokens": Decimal(11)}),
    Case("ck_trades_naked_usdt_seconds_not_negative", {"naked_usdt_seconds": Decimal(-1)}),
    Case("ck_trades_trailing_distance_positive", {"trailing_distance": ZERO}),
    Case("ck_candles_prices_possible", {"low": Decimal(106)}),
    Case("ck_candles_prices_possible", {"low": ZERO}),
    Case("ck_candles_prices_possible", {"high": Decimal(104)}),
    Case("ck_candles_volume_not_negative", {"volume": Decimal(-1)}),
    Case("ck_charts_has_size", {"width": 0}),
    Case("ck_charts_has_size", {"height": 0}),
    Case("ck_charts_sha256_is_of_png", {"png": b"another picture"}),
    Case("ck_cycle_runs_attempt_counts_from_one", {"attempt": 0}),
    Case("ck_cycle_runs_ended_unless_claimed", {"state": RunState.FINISHED}),
    Case("ck_cycle_runs_ended_unless_claimed", {"ended_at": LATER}),
    Case("ck_cycle_runs_failed_has_detail", {"state": RunState.FAILED, "ended_at": LATER}),
    Case("ck_cycle_runs_lease_has_owner", {"lease_owner": ""}),
    Case("ck_cycle_runs_skipped_has_reason", {"state": RunState.SKIPPED, "ended_at": LATER}),
    Case("ck_cycle_runs_skipped_has_reason", {"skip_reason": SkipReason.LATE}),
    Case("ck_decision_charts_place_counts_from_one", {"place": 0}),
    Case("ck_decisions_analyst_confidence_is_fraction", {"analyst_confidence": Decimal("1.01")}),
    Case("ck_decisions_concluded_after_decided", {"decided_at": LATER}),
    Case("ck_decisions_confidence_is_fraction", {"confidence": Decimal("-0.01")}),
    Case("ck_decisions_names_symbol_and_arm", {"symbol": ""}),
    Case("ck_decisions_outcome_has_reason", {"outcome": None}),
    Case("ck_decisions_outcome_has_reason", {"reason": None}),
    Case("ck_decisions_outcome_has_reason", {"concluded_at": None}),
    Case("ck_decisions_snapshot_has_hash", {"snapshot": {"price": "1"}}),
    Case("ck_decisions_snapshot_has_hash", {"snapshot_hash": "ab"}),
    Case("ck_discrepancies_has_subject", {"subject": ""}),
    Case("ck_discrepancies_resolved_has_resolution", {**SETTLED, "resolution": ""}),
    Case("ck_discrepancies_resolved_has_resolution", {"resolution": "stored"}),
    Case("ck_discrepancies_seen_in_order", {"last_seen_at": BEFORE}),
    Case("ck_discrepancies_was_seen", {"times_seen": 0}),
    Case("ck_executions_has_execution_id", {"execution_id": ""}),
    Case("ck_executions_price_positive", {"price": ZERO}),
    Case("ck_executions_quantities_not_negative", {"quantity": Decimal(-1)}),
    Case("ck_executions_quantities_not_negative", {"closed_quantity": Decimal(-1)}),
    Case("ck_heartbeats_has_component", {"component": ""}),
    Case("ck_instruments_filters_positive", {"tick_size": ZERO}),
    Case("ck_instruments_filters_positive", {"quantity_step": ZERO}),
    Case("ck_instruments_filters_positive", {"minimum_notional_usdt": ZERO}),
    Case("ck_instruments_filters_positive", {"maximum_leverage": ZERO}),
    Case("ck_instruments_quantities_in_order", {"minimum_quantity": Decimal(2000)}),
    Case("ck_instruments_validity_in_order", {"valid_to": NOW}),
    Case("ck_intents_attempts_not_negative", {"attempts": -1, "sent_at": NOW}),
    Case("ck_intents_final_states_have_time", {"state": IntentState.FILLED}),
    Case("ck_intents_final_states_have_time", {"resolved_at": LATER}),
    Case("ck_intents_limit_has_price", {"order_type": OrderType.LIMIT}),
    Case("ck_intents_limit_has_price", {"price": Decimal(50000)}),
    Case("ck_intents_link_id_is_allowed", {"link_id": "with space"}),
    Case("ck_intents_link_id_is_allowed", {"link_id": "x" * 37}),
    Case("ck_intents_numbers_positive", {"quantity": ZERO}),
    Case("ck_intents_numbers_positive", {"stop_loss": ZERO}),
    Case("ck_intents_opening_has_stop", {"stop_loss": None}),
    Case("ck_intents_position_index", {"position_index": literal_column("3")}),
    Case("ck_intents_reducing_has_no_stop", {"reduce_only": True}),
    Case("ck_intents_refused_has_message", {"state": IntentState.REFUSED, "resolved_at": NOW}),
    Case("ck_intents_risk_is_stated", {"notional_usdt": ZERO}),
    Case("ck_intents_risk_is_stated", {"risk_usdt": Decimal(-1)}),
    Case("ck_intents_risk_is_stated", {"leverage": Decimal("0.5")}),
    Case("ck_intents_sent_has_time", {"attempts": 1}),
    Case("ck_intents_sent_has_time", {"sent_at": NOW}),
    Case("ck_intents_sent_states_were_sent", {"state": IntentState.SENT}),
    Case("ck_intents_sent_states_were_sent", {"state": IntentState.UNKNOWN}),
    Case("ck_intents_stop_and_target_sides", {"take_profit": Decimal(48000)}),
    Case("ck_intents_stop_and_target_sides", {"side": Side.SELL}),
    Case("ck_ledger_change_adds_up", {"change_usdt": Decimal("-0.27500276")}),
    Case("ck_ledger_has_transaction_id", {"transaction_id": ""}),
    Case("ck_llm_answers_cache_key_is_sha256", {"cache_key": "no hash"}),
    Case(
        "ck_llm_answers_errors_are_not_judged",
        {"status": 503, "judged_at": LATER, "failure": FailureCode.EMPTY},
    ),
    Case("ck_llm_answers_raw_sha256_is_of_raw", {"raw": b"another answer"}),
    Case("ck_llm_answers_status_is_of_http", {"status": 0}),
    Case("ck_llm_answers_usage_is_whole", {"cached_tokens": None}),
    Case("ck_llm_answers_usage_not_negative", {"input_tokens": -1}),
    Case("ck_llm_answers_verdict_is_whole", {"is_valid": True}),
    Case("ck_llm_answers_verdict_is_whole", {"failure": FailureCode.EMPTY}),
    Case("ck_llm_answers_verdict_is_whole", {"judged_at": LATER}),
    Case("ck_llm_answers_was_sent", {"attempts": 0}),
    Case("ck_llm_answers_was_sent", {"latency": timedelta(seconds=-1)}),
    Case("ck_llm_calls_attempt_counts_from_one", {"attempt": 0}),
    Case("ck_llm_calls_decision_is_whole", {"symbol": None}),
    Case("ck_llm_calls_decision_is_whole", {"arm": None}),
    Case("ck_llm_calls_ended_unless_reserved", {"ended_at": LATER}),
    Case("ck_llm_calls_ended_unless_reserved", {"state": CallState.KEPT, "error_code": "timeout"}),
    Case("ck_llm_calls_estimate_possible", {"image_tokens": 1_001}),
    Case("ck_llm_calls_estimate_possible", {"image_tokens": -1}),
    Case("ck_llm_calls_estimate_possible", {"max_output_tokens": 0}),
    Case(
        "ck_llm_calls_kept_has_error",
        {"state": CallState.KEPT, "ended_at": LATER, "error_code": ""},
    ),
    Case(
        "ck_llm_calls_first_byte_within_latency",
        {"latency": timedelta(seconds=1), "first_byte": timedelta(seconds=2)},
    ),
    Case("ck_llm_calls_money_not_negative", {"reserved_usd": Decimal(-1)}),
    Case("ck_llm_calls_names_whom_it_asks", {"host": ""}),
    Case("ck_llm_calls_pictures_not_negative", {"pictures": -1}),
    Case("ck_llm_calls_reserved_at_a_price", {"price_version": None}),
    Case("ck_llm_calls_sending_not_negative", {"sends": -1}),
    Case("ck_llm_calls_sending_not_negative", {"latency": timedelta(seconds=-1)}),
    Case("ck_llm_calls_settled_has_cost", {"cost_usd": ZERO}),
    Case("ck_llm_calls_settled_has_cost", {"state": CallState.SETTLED, "ended_at": LATER}),
    Case("ck_llm_calls_usage_is_whole", {"input_tokens": 1}),
    Case("ck_llm_calls_usage_not_negative", {**TOKENS, "output_tokens": -1}),
    Case("ck_orders_has_order_id", {"order_id": ""}),
    Case("ck_orders_position_index", {"position_index": literal_column("3")}),
    Case("ck_orders_prices_positive", {"price": ZERO}),
    Case("ck_orders_prices_positive", {"trigger_price": Decimal(-1)}),
    Case("ck_orders_quantities_not_negative", {"quantity": Decimal(-1)}),
    Case("ck_orders_quantities_not_negative", {"filled_quantity": Decimal(-1)}),
    Case(
        "ck_positions_hedge_leg_has_direction",
        {"position_index": PositionIndex.HEDGE_SHORT, "direction": Direction.LONG},
    ),
    Case("ck_positions_leverage_not_negative", {"leverage": Decimal(-1)}),
    Case("ck_positions_numbers_positive", {"quantity": ZERO}),
    Case("ck_positions_numbers_positive", {"mark_price": ZERO}),
    Case(
        "ck_positions_position_index",
        {"position_index": literal_column("3"), "direction": Direction.SHORT},
    ),
    Case("ck_positions_protection_positive", {"stop_loss": ZERO}),
    Case("ck_risk_state_halt_has_author", {"changed_by": ""}),
    Case("ck_risk_state_halt_has_author", {"changed_at": None}),
    Case("ck_risk_state_halt_has_reason", {"halt_reason": ""}),
    Case("ck_risk_state_halt_has_reason", {"is_halted": False}),
    Case("ck_trades_closed_after_opened", {**CLOSED, "closed_at": BEFORE}),
    Case("ck_trades_closed_is_complete", {"status": TradeStatus.CLOSED}),
    Case("ck_trades_closed_is_complete", {**CLOSED, "pnl_usdt": None}),
    Case("ck_trades_closed_is_complete", {**CLOSED, "status": TradeStatus.OPEN}),
    Case("ck_trades_entry_positive", {"quantity": ZERO}),
    Case("ck_trades_entry_positive", {"entry_price": ZERO}),
    Case("ck_trades_exit_positive", {"stop_loss": ZERO}),
    Case("ck_trades_naked_seconds_not_negative", {"naked_seconds": -1}),
    Case("ck_trades_plan_positive", {"risk_usdt": ZERO}),
    Case("ck_trades_plan_positive", {"take_profit": ZERO}),
    Case("ck_trades_position_index", {"position_index": literal_column("3")}),
]
SAME = [
    Case("uq_api_requests_token_id_key", same=("key",)),
    Case("uq_api_tokens_environment_account_name", same=("name",)),
    Case("uq_api_tokens_token_sha256", same=("token_sha256",)),
    Case("uq_approval_answers_one_counts", same=("ruling",)),
    Case("uq_approvals_one_live", same=("link_id",)),
    Case("uq_notifications_place", same=("place",)),
    Case("uq_notifications_told_once", same=("dedupe_key",)),
    Case("uq_prompts_name_fingerprint", {"number": 2, "parent_id": uuid4()}, same=("name",)),
    Case("uq_prompts_name_number", {"fingerprint": SHA_OF_NOTHING}, same=("name",)),
    Case("pk_brake_readings", same=("account",)),
    Case("pk_breakers", same=("operation",)),
    Case("pk_position_pushes", same=("symbol",)),
    Case("pk_quotes", same=("symbol",)),
    Case("pk_rate_buckets", same=("bucket",)),
    Case("uq_halts_one_open", same=("account",)),
    Case("pk_candles", same=("opened_at",)),
    Case("pk_capacity", same=("account",)),
    Case("pk_charts", same=("sha256", "png")),
    Case("pk_decision_charts", same=("place",)),
    Case("pk_backtest_parts", same=("number",)),
    Case("pk_backtest_trades", same=("number",)),
    Case("pk_funding_rates", same=("settled_at",)),
    Case("pk_heartbeats", same=("component",)),
    Case("pk_risk_state", same=("account",)),
    Case("uq_cycle_runs_environment_account_flow_slot", same=("slot",)),
    Case("uq_decisions_cycle_run_id_symbol_arm", same=("arm",)),
    Case("uq_decisions_one_undecided", UNDECIDED),
    Case("uq_discrepancies_one_open", same=("subject",)),
    Case("uq_executions_environment_account_execution_id", same=("execution_id",)),
    Case("uq_instruments_current", {"valid_from": LATER}, same=("symbol",)),
    Case("uq_instruments_environment_symbol_valid_from", {"valid_to": LATER}, same=("symbol",)),
    Case("uq_intents_link_id", same=("link_id",)),
    Case("uq_ledger_environment_account_transaction_id", same=("transaction_id",)),
    Case("uq_orders_environment_account_order_id", same=("order_id",)),
    Case("uq_positions_environment_account_symbol_position_index", same=("symbol",)),
    Case("uq_trades_entry_intent_id", same=("entry_intent_id",)),
    Case("uq_trades_one_open", same=("symbol",)),
    Case("uq_wallet_snapshots_environment_account_taken_at", same=("taken_at",)),
    *(
        Case(f"pk_{table.name}", same=("id",))
        for table in metadata.sorted_tables
        if "id" in table.c
    ),
]
MISSING = [
    Case("fk_api_requests_token_id_api_tokens", {"token_id": uuid4()}),
    Case("fk_approval_answers_approval_id_approvals", {"approval_id": uuid4()}),
    Case("fk_approvals_decision_id_decisions", {"decision_id": uuid4()}),
    Case("fk_approvals_replaces_id_approvals", {"replaces_id": uuid4(), "round": 2}),
    Case("fk_backtest_parts_backtest_id_backtests", {"backtest_id": uuid4()}),
    Case("fk_backtest_trades_backtest_id_backtests", {"backtest_id": uuid4()}),
    Case("fk_backtests_parent_id_backtests", {"parent_id": uuid4()}),
    Case("fk_notifications_approval_id_approvals", {"approval_id": uuid4()}),
    Case("fk_notifications_picture_sha256_charts", {"picture_sha256": SHA_OF_NOTHING}),
    Case("fk_active_prompts_prompt_id_prompts", {"prompt_id": uuid4()}),
    Case("fk_prompts_parent_id_prompts", {"parent_id": uuid4()}),
    Case("fk_intent_transitions_intent_id_intents", {"intent_id": uuid4()}),
    Case("fk_decision_charts_chart_sha256_charts", {"chart_sha256": SHA_OF_NOTHING}),
    Case("fk_decision_charts_decision_id_decisions", {"decision_id": uuid4()}),
    Case("fk_decisions_chart_sha256_charts", {"chart_sha256": SHA_OF_NOTHING}),
    Case("fk_decisions_cycle_run_id_cycle_runs", {"cycle_run_id": uuid4()}),
    Case("fk_intents_decision_id_decisions", {"decision_id": uuid4()}),
    Case("fk_llm_answers_call_id_llm_calls", {"call_id": uuid4()}),
    Case("fk_trades_decision_id_decisions", {"decision_id": uuid4()}),
    Case("fk_trades_entry_intent_id_intents", {"entry_intent_id": uuid4()}),
]
WORDS = {
    # A word outside the set would break these rules first, so the rest of the row obeys them.
    "ck_backtests_backteststate": {"ended_at": LATER},
    "ck_cycle_runs_runstate": {"ended_at": LATER},
    "ck_cycle_runs_skipreason": {"state": RunState.SKIPPED, "ended_at": LATER},
    "ck_intents_side": {"stop_loss": Decimal(52000), "take_profit": Decimal(49000)},
    "ck_discrepancies_settlement": SETTLED,
    "ck_llm_answers_failurecode": {"judged_at": LATER},
    "ck_llm_calls_callstate": {"ended_at": LATER},
    "ck_trades_exitreason": CLOSED,
}


def word_columns() -> list[Any]:
    found = []
    for table in metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, Enum):
                name = f"ck_{table.name}_{column.type.name}"
                found.append(pytest.param(column, name, id=name))
    return found


@pytest.fixture
def stored(
    session: Session, fill_every_table: Callable[[Session], None]
) -> Callable[[Table], dict[str, Any]]:
    """Gives the first row of a table whose every row is valid."""
    fill_every_table(session)

    def first(table: Table) -> dict[str, Any]:
        row = session.execute(select(table)).mappings().first()
        assert row is not None
        # The decision is as if it had ended: the cases change one thing about a whole row.
        ended = {"outcome": Outcome.FLAT, "reason": "analyst.flat", "concluded_at": NOW}
        return {**row, **(ended if table.name == "decisions" else {})}

    return first


def second_row(first: dict[str, Any], case: Case) -> dict[str, Any]:
    other = {**OTHER[case.table.name], **({"id": uuid4()} if "id" in first else {})}
    kept = {name: value for name, value in other.items() if name not in case.same}
    return {**first, **kept, **case.changes}


def broken_by(session: Session, table: Table, row: dict[str, Any]) -> str | None:
    with pytest.raises(IntegrityError) as refused:
        session.execute(insert(table).values(row))
    return refused.value.orig.diag.constraint_name


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_second_row_that_breaks_nothing_is_stored(
    table: Table, session: Session, stored: Callable[[Table], dict[str, Any]]
) -> None:
    row = second_row(stored(table), Case(f"pk_{table.name}"))
    session.execute(insert(table).values(row))


@pytest.mark.parametrize("case", CHECKS + SAME + MISSING, ids=lambda case: case.constraint)
def test_the_row_that_breaks_a_constraint_is_refused_by_it(
    case: Case, session: Session, stored: Callable[[Table], dict[str, Any]]
) -> None:
    row = second_row(stored(case.table), case)
    assert broken_by(session, case.table, row) == case.constraint


@pytest.mark.parametrize(("column", "name"), word_columns())
def test_a_word_outside_its_closed_set_is_refused(
    column: Column[Any],
    name: str,
    session: Session,
    stored: Callable[[Table], dict[str, Any]],
) -> None:
    changes = {**WORDS.get(name, {}), column.name: literal_column("'no such word'")}
    row = second_row(stored(column.table), Case(name, changes))
    assert broken_by(session, column.table, row) == name


def test_no_constraint_is_without_a_case() -> None:
    named = {case.constraint for case in CHECKS + SAME + MISSING}
    named |= {parameters.values[1] for parameters in word_columns()}
    kinds = (CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint)
    promised = {
        str(constraint.name)
        for table in metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, kinds)
    } | {
        str(index.name)
        for table in metadata.sorted_tables
        for index in table.indexes
        if index.unique
    }
    assert promised - named == set()


def test_every_column_that_must_be_filled_refuses_null(
    session: Session, fill_every_table: Callable[[Session], None]
) -> None:
    fill_every_table(session)
    for table in metadata.sorted_tables:
        row = session.execute(select(table)).mappings().first()
        assert row is not None
        for column in table.c:
            if not column.nullable:
                missing = {**row, column.name: literal_column("NULL")}
                with pytest.raises(IntegrityError) as refused, session.begin_nested():
                    session.execute(insert(table).values(missing))
                assert isinstance(refused.value.orig, NotNullViolation), column
