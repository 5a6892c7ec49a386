"""The account as a new trade finds it: what sync mirrored, and what is promised since."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import capacity, halts, ledger, recent_trades, risk_state, wallet
from db.repositories.wallet import EquityAt
from trading.account import Wallet
from trading.brakes import Baseline, BrakeKind
from trading.candles import Interval
from trading.capacity import AccountState
from trading.errors import BadDataError
from trading.limits import RiskLimits


def account_state(
    session: Session,
    key: AccountKey,
    balance: Wallet,
    limits: RiskLimits,
    *,
    now: datetime,
    link_id: str = "",
) -> AccountState:
    """Equity and balance of this run, and everything the limits count, under the capacity lock.

    The lock is held until the transaction ends, so nobody else reserves in between. `link_id` is
    the entry to be decided: an earlier attempt at it does not count against itself.

    Raises:
        BadDataError: the account has no recorded equity to measure the day's loss from.
    """
    mirrored_at = capacity.lock(session, key).mirrored_at
    day_began = Interval.D1.floor(now)
    day = _day_start(session, key, now)
    return AccountState(
        equity_usdt=balance.equity_usdt,
        available_usdt=balance.available_usdt,
        day_start_equity_usdt=day.equity_usdt,
        positions=capacity.mirrored_positions(session, key),
        reservations=capacity.live_reservations(session, key, mirrored_at=mirrored_at),
        transfers_today_usdt=ledger.transfers_after(session, key, day.taken_at),
        high_water_mark=high_water_mark(session, key),
        balance_read_at=balance.taken_at,
        recent_trades=recent_trades.ended_after(session, key, now - limits.memory),
        entries_today=capacity.entries_since(session, key, day_began, besides_link_id=link_id),
        halt=risk_state.get(session, key).halt,
    )


def day_baseline(session: Session, key: AccountKey, now: datetime) -> Baseline:
    """What the loss since 00:00 UTC is counted from.

    Raises:
        BadDataError: the account has no recorded equity.
    """
    day = _day_start(session, key, now)
    return Baseline(day.equity_usdt, ledger.transfers_after(session, key, day.taken_at))


def high_water_mark(session: Session, key: AccountKey) -> Baseline | None:
    """What drawdown is counted from, None before the first sync."""
    state = risk_state.get(session, key)
    if state.high_water_mark_usdt is None:
        return None
    if state.high_water_mark_at is None:
        return Baseline(state.high_water_mark_usdt)
    paid_in = ledger.transfers_after(session, key, state.high_water_mark_at)
    return Baseline(state.high_water_mark_usdt, paid_in)


def _day_start(session: Session, key: AccountKey, now: datetime) -> EquityAt:
    """The equity at 00:00 UTC, or when a human last accepted the day's loss and resumed."""
    midnight = Interval.D1.floor(now)
    accepted = halts.newest_release(session, key, BrakeKind.DAILY_LOSS)
    began = midnight if accepted is None else max(midnight, accepted)
    day = wallet.day_start(session, key, day_start=began)
    if day is None:
        message = f"no wallet of {key.environment}/{key.account} was ever recorded; sync first"
        raise BadDataError(message)
    return day
