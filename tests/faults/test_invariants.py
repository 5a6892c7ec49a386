"""The auditor sees what it is there to see: each broken promise is named, whole books are not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from cli.faults.cases import Trait
from cli.faults.evidence import Evidence, Memory
from cli.faults.invariants import CHECKS, violations_of
from cli.faults.truth import truth_of
from db.queries.evidence import DecisionFact, IntentFact, OrderStep
from trading.account import Transaction, TransactionKind
from trading.executions import Execution, ExecutionKind
from trading.intent_states import IntentState
from trading.limits import RiskLimits
from trading.orders import OrderStatus, Side
from trading.positions import Direction, Position

AT_MS = 1_767_254_310_000
AT = datetime.fromtimestamp(AT_MS / 1000, UTC)

Row = dict[str, Any]


def order(**changes: Any) -> Row:
    row = {
        "orderId": "entry",
        "orderLinkId": "link",
        "parentOrderId": "",
        "symbol": "BTCUSDT",
        "side": "Buy",
        "orderStatus": "Filled",
        "stopOrderType": "",
        "createType": "CreateByUser",
        "qty": "1",
        "cumExecQty": "1",
        "reduceOnly": False,
        "createdTime": str(AT_MS),
        "updatedTime": str(AT_MS),
    }
    return row | changes


STOP = order(
    orderId="stop",
    orderLinkId="",
    parentOrderId="entry",
    side="Sell",
    orderStatus="Untriggered",
    stopOrderType="StopLoss",
    createType="CreateByStopLoss",
    cumExecQty="0",
    reduceOnly=True,
)
FILL = {
    "execId": "fill",
    "orderId": "entry",
    "orderLinkId": "link",
    "symbol": "BTCUSDT",
    "side": "Buy",
    "execType": "Trade",
    "execQty": "1",
    "execPrice": "100",
    "execTime": str(AT_MS),
    "seq": 1,
}
HELD = {"symbol": "BTCUSDT", "positionIdx": 0, "side": "Buy", "size": "1", "avgPrice": "100"}
PAID_IN = {
    "id": "deposit",
    "tradeId": "",
    "type": "TRANSFER_IN",
    "transactionTime": str(AT_MS - 1000),
    "cashFlow": "1000",
    "funding": "",
    "fee": "0",
    "change": "1000",
}
FEE = {
    "id": "entry",
    "tradeId": "fill",
    "type": "TRADE",
    "transactionTime": str(AT_MS),
    "cashFlow": "0",
    "funding": "",
    "fee": "0.1",
    "change": "-0.1",
}


def records(**changes: Any) -> Row:
    """The exchange's records of one account that bought one coin with its stop."""
    account = {
        "orders": [order(), STOP],
        "executions": [FILL],
        "positions": [HELD],
        "transactions": [FEE, PAID_IN],
        "closed_pnl": [],
        "wallet": wallet("999.9"),
    }
    return {
        "now_ms": AT_MS + 60_000,
        "accounts": {"a": account | changes},
        "counter_accounts": {"fees": "0.1", "funds": "-1000"},
    }


def wallet(balance: str, **changes: str) -> Row:
    coin = {"walletBalance": balance, "equity": balance, "unrealisedPnl": "0"}
    return {"coin": [coin | changes], "totalAvailableBalance": balance}


INTENT = IntentFact(
    UUID(int=1),
    "link",
    "BTCUSDT",
    IntentState.FILLED,
    1,
    reduce_only=False,
    order_id="entry",
    leverage=Decimal(3),
    notional_usdt=Decimal(100),
)
EXECUTION = Execution(
    execution_id="fill",
    order_id="entry",
    link_id="link",
    symbol="BTCUSDT",
    side=Side.BUY,
    kind=ExecutionKind.TRADE,
    price=Decimal(100),
    quantity=Decimal(1),
    value_usdt=Decimal(100),
    fee_usdt=Decimal("0.1"),
    fee_rate=Decimal("0.001"),
    is_maker=False,
    closed_quantity=Decimal(0),
    executed_at=AT,
    sequence=1,
)
POSITION = Position(
    "BTCUSDT", Direction.LONG, Decimal(1), Decimal(100), Decimal(100), Decimal(3), Decimal(0), AT
)
BOOKED = Transaction(
    transaction_id="entry:fill",
    kind=TransactionKind.TRADE,
    symbol="BTCUSDT",
    cash_flow_usdt=Decimal(0),
    funding_usdt=Decimal(0),
    fee_usdt=Decimal("0.1"),
    change_usdt=Decimal("-0.1"),
    balance_after_usdt=Decimal("999.9"),
    happened_at=AT,
)
MEMORY = Memory(
    intents=(INTENT,),
    intent_steps=(),
    order_steps=(OrderStep("entry", None, OrderStatus.FILLED, Decimal(1)),),
    executions=(EXECUTION,),
    positions=(POSITION,),
    transactions=(BOOKED,),
    decisions=(DecisionFact(AT, "BTCUSDT", AT, AT),),
)


def evidence(memory: Memory = MEMORY, **changes: Any) -> Evidence:
    return Evidence(
        truth=truth_of(records(**changes)),
        memory=memory,
        limits=RiskLimits(),
        since_ms=AT_MS - 1000,
    )


def broken(found: Evidence) -> set[str]:
    return {violation.invariant for violation in violations_of(found)}


