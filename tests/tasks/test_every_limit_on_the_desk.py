"""Every limit again through the real decision and database: refused, and not when relaxed."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.models import DecisionRow, IntentRow
from db.queries.decisions import ReasonCount, decisions_by_reason
from db.repositories import intents, risk_state, trades
from db.repositories.intents import NewIntent, Resolution
from db.repositories.trades import Exit, NewTrade
from db.states import ExitReason
from db.unit_of_work import read_session, unit_of_work
from tasks.entries import decide, outcome_of
from tasks.resources import Resources
from tests.fixtures.desks import claimed, offline_resources, with_limits
from tests.fixtures.limit_cases import HOUR, LIMIT_CASES, World
from tests.fixtures.studies import agenda, funds, remember, rows_of, study
from tests.trading import builders
from tests.trading.builders import NOW
from trading.exposure_groups import SymbolGroup
from trading.intent_states import IntentState
from trading.orders import OrderRequest, OrderType, Side
from trading.positions import Direction
from trading.reasons import Reason
from trading.recent_trades import EndedTrade

SLOT = NOW.replace(second=0)
SYMBOLS = tuple(f"S{number}USDT" for number in range(8))


@pytest.fixture
def resources(session_factory: sessionmaker[Session]) -> Resources:
    return offline_resources(session_factory, now=NOW)


def build(resources: Resources, world: World) -> None:
    """What syncs and cycles before would have stored."""
    remember(resources, *world.positions)
    key = resources.desk.account
    with unit_of_work(resources.sessions) as session:
        risk_state.set_high_water_mark(session, key, world.high_water_mark, at=NOW - 2 * HOUR)
        for ended in world.ended:
            _store_trade(session, resources, ended)
        for number in range(world.entries_today):
            _store_entry(session, resources, number)


def _store_trade(session: Session, resources: Resources, ended: EndedTrade) -> None:
    opened = trades.open_trade(
        session,
        NewTrade(
            account=resources.desk.account,
            symbol=ended.symbol,
            direction=Direction.LONG,
            quantity=Decimal(1),
            entry_price=Decimal(100),
            opened_at=ended.closed_at - timedelta(minutes=1),
            last_sequence=1,
        ),
    )
    trades.close_trade(
        session,
        opened.id,
        Exit(
            exit_price=Decimal(99),
            exit_reason=ExitReason.STOP_LOSS if ended.was_stopped else ExitReason.TAKE_PROFIT,
            closed_at=ended.closed_at,
            fees_usdt=Decimal(0),
            funding_usdt=Decimal(0),
            pnl_usdt=ended.pnl_usdt,
        ),
    )


def _store_entry(session: Session, resources: Resources, number: int) -> None:
    order = OrderRequest(
        link_id=f"earlier-{number}",
        symbol="SOLUSDT",
        side=Side.BUY,
        order_type=OrderType.MARKET,
        quantity=Decimal(1),
        stop_loss=Decimal(90),
        take_profit=Decimal(120),
    )
    new = NewIntent(resources.desk.account, order, Decimal(100))
    at = NOW - HOUR
    reserved = intents.reserve(session, new, now=at, check_capacity=lambda *_: None)
    assert isinstance(reserved, intents.Intent)
    sent = intents.mark_sent(session, reserved.id, now=at)
    intents.resolve(session, sent.id, Resolution(IntentState.FILLED, "order"), now=at)


def decided(resources: Resources, world: World, limits: Mapping[str, Any]) -> DecisionRow:
    build(resources, world)
    balance = funds(
        equity_usdt=world.equity,
        available_usdt=world.available,
        taken_at=NOW - world.balance_age,
    )
    limited = with_limits(resources, **limits)
    decide.fn(
        limited,
        claimed(limited, SLOT),
        agenda(balance=balance),
        study(limited, **world.signal),
    )
    (row,) = rows_of(resources, DecisionRow)
    assert isinstance(row, DecisionRow)
    return row


@pytest.mark.parametrize("name", LIMIT_CASES)
def test_a_limit_that_refuses_is_stored_and_counted(resources: Resources, name: str) -> None:
    case = LIMIT_CASES[name]

    row = decided(resources, case.world, case.tight)

    assert (row.reason, row.outcome) == (case.reason, outcome_of(case.reason))
    assert row.detail
    with read_session(resources.sessions) as session:
        counted = decisions_by_reason(session, resources.desk.account)
    assert counted == [ReasonCount(row.outcome, case.reason, 1)]
    assert [one.symbol for one in rows_of(resources, IntentRow)].count(builders.SYMBOL) == 0


@pytest.mark.parametrize("name", LIMIT_CASES)
def test_a_relaxed_limit_lets_the_same_trade_pass(resources: Resources, name: str) -> None:
    case = LIMIT_CASES[name]

    row = decided(resources, case.world, case.relaxed)

    assert (row.reason, row.outcome) == (None, None)
    assert [one.symbol for one in rows_of(resources, IntentRow)].count(builders.SYMBOL) == 1


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"max_entries_per_day": 2}, Reason.RISK_ENTRIES_PER_DAY),
        (
            {
                "symbol_groups": (SymbolGroup("all", frozenset(SYMBOLS)),),
                "max_group_exposure_fraction": Decimal(1),
            },
            Reason.RISK_GROUP_EXPOSURE,
        ),
    ],
)
def test_decisions_at_the_same_moment_share_one_count(
    resources: Resources, limits: Mapping[str, Any], reason: Reason
) -> None:
    build(resources, World())
    wide = {
        "max_open_positions": 50,
        "max_symbol_exposure_fraction": Decimal("0.5"),
        "max_total_exposure_fraction": Decimal(50),
    }
    limited = with_limits(resources, **wide, **limits)
    run, due = claimed(limited, SLOT), agenda(*SYMBOLS)

    with ThreadPoolExecutor(len(SYMBOLS)) as threads:
        ended = list(
            threads.map(lambda one: decide.fn(limited, run, due, study(limited, one)), SYMBOLS)
        )

    entries = [one.entry for one in ended if one.entry is not None]
    assert 2 <= len(entries) <= 3  # the last one may be cut to the room that is left
    assert sum(one.approved.notional_usdt for one in entries) <= 10_000
    assert {one.reason for one in ended if one.entry is None} == {reason}
