"""Values with sensible contents: a test names only what matters to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.keys import AccountKey, SlotKey
from db.models import (
    ApiRequestRow,
    ApiTokenRow,
    ApprovalAnswerRow,
    ApprovalRow,
    BrakeReadingRow,
    BreakerRow,
    HaltRow,
    IntentTransitionRow,
    NotificationRow,
    OrderTransitionRow,
    QuoteRow,
    RateBucketRow,
)
from db.repositories import (
    candles,
    charts,
    decisions,
    discrepancies,
    executions,
    funding,
    heartbeats,
    instruments,
    intents,
    ledger,
    orders,
    positions,
    prompts,
    risk_state,
    slots,
    trades,
    wallet,
)
from db.repositories.decisions import NewDecision
from db.repositories.intents import NewIntent
from db.repositories.slots import Claim
from db.repositories.trades import NewTrade
from db.states import LetterState
from tests.db import backtest_rows, model_calls
from trading.account import Transaction, TransactionKind, Wallet
from trading.api_access import Scope
from trading.brakes import BrakeKind, TripPolicy
from trading.candles import Candle, Interval
from trading.executions import Execution, ExecutionKind
from trading.instruments import Instrument
from trading.intent_states import IntentState
from trading.market import FundingRate
from trading.notices import NoticeKind, Severity
from trading.orders import Order, OrderRequest, OrderStatus, OrderType, Side
from trading.positions import Direction, Position
from trading.prompts import NewPrompt, PromptTexts
from trading.proposal_answers import Choice, Ruling, Via
from trading.proposal_states import ProposalState
from trading.reasons import Outcome, Reason
from trading.reconcile import DiscrepancyKind
from trading.traffic import BreakerState

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
KEY = AccountKey("paper", "main")


class Make:
    """Builders: defaults plus the changed fields."""

    def order(self, **changed: Any) -> Order:
        return replace(
            Order(
                order_id="o1",
                link_id="link-1",
                symbol="BTCUSDT",
                side=Side.BUY,
                order_type=OrderType.MARKET,
                status=OrderStatus.NEW,
                quantity=Decimal("0.010"),
                filled_quantity=Decimal(0),
                created_at=NOW,
                updated_at=NOW,
            ),
            **changed,
        )

    def execution(self, **changed: Any) -> Execution:
        return replace(
            Execution(
                execution_id="e1",
                order_id="o1",
                link_id="link-1",
                symbol="BTCUSDT",
                side=Side.BUY,
                kind=ExecutionKind.TRADE,
                price=Decimal("50000.5"),
                quantity=Decimal("0.010"),
                value_usdt=Decimal("500.005"),
                fee_usdt=Decimal("0.27500275"),
                fee_rate=Decimal("0.00055"),
                is_maker=False,
                closed_quantity=Decimal(0),
                executed_at=NOW,
                sequence=7,
            ),
            **changed,
        )

    def transaction(self, **changed: Any) -> Transaction:
        return replace(
            Transaction(
                transaction_id="t1",
                kind=TransactionKind.TRADE,
                symbol="BTCUSDT",
                cash_flow_usdt=Decimal(0),
                funding_usdt=Decimal(0),
                fee_usdt=Decimal("0.27500275"),
                change_usdt=Decimal("-0.27500275"),
                balance_after_usdt=Decimal("9999.72499725"),
                happened_at=NOW,
            ),
            **changed,
        )

    def position(self, **changed: Any) -> Position:
        return replace(
            Position(
                symbol="BTCUSDT",
                direction=Direction.LONG,
                quantity=Decimal("0.010"),
                entry_price=Decimal("50000.5"),
                mark_price=Decimal(50100),
                leverage=Decimal(2),
                unrealised_pnl_usdt=Decimal("0.995"),
                updated_at=NOW,
                stop_loss=Decimal(49000),
            ),
            **changed,
        )

    def wallet(self, **changed: Any) -> Wallet:
        return replace(
            Wallet(
                equity_usdt=Decimal(10_000),
                wallet_balance_usdt=Decimal(10_000),
                available_usdt=Decimal(9_500),
                unrealised_pnl_usdt=Decimal(0),
                initial_margin_usdt=Decimal(500),
                maintenance_margin_usdt=Decimal(5),
                taken_at=NOW,
            ),
            **changed,
        )

    def instrument(self, **changed: Any) -> Instrument:
        return replace(
            Instrument(
                symbol="BTCUSDT",
                base_coin="BTC",
                tick_size=Decimal("0.10"),
                quantity_step=Decimal("0.001"),
                minimum_quantity=Decimal("0.001"),
                maximum_quantity=Decimal(1190),
                maximum_market_quantity=Decimal(500),
                minimum_notional_usdt=Decimal(5),
                maximum_leverage=Decimal(100),
                funding_interval=timedelta(hours=8),
            ),
            **changed,
        )

    def candle(self, **changed: Any) -> Candle:
        return replace(
            Candle(
                opened_at=NOW,
                open=Decimal(100),
                high=Decimal(110),
                low=Decimal(90),
                close=Decimal("105.5"),
                volume=Decimal("12.345"),
            ),
            **changed,
        )

    def request(self, **changed: Any) -> OrderRequest:
        return replace(
            OrderRequest(
                link_id="link-1",
                symbol="BTCUSDT",
                side=Side.BUY,
                order_type=OrderType.MARKET,
                quantity=Decimal("0.010"),
                stop_loss=Decimal(49000),
                take_profit=Decimal(52000),
            ),
            **changed,
        )

    def intent(
        self, link_id: str = "link-1", symbol: str = "BTCUSDT", **changed: Any
    ) -> NewIntent:
        return replace(
            NewIntent(
                account=KEY,
                order=self.request(link_id=link_id, symbol=symbol),
                notional_usdt=Decimal(500),
                risk_usdt=Decimal(10),
                leverage=Decimal(2),
            ),
            **changed,
        )

    def reduction(self, link_id: str = "link-c") -> NewIntent:
        order = self.request(
            link_id=link_id, side=Side.SELL, stop_loss=None, take_profit=None, reduce_only=True
        )
        return self.intent(order=order)

    def decision(self, run: Claim, **changed: Any) -> NewDecision:
        return replace(
            NewDecision(
                account=KEY,
                cycle_run_id=run.run_id,
                slot=NOW,
                symbol="BTCUSDT",
                decided_at=NOW,
                outcome=Outcome.FLAT,
                reason=Reason.ANALYST_FLAT,
                config_hash="c0ffee",
                code_version="0.1.0",
            ),
            **changed,
        )

    def trade(self, **changed: Any) -> NewTrade:
        return replace(
            NewTrade(
                account=KEY,
                symbol="BTCUSDT",
                direction=Direction.LONG,
                quantity=Decimal("0.010"),
                entry_price=Decimal("50000.5"),
                opened_at=NOW,
                last_sequence=1,
                stop_loss=Decimal(49000),
                take_profit=Decimal(52000),
                risk_usdt=Decimal(10),
            ),
            **changed,
        )

    def prompt(self, **changed: Any) -> NewPrompt:
        texts = PromptTexts("Judge {{ symbol }}.", "{{ snapshot_table }}")
        return replace(NewPrompt("reader", texts, author="anna", note="the first"), **changed)

    def run(self, session: Session, **changed: Any) -> Claim:
        key = replace(SlotKey(KEY, "trading_cycle", NOW), **changed)
        claim = slots.claim(session, key, owner="w1", now=NOW, lease=timedelta(minutes=10))
        assert claim is not None
        return claim


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def key() -> AccountKey:
    return KEY


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def fill_every_table(make: Make) -> Callable[[Session], None]:
    """Writes at least one row into each table, through the repositories."""

    def fill(session: Session) -> None:
        # Tests that asked an exchange left how much; theirs are not the rows that are looked at.
        session.execute(delete(RateBucketRow))
        run = make.run(session)
        sha256 = charts.save(session, b"picture", width=1536, height=768)
        decision = make.decision(
            run, outcome=None, reason=None, chart_sha256=sha256, shown=(sha256,)
        )
        decision_id = decisions.record(session, decision)
        new = make.intent(decision_id=decision_id)
        intent = intents.reserve(session, new, now=NOW, check_capacity=lambda *_: None)
        assert isinstance(intent, intents.Intent)
        orders.upsert(session, KEY, [make.order()])
        executions.insert_new(session, KEY, [make.execution()])
        ledger.insert_new(session, KEY, [make.transaction()])
        positions.replace_mirror(session, KEY, [make.position()], read_at=NOW)
        positions.take_pushes(session, KEY, [make.position()])
        trade = make.trade(decision_id=decision_id, entry_intent_id=intent.id)
        trades.open_trade(session, trade)
        wallet.snapshot(session, KEY, make.wallet())
        discrepancies.open_or_update(
            session,
            KEY,
            kind=DiscrepancyKind.QUANTITY_MISMATCH,
            subject="BTCUSDT",
            evidence={"here": Decimal("0.01"), "there": Decimal("0.02")},
            now=NOW,
        )
        instruments.remember(session, KEY.environment, [make.instrument()], now=NOW)
        candles.remember(session, KEY.environment, "BTCUSDT", Interval.H1, [make.candle()])
        rate = FundingRate("BTCUSDT", Decimal("-0.0001"), NOW)
        funding.remember(session, KEY.environment, [rate])
        heartbeats.beat(session, KEY, "position_sync", now=NOW)
        risk_state.halt(session, KEY, reason="asked to", by="owner", now=NOW)
        model_calls.answer(session)
        _fill_what_survives_faults(session, intent.id)
        _fill_what_the_owner_hears(session, decision_id, sha256)
        _fill_what_programs_did(session)
        backtest_rows.fill(session)
        prompts.seed_first_prompts(session, [make.prompt()], now=NOW)

    return fill


def _fill_what_survives_faults(session: Session, intent_id: UUID) -> None:
    whose = {"environment": KEY.environment, "account": KEY.account}
    session.add_all(
        [
            IntentTransitionRow(
                intent_id=intent_id, to_state=IntentState.RESERVED, changed_at=NOW, detail=""
            ),
            OrderTransitionRow(
                **whose,
                order_id="1",
                to_status=OrderStatus.NEW,
                filled_quantity=Decimal(0),
                changed_at=NOW,
            ),
            RateBucketRow(
                bucket="host|all",
                tokens=Decimal("1.5"),
                capacity=Decimal(10),
                per_second=Decimal(10),
                refilled_at=NOW,
            ),
            BreakerRow(
                host="host",
                operation="read",
                state=BreakerState.CLOSED,
                failures=0,
                reason="",
                changed_at=NOW,
            ),
            HaltRow(
                **whose,
                kind=BrakeKind.DRAWDOWN,
                policy=TripPolicy.FLATTEN,
                reason="11 % below the highest equity",
                pulled_by="brakes",
                pulled_at=NOW,
                equity_usdt=Decimal(8900),
                resumed_by="",
                resume_reason="",
            ),
            BrakeReadingRow(
                **whose, kind=BrakeKind.DRAWDOWN, read_at=NOW, equity_usdt=Decimal(8900)
            ),
            QuoteRow(
                environment=KEY.environment,
                symbol="BTCUSDT",
                last_price=Decimal(60000),
                mark_price=Decimal(60001),
                bid_price=Decimal(59999),
                ask_price=Decimal(60000),
                quoted_at=NOW,
            ),
        ]
    )
    session.flush()


def _fill_what_programs_did(session: Session) -> None:
    token = ApiTokenRow(
        environment=KEY.environment,
        account=KEY.account,
        name="dashboard",
        scope=Scope.READ,
        token_sha256="0" * 64,
        created_at=NOW,
    )
    session.add(token)
    session.flush()
    asked = ApiRequestRow(token_id=token.id, key="first", request_sha256="0" * 64, created_at=NOW)
    session.add(asked)
    session.flush()


def _fill_what_the_owner_hears(session: Session, decision_id: UUID, sha256: str) -> None:
    whose = {"environment": KEY.environment, "account": KEY.account}
    asked = ApprovalRow(
        **whose,
        decision_id=decision_id,
        round=1,
        link_id="link-1",
        symbol="BTCUSDT",
        direction=Direction.LONG,
        quantity=Decimal("0.01"),
        entry_price=Decimal(60000),
        stop_loss=Decimal(59000),
        take_profit=Decimal(63000),
        leverage=Decimal(2),
        risk_usdt=Decimal("10.6"),
        intent_hash="0" * 64,
        reasons="",
        state=ProposalState.APPROVED,
        proposed_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
        ended_at=NOW,
    )
    session.add(asked)
    session.flush()
    session.add(
        ApprovalAnswerRow(
            approval_id=asked.id,
            choice=Choice.APPROVE,
            ruling=Ruling.APPROVED,
            detail="approved by Ada",
            given_by="Ada",
            given_via=Via.TELEGRAM,
            hash_given="0" * 24,
            answered_at=NOW,
        )
    )
    session.add(
        NotificationRow(
            **whose,
            chat_id=7,
            kind=NoticeKind.APPROVAL,
            severity=Severity.WARNING,
            dedupe_key="approval 1",
            window_start=NOW,
            text="LONG BTCUSDT",
            is_silent=False,
            approval_id=asked.id,
            picture_sha256=sha256,
            state=LetterState.SENT,
            attempts=1,
            created_at=NOW,
            not_before=NOW,
            next_attempt_at=NOW,
            ended_at=NOW,
            message_id=5,
            error="",
        )
    )
    session.flush()
