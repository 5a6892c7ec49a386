"""The closed list of why a decision ended the way it did. Every decision row carries one."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a (slot, symbol) ended."""

    TRADED = "traded"
    FLAT = "flat"
    SKIPPED = "skipped"
    ABSTAINED = "abstained"
    REFUSED = "refused"
    FAILED = "failed"


class Reason(StrEnum):
    """Why. The prefix before the dot is the stage that said so."""

    ORDER_FILLED = "order.filled"
    ORDER_RESTING = "order.resting"
    ORDER_REFUSED = "order.refused_by_exchange"
    ORDER_NOT_FILLED = "order.not_filled"
    ORDER_NOT_EXECUTED = "order.not_executed"
    ORDER_OUTCOME_UNKNOWN = "order.outcome_unknown"

    ANALYST_FLAT = "analyst.flat"
    ANALYST_ABSTAINED = "analyst.abstained"
    ANALYST_STALE = "analyst.stale"

    CYCLE_NO_FREE_SLOT = "cycle.no_free_slot"
    CYCLE_POSITION_OPEN = "cycle.position_open"
    CYCLE_HALTED = "cycle.halted"
    CYCLE_INTERRUPTED = "cycle.interrupted"

    DATA_CANDLES = "data.candles"
    DATA_CANDLE_OLD = "data.candle_old"
    DATA_CANDLE_GAP = "data.candle_gap"
    DATA_BALANCE_OLD = "data.balance_old"
    DATA_TICKER = "data.ticker"
    DATA_SPIKE = "data.spike"
    DATA_EXCHANGE = "data.exchange_unreachable"
    DATA_INSTRUMENT = "data.instrument_not_tradable"

    SIGNAL_STOP_SIDE = "signal.stop_on_wrong_side"
    SIGNAL_STOP_DISTANCE = "signal.stop_distance"
    SIGNAL_TARGET_DISTANCE = "signal.target_distance"
    SIGNAL_PROBABILITIES = "signal.probabilities"
    SIGNAL_NOT_ALLOWED = "signal.action_not_allowed"

    CONFIDENCE_LOW = "confidence.below_minimum"
    CONFIDENCE_SHADOW = "confidence.shadow_mode"

    RISK_MAX_POSITIONS = "risk.max_open_positions"
    RISK_SYMBOL_EXPOSURE = "risk.symbol_exposure"
    RISK_TOTAL_EXPOSURE = "risk.total_exposure"
    RISK_LEVERAGE = "risk.leverage"
    RISK_DAILY_LOSS = "risk.daily_loss"
    RISK_REWARD_RISK = "risk.reward_risk"
    RISK_MINIMUM_NOTIONAL = "risk.minimum_notional"
    RISK_MINIMUM_QUANTITY = "risk.minimum_quantity"
    RISK_AVAILABLE_BALANCE = "risk.available_balance"
    RISK_POSITION_OPEN = "risk.position_already_open"
    RISK_SPREAD = "risk.spread"
    RISK_DRAWDOWN = "risk.drawdown"
    RISK_COOLDOWN = "risk.cooldown_after_stop"
    RISK_STOP_GUARD = "risk.stop_loss_guard"
    RISK_LOSING_SYMBOL = "risk.losing_symbol"
    RISK_GROUP_EXPOSURE = "risk.group_exposure"
    RISK_FUNDING_COST = "risk.funding_cost"
    RISK_VOLATILITY = "risk.volatility"
    RISK_ENTRIES_PER_DAY = "risk.entries_per_day"
    RISK_FUNDING_SOON = "risk.funding_soon"
    RISK_STOP_TOO_NEAR = "risk.stop_too_near"

    APPROVAL_REJECTED = "approval.rejected"
    APPROVAL_EXPIRED = "approval.expired"
    APPROVAL_DRIFTED = "approval.drifted"
    APPROVAL_NOT_ASKED = "approval.not_asked"


class SkipReason(StrEnum):
    """Why a whole run did nothing; stored on its slot and counted."""

    ALREADY_CLAIMED = "already_claimed"
    LATE = "late"
    CLOCK_SKEW = "clock_skew"
    SECOND_INSTANCE = "second_instance"


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule said no. Stored and counted, never raised; `detail` shows value seen and allowed."""

    reason: Reason
    detail: str
