"""The equity curve, the ledger that explains it, halts and the summary."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey, SlotKey
from db.queries import account
from db.queries.account import LedgerTotals
from db.queries.summary import summary
from db.repositories import ledger, risk_state, wallet
from db.repositories.risk_state import RiskState
from trading.account import TransactionKind
from trading.errors import InvariantError

DAY = timedelta(days=1)


def test_of_two_wallets_of_one_moment_the_later_reading_stays(
    session: Session, make: Any, key: AccountKey
) -> None:
    wallet.snapshot(session, key, make.wallet())
    wallet.snapshot(session, key, make.wallet(equity_usdt=Decimal(1)))
    assert account.equity_curve(session, key) == [make.wallet(equity_usdt=Decimal(1))]
    assert wallet.first_taken_at(session, key) == make.wallet().taken_at


def test_the_first_and_the_latest_wallet_frame_the_curve(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    assert (account.first_wallet(session, key), account.latest_wallet(session, key)) == (None,) * 2
    late = make.wallet(taken_at=now + DAY, equity_usdt=Decimal(11_000))
    wallet.snapshot(session, key, late)
    wallet.snapshot(session, key, make.wallet())
    assert account.equity_curve(session, key) == [make.wallet(), late]
    assert account.first_wallet(session, key) == make.wallet()
    assert account.latest_wallet(session, key) == late


@pytest.mark.parametrize(
    ("hours", "equity"),
    [(-30, "100"), (-2, "100"), (-1, "101"), (0, "101"), (5, "102"), (30, "102")],
)
def test_the_day_begins_with_the_last_equity_seen_until_then(
    hours: int, equity: str, session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    for offset, value in ((-2, "100"), (-1, "101"), (4, "102")):
        taken = now + timedelta(hours=offset)
        wallet.snapshot(session, key, make.wallet(taken_at=taken, equity_usdt=Decimal(value)))
    start = wallet.day_start(session, key, day_start=now + timedelta(hours=hours))
    assert start is not None
    assert start.equity_usdt == Decimal(equity)


def test_an_account_that_was_never_seen_has_no_day_start(
    session: Session, key: AccountKey, now: datetime
) -> None:
    assert wallet.day_start(session, key, day_start=now) is None


def store(session: Session, make: Any, key: AccountKey, number: int, change: str) -> None:
    ledger.insert_new(
        session,
        key,
        [
            make.transaction(
                transaction_id=f"t{number}",
                kind=TransactionKind.FUNDING,
                fee_usdt=Decimal(0),
                funding_usdt=Decimal(change),
                change_usdt=Decimal(change),
                balance_after_usdt=Decimal(1000) + Decimal(change),
                happened_at=make.transaction().happened_at + timedelta(hours=number),
            )
        ],
    )


def test_the_ledger_explains_the_wallet_to_the_last_digit(
    session: Session, make: Any, key: AccountKey
) -> None:
    assert account.ledger_error(session, key) is None
    store(session, make, key, 1, "0.000000000000000001")
    store(session, make, key, 2, "-0.3")
    balance = Decimal("999.700000000000000001")
    wallet.snapshot(session, key, make.wallet(wallet_balance_usdt=balance))
    assert account.ledger_error(session, key) == 0
    newest = account.recent_transactions(session, key)
    assert [transaction.transaction_id for transaction in newest] == ["t2", "t1"]


def test_money_that_the_ledger_does_not_know_is_the_error(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    wallet.snapshot(session, key, make.wallet())
    assert account.ledger_error(session, key) == 0
    lost = make.wallet(taken_at=now + DAY, wallet_balance_usdt=Decimal("9999.99"))
    wallet.snapshot(session, key, lost)
    assert account.ledger_error(session, key) == Decimal("-0.01")


def test_ledger_totals_may_be_of_one_kind(session: Session, make: Any, key: AccountKey) -> None:
    ledger.insert_new(session, key, [make.transaction()])
    store(session, make, key, 2, "0.5")
    fee, funding = Decimal("0.27500275"), Decimal("0.5")
    assert account.ledger_totals(session, key) == LedgerTotals(
        funding - fee, Decimal(0), funding, fee
    )
    only = account.ledger_totals(session, key, kind=TransactionKind.FUNDING)
    assert only == LedgerTotals(funding, Decimal(0), funding, Decimal(0))


def test_a_halt_holds_until_somebody_resumes(
    session: Session, key: AccountKey, now: datetime
) -> None:
    assert risk_state.get(session, key) == RiskState()
    risk_state.set_high_water_mark(session, key, Decimal(10_000), at=now)
    risk_state.halt(session, key, reason="daily loss", by="owner", now=now)
    halted = RiskState(True, "daily loss", "owner", now, Decimal(10_000), now)
    assert risk_state.get(session, key) == halted
    risk_state.resume(session, key, by="owner", now=now + DAY)
    resumed = RiskState(False, "", "owner", now + DAY, Decimal(10_000), now)
    assert (halted.halt, resumed.halt) == ("halted by owner: daily loss", "")
    assert risk_state.get(session, key) == resumed


def test_the_summary_counts_everything_once(
    session: Session,
    key: AccountKey,
    fill_every_table: Callable[[Session], None],
) -> None:
    fill_every_table(session)
    found = summary(session, key, flow="trading_cycle")
    assert (found.cycles, found.decisions, found.orders) == (1, 1, 1)
    assert (found.trades.opened, found.trades.closed, found.discrepancies_open) == (1, 0, 1)
    assert (found.equity_start_usdt, found.equity_end_usdt) == (Decimal(10_000),) * 2
    assert found.ledger_error_usdt == Decimal("0.27500275")
    assert summary(session, key, flow="position_sync").cycles == 0


def test_the_summary_of_an_account_that_did_nothing(session: Session, key: AccountKey) -> None:
    found = summary(session, key, flow="trading_cycle")
    assert (found.cycles, found.equity_start_usdt, found.equity_end_usdt) == (0, None, None)
    assert found.ledger_error_usdt is None


@pytest.mark.parametrize(("environment", "name"), [("", "main"), ("paper", "")])
def test_an_account_key_names_both_parts(environment: str, name: str) -> None:
    with pytest.raises(InvariantError, match="it is empty"):
        AccountKey(environment, name)


def test_a_slot_names_its_flow_and_is_in_utc(key: AccountKey, now: datetime) -> None:
    with pytest.raises(InvariantError, match="name of its flow"):
        SlotKey(key, "", now)
    with pytest.raises(InvariantError, match="in UTC"):
        SlotKey(key, "trading_cycle", now.replace(tzinfo=None))


def test_transfers_are_summed_after_a_moment(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    moves = [
        (TransactionKind.TRANSFER_IN, "100", 0),
        (TransactionKind.TRANSFER_OUT, "-30", 1),
        (TransactionKind.BONUS, "5", 2),
        (TransactionKind.TRADE, "-7", 3),
    ]
    for kind, change, hours in moves:
        amount = Decimal(change)
        booked = make.transaction(
            transaction_id=f"m{hours}",
            kind=kind,
            fee_usdt=Decimal(0),
            cash_flow_usdt=amount,
            change_usdt=amount,
            happened_at=now + timedelta(hours=hours),
        )
        ledger.insert_new(session, key, [booked])
    assert ledger.transfers_after(session, key, now - DAY) == 75
    # What happened at that very moment is in the equity that was read then.
    assert ledger.transfers_after(session, key, now) == -25


def test_a_balance_is_explained_by_a_booking_that_led_to_it(
    session: Session, make: Any, key: AccountKey
) -> None:
    assert not ledger.explains(session, key, make.wallet())
    wallet.snapshot(session, key, make.wallet())
    assert ledger.explains(session, key, make.wallet())
    ledger.insert_new(session, key, [make.transaction()])
    assert not ledger.explains(session, key, make.wallet())
    booked = make.wallet(wallet_balance_usdt=make.transaction().balance_after_usdt)
    assert ledger.explains(session, key, booked)