def test_whole_books_break_nothing() -> None:
    assert violations_of(evidence()) == []


Plant = Callable[[], Evidence]
PLANTED: dict[str, tuple[str, Plant]] = {
    "a doubled order": (
        "I1",
        lambda: evidence(orders=[order(), order(orderId="twin", cumExecQty="0"), STOP]),
    ),
    "a lost order": (
        "I1",
        lambda: evidence(
            replace(MEMORY, intents=(replace(INTENT, state=IntentState.NOT_EXECUTED),))
        ),
    ),
    "an order of unknown fate": (
        "I1",
        lambda: evidence(replace(MEMORY, intents=(replace(INTENT, state=IntentState.UNKNOWN),))),
    ),
    "an order of nobody": (
        "I2",
        lambda: evidence(
            orders=[order(), STOP, order(orderId="x", orderLinkId="odd", cumExecQty="0")]
        ),
    ),
    "a lost fill": ("I3", lambda: evidence(replace(MEMORY, executions=()))),
    "a fill that never was": (
        "I3",
        lambda: evidence(
            replace(MEMORY, executions=(EXECUTION, replace(EXECUTION, execution_id="ghost")))
        ),
    ),
    "a wrong size": (
        "I4",
        lambda: evidence(replace(MEMORY, positions=(replace(POSITION, quantity=Decimal(2)),))),
    ),
    "a position without a stop": ("I5", lambda: evidence(orders=[order()])),
    "a stop that came late": (
        "I5",
        lambda: evidence(orders=[order(), STOP | {"createdTime": str(AT_MS + 2001)}]),
    ),
    "a stop left behind": ("I6", lambda: evidence(positions=[])),
    "money from nowhere": ("I7", lambda: evidence(wallet=wallet("1001"))),
    "an unbooked fee": ("I8", lambda: evidence(replace(MEMORY, transactions=()))),
    "a wrong fee": (
        "I8",
        lambda: evidence(
            replace(
                MEMORY,
                transactions=(
                    replace(BOOKED, fee_usdt=Decimal("0.2"), change_usdt=Decimal("-0.2")),
                ),
            )
        ),
    ),
    "equity that does not add up": ("I9", lambda: evidence(wallet=wallet("999.9", equity="5"))),
    "an order that came back": (
        "I10",
        lambda: evidence(
            replace(
                MEMORY,
                order_steps=(
                    *MEMORY.order_steps,
                    OrderStep("entry", OrderStatus.FILLED, OrderStatus.NEW, Decimal(1)),
                ),
            )
        ),
    ),
    "a rate limit hit": ("I11", lambda: replace(evidence(), refused_requests=1)),
    "too much leverage": (
        "I12",
        lambda: evidence(replace(MEMORY, intents=(replace(INTENT, leverage=Decimal(50)),))),
    ),
    "too much exposure": (
        "I12",
        lambda: evidence(replace(MEMORY, intents=(replace(INTENT, notional_usdt=Decimal(2101)),))),
    ),
    "a decision on an open candle": (
        "I17",
        lambda: evidence(
            replace(
                MEMORY, decisions=(DecisionFact(AT, "BTCUSDT", AT, AT + timedelta(minutes=1)),)
            )
        ),
    ),
    "a slot decided twice": (
        "I17",
        lambda: evidence(replace(MEMORY, decisions=MEMORY.decisions * 2)),
    ),
    "profit that nobody made": (
        "I18",
        lambda: evidence(
            positions=[],
            closed_pnl=[{"closedPnl": "7"}],
            orders=[order(), STOP],
            executions=[FILL],
        ),
    ),
}


@pytest.mark.parametrize(("invariant", "plant"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_named(invariant: str, plant: Plant) -> None:
    assert invariant in broken(plant())


def test_every_check_has_a_planted_fault() -> None:
    assert {invariant for invariant, _ in PLANTED.values()} == CHECKS.keys()


def test_a_stop_that_came_in_time_is_no_violation() -> None:
    assert broken(evidence(orders=[order(), STOP | {"createdTime": str(AT_MS + 2000)}])) == set()


def test_an_order_of_another_hand_is_allowed_where_one_was_injected() -> None:
    foreign = order(orderId="hand", orderLinkId="", cumExecQty="0", orderStatus="Cancelled")
    found = evidence(orders=[order(), STOP, foreign])

    assert broken(found) == {"I2"}
    assert broken(replace(found, foreign_at_ms=frozenset({AT_MS}))) == set()
    assert broken(replace(found, foreign_at_ms=frozenset({AT_MS + 1}))) == {"I2"}


def test_an_order_with_an_odd_link_id_is_nobodys_whenever_it_came() -> None:
    odd = order(orderId="x", orderLinkId="odd", cumExecQty="0", orderStatus="Cancelled")
    found = evidence(orders=[order(), STOP, odd])

    assert broken(replace(found, foreign_at_ms=frozenset({AT_MS}))) == {"I2"}


def test_a_stop_that_is_refused_leaves_time_to_close_but_not_for_ever() -> None:
    late = evidence(orders=[order(), STOP | {"createdTime": str(AT_MS + 9000)}])
    refused = replace(late, traits=frozenset({Trait.NO_STOPS}))

    assert broken(late) == {"I5"}
    assert broken(refused) == set()
    assert broken(replace(evidence(orders=[order()]), traits=refused.traits)) == {"I5"}
