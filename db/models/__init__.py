"""Every table; `metadata` knows them all."""

from db.base import Base
from db.models.api_requests import ApiRequestRow
from db.models.api_tokens import ApiTokenRow
from db.models.approvals import ApprovalAnswerRow, ApprovalRow
from db.models.backtest_trades import BacktestTradeRow
from db.models.backtests import BacktestPartRow, BacktestRow
from db.models.brake_readings import BrakeReadingRow
from db.models.breakers import BreakerRow
from db.models.candles import CandleRow
from db.models.capacity import CapacityRow
from db.models.charts import ChartRow
from db.models.cycle_runs import CycleRunRow
from db.models.decision_charts import DecisionChartRow
from db.models.decisions import DecisionRow
from db.models.discrepancies import DiscrepancyRow
from db.models.executions import ExecutionRow
from db.models.funding_rates import FundingRateRow
from db.models.halts import HaltRow
from db.models.heartbeats import HeartbeatRow
from db.models.instruments import InstrumentRow
from db.models.intent_transitions import IntentTransitionRow
from db.models.intents import IntentRow
from db.models.ledger import LedgerRow
from db.models.llm_answers import LlmAnswerRow
from db.models.llm_calls import LlmCallRow
from db.models.notifications import NotificationRow
from db.models.order_transitions import OrderTransitionRow
from db.models.orders import OrderRow
from db.models.position_pushes import PositionPushRow
from db.models.positions import PositionRow
from db.models.prompts import ActivePromptRow, PromptRow
from db.models.quotes import QuoteRow
from db.models.rate_buckets import RateBucketRow
from db.models.risk_state import RiskStateRow
from db.models.trades import TradeRow
from db.models.wallet_snapshots import WalletSnapshotRow

__all__ = [
    "ActivePromptRow",
    "ApiRequestRow",
    "ApiTokenRow",
    "ApprovalAnswerRow",
    "ApprovalRow",
    "BacktestPartRow",
    "BacktestRow",
    "BacktestTradeRow",
    "BrakeReadingRow",
    "BreakerRow",
    "CandleRow",
    "CapacityRow",
    "ChartRow",
    "CycleRunRow",
    "DecisionChartRow",
    "DecisionRow",
    "DiscrepancyRow",
    "ExecutionRow",
    "FundingRateRow",
    "HaltRow",
    "HeartbeatRow",
    "InstrumentRow",
    "IntentRow",
    "IntentTransitionRow",
    "LedgerRow",
    "LlmAnswerRow",
    "LlmCallRow",
    "NotificationRow",
    "OrderRow",
    "OrderTransitionRow",
    "PositionPushRow",
    "PositionRow",
    "PromptRow",
    "QuoteRow",
    "RateBucketRow",
    "RiskStateRow",
    "TradeRow",
    "WalletSnapshotRow",
    "metadata",
]

metadata = Base.metadata
